/** Each item of the checklist is broken on its own, behind Slipway's back, with AWS's own client, and repaired again. */
import { strict as assert } from "node:assert";
import { DescribeRouteTablesCommand } from "@aws-sdk/client-ec2";
import { DeleteClusterCommand, DeleteServiceCommand, DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { ModifyTargetGroupCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Connection } from "../../src/core/api";
import type { ServiceSnapshot } from "../../src/core/service/snapshot/serviceSnapshot";
import type { CheckResult } from "../../src/core/service/checks/checklist";
import { createBackend } from "../../src/backend/backend";
import { application, checklistBreaks, read } from "./support/checklistBreaks";
import { accountOf, resultOf } from "./support/cli";
import { applicationFolder, readIn, theEngine, World } from "./support/world";

describe("the checklist", function () {
  this.timeout(120_000);
  const signal = new AbortController().signal;
  const before_ = { ...process.env };
  let world: World;
  let connection: Connection;
  let folder: string;
  let seen: ServiceSnapshot;

  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("verify", [
      "--tasks",
      "simulated",
      "--consistency",
      "strong",
      "--time",
      "aws",
      "--speed",
      "60",
    ]);
    folder = applicationFolder("quay", application);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    Object.assign(process.env, world.env);
    connection = await createBackend({ sandboxProgram: "", log: () => undefined }).connect(
      { kind: "environment" },
      { mfaCode: () => Promise.resolve(undefined), deviceCode: () => Promise.resolve(false) },
      signal,
    );
    // The first that is wrong, and right again, is to be seen soon.
    await world.clients.elb.send(
      new ModifyTargetGroupCommand({
        TargetGroupArn: read((await connection.look({ folder }, signal)).snapshot.targetGroups)[0]?.arn,
        UnhealthyThresholdCount: 2,
      }),
    );
  });
  after(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before_)) delete process.env[name];
    Object.assign(process.env, before_);
    connection?.close();
    await world?.stop();
  });

  /** Looks until it is as it should be; what it was last is the failure's account. */
  async function until(
    fits: (checks: readonly CheckResult[]) => boolean,
    what: string,
  ): Promise<readonly CheckResult[]> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const checks = await connection.verify({ folder }, signal);
      if (fits(checks)) return checks;
      if (Date.now() > deadline)
        assert.fail(
          `${what}:\n${checks.map((check) => `${check.state} ${check.id} ${check.blockedBy ?? ""}: ${check.evidence}`).join("\n")}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  const idsOf = (checks: readonly CheckResult[], state: CheckResult["state"]): string[] =>
    checks
      .filter((check) => check.state === state)
      .map(({ id }) => id)
      .sort();
  const isWell = (checks: readonly CheckResult[]): boolean =>
    checks.every(({ state }) => state === "passed" || state === "leftOut");

  const breaks = checklistBreaks({
    get world() {
      return world;
    },
    get folder() {
      return folder;
    },
    get seen() {
      return seen;
    },
    get gateway() {
      return gateway;
    },
  });
  let well = false;
  let gateway: string | undefined;
  it("is all green after a deployment, as text, JSON and JUnit", async () => {
    const checks = await until(isWell, "not all is well");
    assert.deepEqual(idsOf(checks, "leftOut"), ["certificate", "secrets"]);
    const finished = await world.cliEndsWith(0, folder, ["verify"]);
    assert.deepEqual(
      resultOf<CheckResult[]>(finished).map(({ id }) => id),
      checks.map(({ id }) => id),
    );
    const junit = await world.cliEndsWith(0, folder, ["verify", "--format", "junit"]);
    assert.match(
      junit.lines.join("\n"),
      /<testsuite name="slipway verify quay" tests="16" failures="0" errors="0" skipped="2"/,
    );
  });

  for (const { what, red, says, blocked, ...change } of breaks) {
    it(`names "${red}" alone when ${what}`, async () => {
      if (!well) await until(isWell, "it was not well before");
      well = false;
      seen = (await connection.look({ folder }, signal)).snapshot;
      gateway ??= (
        await world.clients.ec2.send(
          new DescribeRouteTablesCommand({ RouteTableIds: [read(seen.subnets)[0]?.routeTable ?? ""] }),
        )
      ).RouteTables?.[0]?.Routes?.find((route) => route.DestinationCidrBlock === "0.0.0.0/0")?.GatewayId;
      try {
        await change.break();
        const wanted = JSON.stringify([[red], [...blocked].sort()]);
        const checks = await until(
          (found) => JSON.stringify([idsOf(found, "failed"), idsOf(found, "blocked")]) === wanted,
          `not as ${wanted}`,
        );
        assert.equal(checks[0]?.id, red, "what failed is named first");
        assert.match(checks[0]?.evidence ?? "", says);
        for (const check of checks) if (check.state === "blocked") assert.equal(check.blockedBy, red);
      } finally {
        await change.repair();
      }
      await until(isWell, "it was not well after it was repaired");
      well = true;
    });
  }

  it("names the service when that is gone, and the cluster when that is gone too", async () => {
    await world.clients.ecs.send(new DeleteServiceCommand({ cluster: "quay", service: "quay", force: true }));
    const follow = ["healthPath", "image", "logs", "securityGroups", "targets", "url"];
    const gone = await until((found) => idsOf(found, "failed").join() === "service", "not the service alone");
    assert.deepEqual(
      idsOf(gone, "blocked").filter((id) => id !== "healthPath"),
      follow.filter((id) => id !== "healthPath"),
    );
    while (
      (await world.clients.ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"] }))).services?.[0]
        ?.status === "DRAINING"
    )
      await new Promise((resolve) => setTimeout(resolve, 200));
    await world.clients.ecs.send(new DeleteClusterCommand({ cluster: "quay" }));
    const both = await until((found) => idsOf(found, "failed").join() === "cluster", "not the cluster alone");
    assert.ok(idsOf(both, "blocked").includes("service"));
    const told = await world.cli(folder, ["verify", "--format", "text"]);
    assert.equal(told.code, 1, accountOf(told));
    assert.match(told.lines[0] ?? "", /FAIL +The cluster is active/);
    assert.match(
      told.lines.join("\n"),
      /blocked The service runs its desired count: .*\[blocked by: The cluster is active\]/,
    );
    assert.ok(readIn(folder, "slipway.json"));
  });
});
