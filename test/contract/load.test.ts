import assert from "node:assert/strict";
import http from "node:http";
import net from "node:net";
import {
  DescribeTasksCommand,
  ListTasksCommand,
  UpdateServiceCommand,
  type ContainerDefinition,
  type Task,
} from "@aws-sdk/client-ecs";
import {
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { NODE_IMAGE, withEngine } from "./support/engine";
import { clients, definition, printed, service, stage, steady, type Clients, type Stage } from "./support/network";
import { startSandbox, until, type Endpoint } from "./support/sandbox";

const DRAIN_S = Number(process.env["SLIPWAY_DRAIN_SECONDS"] ?? 8);
const STOP_S = 2;
/** Ignores SIGTERM and goes on serving to its very end; `/slow?MS` takes that long, `/stream` sends a chunk every 100 ms. */
const APPLICATION = `
const http = require("node:http");
process.on("SIGTERM", () => console.log("SIGTERM " + Date.now()));
const server = http.createServer((request, response) => {
  const [path, ms] = request.url.split("?");
  if (path === "/stream") {
    let n = 0;
    const timer = setInterval(() => { response.write("chunk " + n + "\\n"); if (++n === 5) { clearInterval(timer); response.end(); } }, 100);
    return;
  }
  if (path === "/headers") return response.end(Object.keys(request.headers).join(" "));
  const parts = [];
  request.on("data", (part) => parts.push(part)).on("end", () => setTimeout(() => response.end(process.env.VERSION + " " + Buffer.concat(parts).length), path === "/slow" ? Number(ms) : 0));
});
server.on("upgrade", (request, socket) => {
  socket.write("HTTP/1.1 101 Switching Protocols\\r\\nupgrade: websocket\\r\\nconnection: Upgrade\\r\\n\\r\\n");
  socket.on("data", (data) => socket.write("echo " + data)).on("error", () => undefined);
});
server.keepAliveTimeout = 65000;
server.listen(8080);
`;

describe("a rollout under load", function () {
  this.timeout(120_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  const failures: string[] = [];
  const versions = new Map<string, number>();
  let over = false;

  before(async function () {
    withEngine(this, NODE_IMAGE);
    e = await startSandbox([]);
    c = clients(e);
    s = await stage(c, "load");
    await c.elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: s.targetGroupArn,
        Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: String(DRAIN_S) }],
      }),
    );
    await service(c, s, await version("one"), { desiredCount: 2 });
    await steady(c, s, 60_000);
  });
  after(async () => e?.stop());

  const version = (name: string): Promise<string> => {
    const web: ContainerDefinition = {
      name: "web",
      image: NODE_IMAGE,
      command: ["node", "-e", APPLICATION],
      stopTimeout: STOP_S,
      portMappings: [{ containerPort: 8080 }],
      environment: [{ name: "VERSION", value: name }],
    };
    return definition(c, s, [web]);
  };

  /** One request without any retry; what is not a 200 of the whole body is a failure. */
  const once = async (method: string, path: string, agent: http.Agent | undefined, body = ""): Promise<string> => {
    const url = new URL(e.url);
    return new Promise((resolve) => {
      const failed = (why: string): void => {
        failures.push(`${method} ${path}: ${why}`);
        resolve("");
      };
      const request = http.request(
        {
          host: url.hostname,
          port: url.port,
          method,
          path,
          agent,
          headers: { host: s.dnsName, "content-length": body.length },
        },
        (response) => {
          let text = "";
          response
            .setEncoding("utf8")
            .on("data", (part: string) => (text += part))
            .on("error", (error) => failed(error.message))
            .on("end", () => {
              if (response.statusCode === 200) resolve(text);
              else failed(String(response.statusCode));
            });
        },
      );
      request.on("error", (error) => failed(error.message));
      request.end(body);
    });
  };

  const client = async (keep: boolean, method: string, path: string): Promise<number> => {
    const agent = keep ? new http.Agent({ keepAlive: true, maxSockets: 1 }) : undefined;
    let n = 0;
    for (; !over; n++) {
      const text = await once(method, path, agent, method === "POST" ? "x".repeat(5000) : "");
      const [name = ""] = text.split(" ");
      versions.set(name, (versions.get(name) ?? 0) + 1);
      if (method === "POST" && text !== "" && !text.endsWith(" 5000"))
        failures.push(`POST lost a part of its body: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    agent?.destroy();
    return n;
  };

  it("passes streamed bodies on as they come, and websockets", async () => {
    const arrivals: number[] = [];
    const url = new URL(e.url);
    await new Promise<void>((resolve, reject) => {
      http
        .get({ host: url.hostname, port: url.port, path: "/stream", headers: { host: s.dnsName } }, (response) => {
          response.on("data", () => arrivals.push(Date.now())).on("end", () => resolve());
        })
        .on("error", reject);
    });
    assert.ok(
      arrivals.length >= 4 && (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0) >= 250,
      `parts came at ${arrivals.join(", ")}`,
    );
    const echoed = await new Promise<string>((resolve, reject) => {
      const socket = net.connect(Number(url.port), url.hostname);
      let text = "";
      socket
        .setEncoding("utf8")
        .on("data", (part: string) => {
          if (text === "") socket.write("hello");
          text += part;
          if (text.includes("echo hello")) resolve(text);
        })
        .on("error", reject);
      socket.write(
        `GET /socket HTTP/1.1\r\nhost: ${s.dnsName}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: eA==\r\nsec-websocket-version: 13\r\n\r\n`,
      );
    });
    assert.match(echoed, /^HTTP\/1\.1 101 .*\r\n\r\necho hello$/s);
  });

  it("keeps header fields of other names than HTTP takes, unless it is told to drop them", async () => {
    const url = new URL(e.url);
    const seen = () =>
      new Promise<string[]>((resolve, reject) => {
        const headers = { host: s.dnsName, x_under: "1", "x-dash": "1" };
        http
          .get({ host: url.hostname, port: url.port, path: "/headers", headers }, (response) => {
            let text = "";
            response.setEncoding("utf8").on("data", (part: string) => (text += part));
            response.on("end", () => resolve(text.split(" ").filter((name) => /^x[-_](under|dash)$/.test(name))));
          })
          .on("error", reject);
      });
    assert.deepEqual((await seen()).sort(), ["x-dash", "x_under"]);
    await c.elb.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: s.loadBalancerArn,
        Attributes: [{ Key: "routing.http.drop_invalid_header_fields.enabled", Value: "true" }],
      }),
    );
    assert.deepEqual(await seen(), ["x-dash"]);
  });

  it("loses no request of an application that ignores SIGTERM to the very end", async () => {
    const old = (await c.ecs.send(new ListTasksCommand({ cluster: s.name, serviceName: s.name }))).taskArns ?? [];
    const slow = `/slow?${(DRAIN_S - 5) * 1000}`;
    const load = [
      ...Array.from({ length: 6 }, (_, i) => client(true, i % 2 ? "POST" : "GET", "/")),
      client(false, "GET", "/"),
      client(false, "POST", "/"),
      client(true, "GET", slow),
      client(true, "POST", slow),
    ];
    await c.ecs.send(
      new UpdateServiceCommand({ cluster: s.name, service: s.name, taskDefinition: await version("two") }),
    );
    const ended = await until(
      "the end of the old tasks",
      async () => {
        const tasks: Task[] = (await c.ecs.send(new DescribeTasksCommand({ cluster: s.name, tasks: old }))).tasks ?? [];
        return tasks.every((t) => t.lastStatus === "STOPPED") && tasks;
      },
      90_000,
    );
    over = true;
    const sent = (await Promise.all(load)).reduce((a, b) => a + b, 0);
    assert.deepEqual(failures, [], `${failures.length} of ${sent}`);
    assert.ok((versions.get("one") ?? 0) > 0 && (versions.get("two") ?? 0) > 0, [...versions].join(" "));
    assert.equal(ended.length, 2);
    for (const task of ended) {
      const asked = Number(/SIGTERM (\d+)/.exec(await printed(c, s, task))?.[1]);
      const stoppingAt = task.stoppingAt?.getTime() ?? 0;
      const diedAt = task.executionStoppedAt?.getTime() ?? 0;
      assert.ok(
        asked - stoppingAt >= DRAIN_S * 1000 - 100,
        `SIGTERM ${asked - stoppingAt} ms after the stop, within the drain`,
      );
      assert.ok(
        diedAt - asked >= STOP_S * 1000 - 200 && diedAt - asked <= STOP_S * 1000 + 4000,
        `ended ${diedAt - asked} ms after SIGTERM`,
      );
      assert.deepEqual(
        [task.containers?.[0]?.exitCode, task.stoppedReason?.replace(/ecs-svc\/\d+/, "D")],
        [137, "Scaling activity initiated by (deployment D)"],
      );
    }
  });
});
