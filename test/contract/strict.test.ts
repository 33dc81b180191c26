import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { supportedOf } from "../../src/sandbox/supportedMembers";
import { isSimple, MODELS, shapeOf, type Model } from "../../src/sandbox/wire/model";
import { clients, described, revision, service, stage, start, steady } from "./support/network";
import { startSandbox, TARGET, until, type Endpoint } from "./support/sandbox";
import { send } from "./support/wire";

const container = (extra: object): object => ({
  family: "strict",
  containerDefinitions: [{ name: "web", image: "web:1", memory: 64, ...extra }],
});
/** What AWS has within its structures and the sandbox does not: service, operation, input, the member that the error names. */
const REFUSED: readonly (readonly [string, string, object, string])[] = [
  [
    "ecs",
    "RegisterTaskDefinition",
    container({ restartPolicy: { enabled: true } }),
    "containerDefinitions.restartPolicy",
  ],
  [
    "ecs",
    "RegisterTaskDefinition",
    container({ environmentFiles: [{ value: "arn:aws:s3:::b/k", type: "s3" }] }),
    "containerDefinitions.environmentFiles",
  ],
  [
    "ecs",
    "RegisterTaskDefinition",
    { ...container({}), volumes: [{ name: "v", efsVolumeConfiguration: { fileSystemId: "fs-1" } }] },
    "volumes.efsVolumeConfiguration",
  ],
  [
    "ecs",
    "CreateService",
    { serviceName: "x", loadBalancers: [{ loadBalancerName: "classic" }] },
    "loadBalancers.loadBalancerName",
  ],
  [
    "ecs",
    "CreateService",
    { serviceName: "x", deploymentConfiguration: { lifecycleHooks: [{ hookDetails: "a" }] } },
    "deploymentConfiguration.lifecycleHooks.hookDetails",
  ],
  [
    "ecs",
    "UpdateService",
    { service: "x", serviceConnectConfiguration: { enabled: true } },
    "serviceConnectConfiguration",
  ],
  ["ecs", "RunTask", { taskDefinition: "x", overrides: { executionRoleArn: "r" } }, "overrides.executionRoleArn"],
  [
    "ecs",
    "RunTask",
    { taskDefinition: "x", overrides: { containerOverrides: [{ name: "web", memory: 5 }] } },
    "overrides.containerOverrides.memory",
  ],
  ["elbv2", "CreateTargetGroup", { Name: "x", Matcher: { GrpcCode: "0" } }, "Matcher.GrpcCode"],
  [
    "elbv2",
    "CreateListener",
    {
      LoadBalancerArn: "x",
      DefaultActions: [{ Type: "forward", ForwardConfig: { TargetGroupStickinessConfig: { Enabled: true } } }],
    },
    "DefaultActions.ForwardConfig.TargetGroupStickinessConfig.Enabled",
  ],
  [
    "elbv2",
    "CreateRule",
    {
      ListenerArn: "x",
      Priority: 1,
      Conditions: [{ Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"], IpAddressType: "ipv4" } }],
      Actions: [{ Type: "forward" }],
    },
    "Conditions.SourceIpConfig.IpAddressType",
  ],
];
const CHECKED = [
  "CreateService",
  "UpdateService",
  "RegisterTaskDefinition",
  "RunTask",
  "CreateTargetGroup",
  "CreateListener",
  "CreateRule",
];

/** The structures that an input can hold, by way of supported members. */
function reachable(model: Model, name: string, unsupported: readonly string[], seen = new Set<string>()): Set<string> {
  if (isSimple(name) || seen.has(name)) return seen;
  const shape = shapeOf(model, name);
  if (shape.of) return reachable(model, shape.of.s, unsupported, seen);
  seen.add(name);
  const supported = supportedOf(model, name);
  for (const [member, { s }] of Object.entries(shape.m ?? {})) {
    if (supported ? supported.includes(member) : !unsupported.includes(member)) reachable(model, s, [], seen);
  }
  return seen;
}

describe("what the sandbox does not implement", function () {
  this.timeout(30_000);
  let e: Endpoint;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox(["--tasks", "simulated", "--vcpus", "1"]);
  });
  after(async () => e?.stop());

  for (const [id, operation, input, member] of REFUSED) {
    it(`${id} ${operation} refuses ${member} by name`, async () => {
      const answer = await send(e, id, operation, { ...input });
      assert.equal(answer.status, 501, answer.text);
      assert.ok(
        answer.text.includes("NotImplementedException") &&
          answer.text.replaceAll("&apos;", "'").includes(`'${member}'`),
        answer.text,
      );
    });
  }

  it("what is empty or false within a structure asks for nothing", async () => {
    const answer = await send(e, "ecs", "RegisterTaskDefinition", {
      ...container({ restartPolicy: { enabled: false }, systemControls: [], environmentFiles: [] }),
    });
    assert.equal(answer.status, 200, answer.text);
  });

  it("every structure of the large inputs says what of it is supported", async () => {
    const table = await (await fetch(`${e.url}/_sandbox/coverage`, { headers: { "x-sandbox-token": e.token } })).text();
    for (const operation of CHECKED) {
      const [, id = "", not = ""] =
        new RegExp(`^(\\w+)\\t${operation}\\t\\d+/\\d+(?:\\tconstraints: [^\\t]*)?(?:\\tnot: (.*))?$`, "m").exec(
          table,
        ) ?? [];
      const model = MODELS.find((m) => m.id === id);
      const io = model?.operations[operation];
      assert.ok(model && io && io.in !== null, `${operation} is in the table`);
      const silent = [...reachable(model, io.in, not.split(" "))].filter(
        (name) => name !== io.in && supportedOf(model, name) === undefined,
      );
      assert.deepEqual(silent, [], operation);
    }
  });

  it("the vCPU quota holds: an event for a service, an error for a task on its own", async () => {
    const c = clients(e);
    const s = await stage(c, "quota");
    await service(c, s, await revision(c, s), { desiredCount: 6 });
    const limit =
      "(service quota) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you " +
      "can run concurrently.";
    const now = await until("the event", async () => {
      const found = await described(c, s);
      return found.runningCount === 4 && found.events?.some((x) => x.message === limit) && found;
    });
    assert.equal(now.desiredCount, 6);
    await assert.rejects(start(c, s, await revision(c, s)), {
      name: "ClientException",
      message: "You've reached the limit on the number of vCPUs you can run concurrently.",
    });
    await c.ecs.send(new UpdateServiceCommand({ cluster: s.name, service: s.name, desiredCount: 4 }));
    await steady(c, s);
  });

  it("targets that are registered together are one event", async () => {
    const said = (await described(clients(e), { name: "quota" })).events?.map((x) => x.message ?? "") ?? [];
    assert.ok(
      said.some((m) => /^\(service quota\) registered [234] targets in \(target-group \S+\)$/.test(m)),
      said.join("\n"),
    );
  });
});

describe("the generated models", function () {
  this.timeout(60_000);
  it("are those of the installed SDK", () => {
    const fresh = mkdtempSync(path.join(tmpdir(), "slipway-models-"));
    try {
      execFileSync(process.execPath, ["scripts/models/sandboxModels.mjs", fresh], { stdio: "pipe" });
      const names = readdirSync(fresh).sort();
      assert.deepEqual(names, readdirSync("src/sandbox/model").sort());
      const differing = names.filter(
        (n) => readFileSync(path.join(fresh, n), "utf8") !== readFileSync(path.join("src/sandbox/model", n), "utf8"),
      );
      assert.deepEqual(differing, [], "run node scripts/models/sandboxModels.mjs");
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
});
