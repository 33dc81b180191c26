/** An application's secrets from the command line to its tasks: made, rotated, under a key, gone, and never shown. */
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { GetRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { tinyApplication } from "./support/apps";
import { distFolder } from "./support/cli";
import { applicationFolder, readIn, theEngine, World, writeIn } from "./support/world";

const file = "task-definition.json";
/** Each is nowhere but in AWS. */
const hidden = ["k7-first-hidden-value", "k7-second-hidden-value", "k7-third\nof two lines"];

describe("secrets of an application", function () {
  this.timeout(180_000);
  let world: World;
  let folder: string;
  let secrets: SecretsManagerClient;
  let kms: KMSClient;
  const printed: string[] = [];
  const seenArguments = new Set<string>();
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("secrets", ["--tasks", "simulated", "--consistency", "strong"]);
    const options = { endpoint: world.sandbox.url, region: "us-east-1", credentials: world.credentials };
    secrets = new SecretsManagerClient(options);
    kms = new KMSClient(options);
    folder = applicationFolder("quay", {
      ...tinyApplication("v1"),
      ".env": `LOG_LEVEL=debug\nAPI_TOKEN="${hidden[1]}"\n# a comment\nEMPTY=\n`,
      ".dockerignore": ".env\n",
      "slipway.json": JSON.stringify({
        applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1 } },
      }),
    });
  });
  after(async () => {
    secrets?.destroy();
    kms?.destroy();
    await world?.stop();
  });

  /** What processes are called with, as anybody on the machine sees it. */
  function lookAtArguments(): void {
    if (process.platform !== "linux") return;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        for (const value of hidden) if (line.includes(value) && pid !== String(process.pid)) seenArguments.add(line);
      } catch {
        // It has ended.
      }
  }

  async function slipway(args: readonly string[], input = ""): Promise<{ code: number | null; out: string }> {
    const watch = setInterval(lookAtArguments, 20);
    const child = spawn(process.execPath, [path.join(distFolder(), "cli.js"), ...args, "--config", folder], {
      env: { ...process.env, ...world.env },
    });
    let out = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (out += data.toString()));
    child.stdin.end(input);
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    clearInterval(watch);
    printed.push(out);
    return { code, out };
  }
  async function ends(code: number, args: readonly string[], input?: string): Promise<string> {
    const done = await slipway(args, input);
    assert.equal(done.code, code, `${args.join(" ")}: ${done.out}`);
    return done.out;
  }
  const json = <T>(out: string): T => JSON.parse(out.trim().split("\n").at(-1) ?? "") as T;

  async function live() {
    const { services } = await world.clients.ecs.send(
      new DescribeServicesCommand({ cluster: "quay", services: ["quay"] }),
    );
    const { taskDefinition } = await world.clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition }),
    );
    return {
      deployment: services?.[0]?.deployments?.[0]?.id,
      revision: taskDefinition?.revision,
      role: taskDefinition?.executionRoleArn?.split("/").at(-1) ?? "",
      secrets: Object.fromEntries(
        (taskDefinition?.containerDefinitions?.[0]?.secrets ?? []).map((each) => [
          each.name ?? "",
          each.valueFrom ?? "",
        ]),
      ),
    };
  }
  async function policy(): Promise<string> {
    const { role: RoleName } = await live();
    const { PolicyNames = [] } = await world.clients.iam.send(new ListRolePoliciesCommand({ RoleName }));
    const { PolicyDocument = "" } = await world.clients.iam.send(
      new GetRolePolicyCommand({ RoleName, PolicyName: PolicyNames[0] }),
    );
    return decodeURIComponent(PolicyDocument);
  }
  const valueOf = async (SecretId: string): Promise<string | undefined> =>
    (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;

  it("is made from standard input before the first deployment, and named in the file that would be written", async () => {
    const out = await ends(0, ["secret", "set", "DATABASE_URL", "--format", "json"], `${hidden[0]}\n`);
    const made = json<{ action: string; secret: string; valueFrom: string; isFileChanged: boolean }>(out);
    assert.deepEqual(
      [made.action, made.secret, made.isFileChanged],
      ["created", "slipway/quay/default/DATABASE_URL", true],
    );
    assert.equal(await valueOf(made.secret), hidden[0]);
    const { Tags = [] } = await secrets.send(new DescribeSecretCommand({ SecretId: made.secret }));
    assert.ok(Tags.some(({ Key, Value }) => Key === "slipway:app" && Value === "quay"));
    assert.match(
      readIn(folder, file),
      /"secrets": \[\s*\{\s*"name": "DATABASE_URL",\s*"valueFrom": "arn:aws:secretsmanager:/,
    );
    await ends(0, ["deploy", "--yes"]);
    assert.deepEqual((await live()).secrets, { DATABASE_URL: made.valueFrom });
    assert.match(await policy(), /secretsmanager:GetSecretValue/);
  });

  it("takes no value as an argument, none that is empty, and not another application's secret", async () => {
    for (const args of [["DATABASE_URL=k7-x"], ["DATABASE_URL", "k7-x"]]) {
      const out = await ends(2, ["secret", "set", ...args]);
      assert.equal(out.includes("k7-x"), false);
    }
    assert.match(await ends(1, ["secret", "set", "DATABASE_URL"], ""), /keeps no empty secret/);
    await secrets.send(new CreateSecretCommand({ Name: "slipway/quay/default/OTHERS", SecretString: "x" }));
    assert.match(await ends(1, ["secret", "set", "OTHERS"], "y"), /which this application did not make/);
  });

  it("has a new value, of many lines too, which a restart brings and nothing else changes", async () => {
    const before = await live();
    const text = readIn(folder, file);
    const out = await ends(0, ["secret", "set", "DATABASE_URL"], hidden[2]);
    assert.match(out, /slipway restart/);
    assert.equal(await valueOf("slipway/quay/default/DATABASE_URL"), hidden[2]);
    assert.equal(readIn(folder, file), text);
    assert.match(await ends(4, ["restart", "--format", "json"]), /ConsentMissing/);
    const calls = await world.callsDuring(() => ends(0, ["restart", "--yes"]));
    const writes = calls.filter(({ operation }) => !/^(Describe|List|Get|BatchGet|Simulate)/.test(operation));
    assert.deepEqual(
      writes.map(({ operation }) => operation),
      ["UpdateService"],
    );
    const after = await live();
    assert.equal(after.revision, before.revision);
    assert.notEqual(after.deployment, before.deployment);
  });

  it("moves a variable out of the file, with its formatting and comments kept", async () => {
    const text = readIn(folder, file).replace(
      '"secrets": [',
      '"environment": [\n        // not yet safe\n        { "name": "API_TOKEN", "value": "plain" },\n        { "name": "COLOR", "value": "blue" }\n      ],\n      "secrets": [',
    );
    writeIn(folder, file, text);
    const out = await ends(0, ["secret", "set", "API_TOKEN"], hidden[1]);
    assert.match(out, /stood in the open/);
    const now = readIn(folder, file);
    assert.equal(now.includes('"plain"'), false);
    assert.ok(now.includes('{ "name": "COLOR", "value": "blue" }'), now);
    assert.match(now, /"API_TOKEN",?\s/);
  });

  it("under a key of the customer's is read with kms:Decrypt on that key alone, also by its alias", async () => {
    const key = (await kms.send(new CreateKeyCommand({}))).KeyMetadata;
    await kms.send(new CreateAliasCommand({ AliasName: "alias/quay", TargetKeyId: key?.KeyId }));
    await ends(0, ["secret", "set", "KEYED", "--kms-key", key?.Arn ?? ""], "by-arn");
    await ends(0, ["secret", "set", "ALIASED", "--kms-key", "alias/quay"], "by-alias");
    await ends(0, ["deploy", "--yes"]);
    const document = await policy();
    assert.ok(document.includes(`"${key?.Arn}"`) && document.includes("secretsmanager.us-east-1.amazonaws.com"));
    assert.match(document, /kms:ResourceAliases[^}]*alias\/quay/);
    assert.deepEqual(Object.keys((await live()).secrets).sort(), ["ALIASED", "API_TOKEN", "DATABASE_URL", "KEYED"]);
    for (const command of ["verify", "diagnose"]) await ends(0, [command]);
  });

  it("that is there already is named by its ARN, whose JSON key is looked for", async () => {
    const { ARN = "" } = await secrets.send(
      new CreateSecretCommand({ Name: "shared/db", SecretString: JSON.stringify({ user: "k7-user" }) }),
    );
    assert.match(await ends(1, ["secret", "use", "DB_PASSWORD", `${ARN}:password::`]), /no JSON key password/);
    assert.match(await ends(1, ["secret", "use", "DB_USER", `${ARN.slice(0, -6)}Absent`]), /There is no secret/);
    await ends(0, ["secret", "use", "DB_USER", `${ARN}:user::`]);
    const listed = json<{ secrets: { name: string; exists: boolean; jsonKey?: string }[] }>(
      await ends(0, ["secret", "check", "--format", "json"]),
    ).secrets;
    assert.deepEqual(
      listed.map(({ name, exists, jsonKey }) => [name, exists, jsonKey]),
      [
        ["DATABASE_URL", true, undefined],
        ["API_TOKEN", true, undefined],
        ["KEYED", true, undefined],
        ["ALIASED", true, undefined],
        ["DB_USER", true, "there"],
      ],
    );
    await ends(0, ["deploy", "--yes"]);
  });

  it("comes out of a .env file by its name, and the rest goes into the definition", async () => {
    assert.match(await ends(4, ["env", "import", ".env"]), /Secrets: API_TOKEN\. *\n.*In the open: EMPTY, LOG_LEVEL/s);
    const done = json<{ secrets: { name: string }[]; environment: string[] }>(
      await ends(0, ["env", "import", ".env", "--yes", "--format", "json"]),
    );
    assert.deepEqual([done.secrets.map(({ name }) => name), done.environment], [["API_TOKEN"], ["EMPTY", "LOG_LEVEL"]]);
    assert.match(readIn(folder, file), /"LOG_LEVEL",\s*"value": "debug"/);
    assert.equal(await valueOf("slipway/quay/default/API_TOKEN"), hidden[1]);
  });

  it("that is gone stops a deployment, a restart and a rollback before the first write", async () => {
    const { secrets: named } = await live();
    writeIn(folder, "Dockerfile", tinyApplication("v2").Dockerfile ?? "");
    await secrets.send(new DeleteSecretCommand({ SecretId: named["KEYED"] }));
    for (const args of [["deploy"], ["restart"], ["rollback", "--to", "2"]]) {
      const calls = await world.callsDuring(async () => {
        assert.match(await ends(1, [...args, "--yes", "--format", "json"]), /SecretMissing/);
      });
      assert.deepEqual(
        calls.filter(({ operation }) => operation === "UpdateService"),
        [],
      );
    }
    assert.match(await ends(0, ["secret", "list"]), /KEYED .*MISSING/);
    assert.match(await ends(0, ["secret", "set", "KEYED"], "again"), /Brought .* back/);
    await ends(0, ["deploy", "--yes"]);
    await ends(0, ["rollback", "--to", "1", "--yes"]);
    assert.deepEqual(Object.keys((await live()).secrets), ["DATABASE_URL"]);
    // What only the version before needed is taken out of the role's policy again.
    assert.equal((await policy()).includes("kms:Decrypt"), false);
    await ends(0, ["deploy", "--yes"]);
    assert.equal((await policy()).includes("kms:Decrypt"), true);
  });

  it("outlives the application, which says so, and is nowhere on this machine", async () => {
    const out = await ends(0, ["destroy", "--yes"]);
    assert.match(out, /slipway\/quay\/default\/DATABASE_URL/);
    assert.equal(await valueOf("slipway/quay/default/DATABASE_URL"), hidden[2]);
    const stateDir = world.env["SLIPWAY_STATE_DIR"] ?? "";
    const inFiles = (root: string): string[] =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== ".env")
        .map((entry) => path.join(entry.parentPath, entry.name));
    const requests = JSON.stringify(await world.control("GET", "requests?input"));
    for (const value of hidden.map((each) => each.split("\n")[0] ?? "")) {
      for (const at of [...inFiles(stateDir), ...inFiles(folder), ...inFiles(world.env["TMPDIR"] ?? stateDir)])
        assert.equal(readFileSync(at).includes(value), false, at);
      assert.equal(
        printed.some((text) => text.includes(value)),
        false,
      );
      assert.equal(requests.includes(value), false);
    }
    assert.deepEqual([...seenArguments], []);
  });
});
