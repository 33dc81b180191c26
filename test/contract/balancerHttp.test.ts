/** HTTP at the load balancer, to the byte: what it refuses, what it adds, whom it leads back. */
import assert from "node:assert/strict";
import http2 from "node:http2";
import net from "node:net";
import tls from "node:tls";
import {
  DescribeListenersCommand,
  ModifyListenerAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  CreateListenerCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clients, revision, service, stage, steady, type Clients, type Stage } from "./support/network";
import { startSandbox, TARGET, type Endpoint } from "./support/sandbox";
import { send } from "./support/wire";

describe("HTTP at the load balancer", function () {
  this.timeout(40_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  let port: number;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox(["--tasks", "simulated", "--consistency", "strong"]);
    port = Number(new URL(e.url).port);
    c = clients(e);
    s = await stage(c, "bytes");
    await service(c, s, await revision(c, s), { desiredCount: 3 });
    await steady(c, s);
  });
  after(async () => e?.stop());

  /** Sends these bytes and gives all that comes back until the connection ends, or `ms` have passed. */
  async function raw(text: string, ms = 5000): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(port, "127.0.0.1", () => socket.write(text));
      let answer = "";
      const timer = setTimeout(() => socket.destroy(), ms);
      socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
      socket.on("error", reject);
      socket.on("close", () => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }
  const head = (first: string, lines: readonly string[] = []): string =>
    [first, `Host: ${s.dnsName}`, "Connection: close", ...lines, "", ""].join("\r\n");
  const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

  /** The headers that a target got, by their small names. */
  async function echoed(lines: readonly string[] = []): Promise<Record<string, string>> {
    const answer = await raw(head("GET / HTTP/1.1", ["x-sandbox-echo: 1", ...lines]));
    const [, text = ""] = /\r\n\r\n.*?(\[.*\])/s.exec(answer) ?? [];
    const list = JSON.parse(text) as string[];
    return Object.fromEntries(
      list.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), list[i + 1] ?? ""] as const] : [])),
    );
  }
  const balancer = async (Key: string, Value: string): Promise<void> => {
    const Attributes = [{ Key, Value }];
    await c.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: s.loadBalancerArn, Attributes }));
  };
  const group = async (...pairs: readonly (readonly [string, string])[]): Promise<void> => {
    const Attributes = pairs.map(([Key, Value]) => ({ Key, Value }));
    await c.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: s.targetGroupArn, Attributes }));
  };

  it("refuses what is too long, malformed or not spoken, with pages of its own", async () => {
    const long = (n: number) => "x".repeat(n);
    const cases: readonly (readonly [string, number])[] = [
      [head("GET / HTTP/1.1"), 200],
      [head("GET / HTTP/1.1", [`a: ${long(16_000)}`]), 200],
      [head("GET / HTTP/1.1", [`a: ${long(16_400)}`]), 400],
      [
        head(
          "GET / HTTP/1.1",
          ["a", "b", "c"].map((name) => `${name}: ${long(16_000)}`),
        ),
        200,
      ],
      [
        head(
          "GET / HTTP/1.1",
          ["a", "b", "c", "d", "f"].map((name) => `${name}: ${long(15_000)}`),
        ),
        400,
      ],
      [head(`GET /${long(16_400)} HTTP/1.1`), 414],
      [head("GET / HTTP/1.1", ["no colon"]), 400],
      [head("TRACE / HTTP/1.1"), 405],
      [head("POST / HTTP/1.1", ["Transfer-Encoding: gzip"]), 501],
      [head("POST / HTTP/1.1", ["Transfer-Encoding: gzip, chunked"]) + "0\r\n\r\n", 501],
      [head("GET / HTTP/1.1", [`X-Forwarded-For: ${Array.from({ length: 30 }, () => "10.0.0.1").join(", ")}`]), 200],
      [head("GET / HTTP/1.1", [`X-Forwarded-For: ${Array.from({ length: 31 }, () => "10.0.0.1").join(", ")}`]), 463],
    ];
    for (const [text, status] of cases) {
      const answer = await raw(text);
      assert.equal(statusOf(answer), status, `${text.slice(0, 60)} → ${answer.slice(0, 200)}`);
      if (status !== 200) assert.match(answer, /server: awselb\/2\.0\r\n/i);
    }
  });

  it("clients that stop in between are answered 408 after the idle timeout, and silent ones are left", async () => {
    await balancer("idle_timeout.timeout_seconds", "1");
    const body = head("POST / HTTP/1.1", ["Content-Length: 10"]);
    const slow = head("POST / HTTP/1.1", ["Content-Length: 10", "x-sandbox-delay-ms: 3000"]);
    const [half, silent, whole] = await Promise.all([
      raw(`${slow}abc`, 4000),
      raw("", 4000),
      raw(`${body}0123456789`, 4000),
    ]);
    assert.equal(statusOf(half), 408, half);
    assert.equal(silent, "");
    assert.equal(statusOf(whole), 200);
    await balancer("idle_timeout.timeout_seconds", "60");
  });

  it("X-Forwarded-For is appended, preserved or removed, with the client's port where that is asked for", async () => {
    const given = ["X-Forwarded-For: 10.9.9.9"];
    assert.equal((await echoed(given))["x-forwarded-for"], "10.9.9.9, 127.0.0.1");
    await balancer("routing.http.xff_client_port.enabled", "true");
    assert.match((await echoed())["x-forwarded-for"] ?? "", /^127\.0\.0\.1:\d+$/);
    await balancer("routing.http.xff_client_port.enabled", "false");
    await balancer("routing.http.xff_header_processing.mode", "preserve");
    assert.equal((await echoed(given))["x-forwarded-for"], "10.9.9.9");
    assert.equal((await echoed())["x-forwarded-for"], undefined);
    await balancer("routing.http.xff_header_processing.mode", "remove");
    assert.equal((await echoed(given))["x-forwarded-for"], undefined);
    await balancer("routing.http.xff_header_processing.mode", "append");
  });

  it("a trace has a Root, and a Self before a Root that came", async () => {
    assert.match((await echoed())["x-amzn-trace-id"] ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    const root = "Root=1-67891233-abcdef012345678912345678";
    const again = await echoed([`X-Amzn-Trace-Id: Self=1-67891233-000000000000000000000000;${root};Sampled=1`]);
    assert.match(
      again["x-amzn-trace-id"] ?? "",
      /^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abcdef012345678912345678;Sampled=1$/,
    );
    assert.doesNotMatch(again["x-amzn-trace-id"] ?? "", /000000000000000000000000/);
  });

  it("Host goes on as it came where it is to be preserved", async () => {
    const withPort = async () => {
      const text = `GET / HTTP/1.1\r\nHost: ${s.dnsName}:80\r\nConnection: close\r\nx-sandbox-echo: 1\r\n\r\n`;
      return /"Host","([^"]+)"/i.exec(await raw(text))?.[1];
    };
    assert.equal(await withPort(), s.dnsName);
    await balancer("routing.http.preserve_host_header.enabled", "true");
    assert.equal(await withPort(), `${s.dnsName}:80`);
    await balancer("routing.http.preserve_host_header.enabled", "false");
  });

  it("drops header names that are not valid, and in its strictest mode ambiguous requests", async () => {
    const odd = ["x_odd: 1"];
    assert.equal((await echoed(odd))["x_odd"], "1");
    await balancer("routing.http.drop_invalid_header_fields.enabled", "true");
    assert.equal((await echoed(odd))["x_odd"], undefined);
    await balancer("routing.http.drop_invalid_header_fields.enabled", "false");
    const ambiguous = `${head("GET / HTTP/1.1", ["Content-Length: 2"])}ab`;
    assert.equal(statusOf(await raw(ambiguous)), 200);
    await balancer("routing.http.desync_mitigation_mode", "strictest");
    assert.equal(statusOf(await raw(ambiguous)), 400);
    await balancer("routing.http.desync_mitigation_mode", "defensive");
  });

  it("a listener adds and hides headers of answers", async () => {
    const { Listeners } = await c.elb.send(new DescribeListenersCommand({ LoadBalancerArn: s.loadBalancerArn }));
    await c.elb.send(
      new ModifyListenerAttributesCommand({
        ListenerArn: Listeners?.[0]?.ListenerArn ?? "",
        Attributes: [
          { Key: "routing.http.response.x_frame_options.header_value", Value: "DENY" },
          { Key: "routing.http.response.server.enabled", Value: "false" },
        ],
      }),
    );
    assert.match(await raw(head("GET / HTTP/1.1")), /\r\nx-frame-options: DENY\r\n/);
    const refused = await raw(head("TRACE / HTTP/1.1"));
    assert.doesNotMatch(refused, /awselb/);
  });

  it("a sticky client comes back to its target, by the balancer's cookie or by the application's", async () => {
    const cookiesIn = (answer: string) => [...answer.matchAll(/^set-cookie: ([^=]+)=([^;]+); (.*)\r$/gim)];
    assert.equal(cookiesIn(await raw(head("GET / HTTP/1.1"))).length, 0);
    await group(["stickiness.enabled", "true"], ["stickiness.lb_cookie.duration_seconds", "60"]);
    const first = cookiesIn(await raw(head("GET / HTTP/1.1")));
    assert.deepEqual(
      first.map(([, name]) => name),
      ["AWSALB", "AWSALBCORS"],
    );
    assert.match(first[0]?.[3] ?? "", /^Expires=.* GMT; Path=\/$/);
    assert.match(first[1]?.[3] ?? "", /^Expires=.* GMT; Path=\/; SameSite=None$/);
    const targetOf = (value: string) => (JSON.parse(Buffer.from(value, "base64").toString("utf8")) as [string])[0];
    const mine = targetOf(first[0]?.[2] ?? "");
    for (let i = 0; i < 6; i++) {
      const [again] = cookiesIn(await raw(head("GET / HTTP/1.1", [`Cookie: a=b; AWSALB=${first[0]?.[2]}`])));
      assert.equal(targetOf(again?.[2] ?? ""), mine);
      assert.notEqual(again?.[2], first[0]?.[2]);
    }
    const others = new Set<string>();
    for (let i = 0; i < 6; i++) others.add(targetOf(cookiesIn(await raw(head("GET / HTTP/1.1")))[0]?.[2] ?? ""));
    assert.equal(others.size, 3);

    await group(["stickiness.type", "app_cookie"], ["stickiness.app_cookie.cookie_name", "session"]);
    assert.equal(cookiesIn(await raw(head("GET / HTTP/1.1"))).length, 0);
    const own = cookiesIn(await raw(head("GET / HTTP/1.1", ["x-sandbox-set-cookie: session=1; Path=/"])));
    assert.deepEqual(
      own.map(([, name]) => name),
      ["session", "AWSALBAPP-0"],
    );
    await group(["stickiness.enabled", "false"]);
  });

  it("speaks HTTP/2 with clients of an HTTPS listener, where that is not switched off", async () => {
    const requested = await send(e, "acm", "RequestCertificate", {
      DomainName: "h2.example.com",
      ValidationMethod: "DNS",
    });
    const [, arn = ""] = /"CertificateArn":"([^"]+)"/.exec(requested.text) ?? [];
    const issued = await fetch(`${e.url}/_sandbox/certificates`, {
      method: "POST",
      headers: { "x-sandbox-token": e.token },
      body: JSON.stringify({ arn, status: "ISSUED" }),
    });
    assert.equal(issued.status, 200);
    await c.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: s.loadBalancerArn,
        Protocol: "HTTPS",
        Port: 443,
        Certificates: [{ CertificateArn: arn }],
        DefaultActions: [{ Type: "forward", TargetGroupArn: s.targetGroupArn }],
      }),
    );
    await send(e, "ec2", "AuthorizeSecurityGroupIngress", {
      GroupId: s.balancerGroup,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    });
    const ask = async (): Promise<readonly [string | false | undefined, number, string]> => {
      const client = http2.connect(`https://${s.dnsName}`, {
        createConnection: () =>
          tls.connect({
            host: "127.0.0.1",
            port,
            servername: s.dnsName,
            ALPNProtocols: ["h2"],
            rejectUnauthorized: false,
          }),
      });
      try {
        return await new Promise((resolve, reject) => {
          client.on("error", reject);
          const request = client.request({ ":path": "/", ":authority": s.dnsName, "x-sandbox-echo": "1" });
          let status = 0;
          let text = "";
          request.on("response", (headers) => (status = Number(headers[":status"])));
          request.on("data", (chunk: Buffer) => (text += chunk.toString()));
          request.on("end", () => resolve([client.alpnProtocol, status, text]));
          request.on("error", reject);
        });
      } finally {
        client.close();
      }
    };
    const [protocol, status, text] = await ask();
    assert.deepEqual([protocol, status], ["h2", 200]);
    assert.match(text, new RegExp(`"host","${s.dnsName}"`, "i"));
    assert.match(text, /"x-forwarded-proto","https"/i);
    await balancer("routing.http2.enabled", "false");
    await assert.rejects(ask());
  });
});
