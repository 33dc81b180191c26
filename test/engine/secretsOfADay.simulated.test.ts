/** A day of an application, with a known secret in every place that one may come from; after it each is looked for everywhere. */
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { temporaryDir } from "../../scripts/paths";
import { definitionFile, tinyApplication } from "./support/apps";
import { distFolder } from "./support/cli";
import { applicationFolder, readIn, theEngine, World, writeIn } from "./support/world";

const random = (): string => `q${randomBytes(9).toString("hex")}`;

/** Where each stands by the person's own will is left out of what is searched. */
const secrets: Record<string, string> = {
  "secret set": random(),
  "secret set, anew": random(),
  "in Secrets Manager": random(),
  ".env, a secret": random(),
  ".env, in the open": random(),
  "environment in the definition": random(),
  "command in the definition": random(),
  "label in the definition": random(),
  "proxy's password": random(),
  "build secret": random(),
};
/** The person's own files. */
const own = new Set(["task-definition.json", ".env"]);

const file = "task-definition.json";

describe("the secrets of a day", function () {
  this.timeout(300_000);
  let world: World;
  let folder: string;
  let home: string;
  let manager: SecretsManagerClient;
  let proxy: http.Server;
  const printed: { args: string; out: string }[] = [];
  const seenArguments = new Set<string>();

  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("secrets-of-a-day", ["--tasks", "simulated", "--consistency", "strong"]);
    const options = { endpoint: world.sandbox.url, region: "us-east-1", credentials: world.credentials };
    manager = new SecretsManagerClient(options);
    home = temporaryDir("home");
    secrets["AWS secret key"] = world.credentials.secretAccessKey;
    folder = applicationFolder("dusk", {
      ...tinyApplication("v1"),
      ...definition({ cpu: "256" }),
      ".env": `API_TOKEN=${secrets[".env, a secret"]}\nPLAIN=${secrets[".env, in the open"]}\n`,
      ".dockerignore": ".env\n",
      "slipway.json": JSON.stringify({
        applications: {
          dusk: { dockerfile: "Dockerfile", taskDefinition: file, deregistrationDelaySeconds: 1 },
        },
      }),
    });
    proxy = http
      .createServer((_, response) => response.writeHead(407, { "proxy-authenticate": "Basic" }).end())
      .on("connect", (_, socket) => socket.end("HTTP/1.1 407 No\r\nproxy-authenticate: Basic\r\n\r\n"));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    proxy?.close();
    manager?.destroy();
    await world?.stop();
  });

  function definition(more: object, variables: object[] = []): Record<string, string> {
    return definitionFile("dusk", {
      container: {
        environment: [{ name: "DB_PASSWORD", value: secrets["environment in the definition"] }, ...variables],
        command: ["httpd", `--password=${secrets["command in the definition"]}`],
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": "/ecs/dusk", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "dusk" },
        },
        dockerLabels: { "traefik.users": secrets["label in the definition"] },
      },
      definition: more,
    });
  }

  /** What processes are called with, as anybody on the machine sees it. */
  function lookAtArguments(): void {
    if (process.platform !== "linux") return;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        for (const [name, value] of Object.entries(secrets)) if (line.includes(value)) seenArguments.add(name);
      } catch {
        // It has ended.
      }
  }

  async function slipway(
    args: readonly string[],
    input = "",
    more: Record<string, string> = {},
  ): Promise<number | null> {
    const watch = setInterval(lookAtArguments, 20);
    const [command = "", ...rest] = args;
    const child = spawn(process.execPath, [path.join(distFolder(), "cli.js"), command, "--config", folder, ...rest], {
      env: {
        ...process.env,
        ...world.env,
        HOME: home,
        HTTPS_PROXY: proxyUrl(),
        NO_PROXY: "127.0.0.1,localhost",
        NPM_TOKEN: secrets["build secret"],
        ...more,
      },
    });
    let out = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (out += data.toString()));
    child.stdin.end(input);
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    clearInterval(watch);
    printed.push({ args: args.join(" "), out });
    return code;
  }
  const proxyUrl = (): string =>
    `http://me:${secrets["proxy's password"]}@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  async function ends(code: number, args: readonly string[], input?: string): Promise<void> {
    const done = await slipway(args, input);
    assert.equal(done, code, `${args.join(" ")}: ${printed.at(-1)?.out}`);
  }

  const keys = (): string => path.join(world.env["SLIPWAY_STATE_DIR"] ?? "", "sandbox", "env");
  /** All that was written on this machine, but for what the person wrote. */
  const filesThere = (): string[] =>
    [world.env["SLIPWAY_STATE_DIR"] ?? "", world.env["TMPDIR"] ?? "", home, folder].flatMap((root) =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !(entry.parentPath === folder && own.has(entry.name)))
        // The sandbox's keys are at home there.
        .filter((entry) => path.join(entry.parentPath, entry.name) !== keys())
        .map((entry) => path.join(entry.parentPath, entry.name)),
    );
  /** Which secret stands where, as it is or encoded. */
  function wherever(files: readonly string[]): string[] {
    const found: string[] = [];
    for (const [name, value] of Object.entries(secrets))
      for (const form of [value, Buffer.from(value).toString("base64").replace(/=+$/, ""), encodeURIComponent(value)]) {
        for (const { args, out } of printed) if (out.includes(form)) found.push(`${name}: slipway ${args}`);
        for (const at of files) if (readFileSync(at).includes(form)) found.push(`${name}: ${at}`);
      }
    return found;
  }

  it("passes: made, deployed, changed, failed, gone back, looked at", async () => {
    const { ARN = "" } = await manager.send(
      new CreateSecretCommand({ Name: "shared/dusk", SecretString: secrets["in Secrets Manager"] }),
    );
    await ends(0, ["secret", "set", "DATABASE_URL"], secrets["secret set"]);
    await ends(0, ["secret", "use", "SHARED", ARN]);
    await ends(0, ["plan"]);
    await ends(0, ["plan", "--format", "json"]);
    await ends(0, ["deploy", "--yes"]);
    await ends(0, ["env", "import", ".env", "--yes"]);
    await ends(0, ["secret", "set", "DATABASE_URL"], secrets["secret set, anew"]);
    // Every guarded member changes, and is then shown as changed.
    const text = readIn(folder, file);
    writeIn(folder, file, text.replaceAll("--password=", "--pass=").replace('"traefik.users"', '"traefik.user"'));
    await ends(0, ["plan", "--format", "json"]);
    await ends(0, ["deploy", "--yes", "--format", "json"]);
    const good = readIn(folder, file);
    const failing = '"environment": [{ "name": "SANDBOX_EXIT_AFTER_MS", "value": "50" }, ';
    writeIn(folder, file, good.replace(/"environment":\s*\[/, failing));
    await ends(3, ["deploy", "--yes"]);
    await ends(1, ["diagnose"]);
    await ends(1, ["diagnose", "--format", "json"]);
    await ends(0, ["rollback", "--yes"]);
    writeIn(folder, file, good);
    await ends(0, ["deploy", "--yes"]);
    for (const args of [["history"], ["verify"], ["secret", "list"], ["secret", "check"], ["metrics"]])
      await ends(0, args);
    await ends(1, ["review"]);
    await ends(0, ["logs", "--since", "1h"]);
    // A proxy that wants a password, and does not take this one.
    const refused = { HTTP_PROXY: proxyUrl(), NO_PROXY: "", SLIPWAY_ENDPOINT_URL: "", AWS_ENDPOINT_URL: "" };
    assert.notEqual(await slipway(["plan", "--endpoint-url", "http://aws.example"], "", refused), 0);
    assert.match(printed.at(-1)?.out ?? "", /proxy/i);
  });

  it("leaves none of them in what was printed, in arguments, or in any file", async () => {
    const { authorizationData } = await world.clients.ecr.send(new GetAuthorizationTokenCommand({}));
    const login = authorizationData?.[0]?.authorizationToken ?? "";
    secrets["registry login"] = login;
    secrets["registry password"] = Buffer.from(login, "base64").toString().split(":").slice(1).join(":");
    assert.ok(secrets["registry password"].length > 5);
    const before = filesThere();
    assert.ok(before.some((at) => at.endsWith("journal.json")) && before.some((at) => at.endsWith("events.jsonl")));
    const found = wherever(before);
    await ends(0, ["destroy", "--yes"]);
    assert.deepEqual([...new Set([...found, ...wherever(filesThere())])], []);
    assert.deepEqual([...seenArguments], []);
  });

  it("leaves what it wrote for itself to be read by its owner alone", () => {
    if (process.platform === "win32") return;
    const state = world.env["SLIPWAY_STATE_DIR"] ?? "";
    // The sandbox's folder is made by what starts it here; its keys are a file that is closed itself.
    const entries = readdirSync(state).flatMap((name) => (name === "sandbox" ? [] : [path.join(state, name)]));
    assert.equal(statSync(keys()).mode & 0o077, 0);
    assert.ok(entries.length > 0);
    // A folder that nobody else may enter is enough for what is in it.
    assert.deepEqual(
      entries.filter((at) => statSync(at).mode & 0o077),
      [],
    );
  });
});
