import assert from "node:assert/strict";
import { resolveApplication } from "../../src/core/app/app";
import { assemblePlan, changesNothing, type Decision, type PlanInput } from "../../src/core/deploy/plan";
import type { StepId } from "../../src/core/deploy/phases";
import { planDocument, planSummary } from "../../src/core/render/plan";

const app = resolveApplication({ applications: { web: { port: 80 } } }, "web", undefined);
const cost = {
  region: "us-east-1",
  architecture: "X86_64" as const,
  cpu: 256,
  memory: 512,
  tasks: 1,
  publicTasks: true,
  loadBalancer: true,
  loadBalancerZones: 2,
};

function plan(decisions: Partial<Record<StepId, Decision>>, more: Partial<PlanInput> = {}) {
  return assemblePlan({
    app,
    identity: {
      account: "111122223333",
      arn: "arn:aws:iam::111122223333:user/x",
      region: "us-east-1",
      partition: "aws",
    },
    decisions: new Map(Object.entries(decisions) as [StepId, Decision][]),
    problems: [],
    warnings: [],
    changedElsewhere: [],
    revisionChanges: [],
    cost,
    costNow: undefined,
    lastAccount: "111122223333",
    ...more,
  });
}

const create: Decision = { action: "create", kind: "service", name: "web", reason: "it does not exist" };
const reuse: Decision = { action: "reuse", kind: "service", name: "web", reason: "it exists" };

describe("a plan", () => {
  it("asks the first time, and not the second time", () => {
    assert.match(plan({ service: create }, { lastAccount: undefined }).consentReasons.join(), /first deployment/);
    assert.deepEqual(plan({ service: { ...reuse, action: "update" } }).consentReasons, []);
  });
  it("asks again when the account changed, a port opens, something is replaced, it costs more, or the live one was changed elsewhere", () => {
    assert.match(plan({ service: reuse }, { lastAccount: "999999999999" }).consentReasons.join(), /account changed/);
    assert.match(
      plan({ loadBalancerGroup: { ...create, action: "update", opens: "port 80 to everyone" } }).consentReasons.join(),
      /opens port 80/,
    );
    assert.match(plan({ targetGroup: { ...create, action: "replace" } }).consentReasons.join(), /replaced/);
    assert.match(plan({ service: reuse }, { costNow: 10 }).consentReasons.join(), /costs more/);
    assert.match(
      plan(
        { service: reuse },
        { changedElsewhere: [{ path: "cpu", before: "256", after: "512" }] },
      ).consentReasons.join(),
      /changed outside/,
    );
  });
  it("has another fingerprint when it does something else, the same when it does the same", () => {
    assert.equal(
      plan({ service: create }).fingerprint,
      plan({ service: { ...create, reason: "other words" } }).fingerprint,
    );
    assert.notEqual(plan({ service: create }).fingerprint, plan({ service: reuse }).fingerprint);
  });
  it("knows when it changes nothing", () => {
    assert.ok(changesNothing(plan({ service: reuse, rollout: { action: "run", reason: "" } })));
    assert.ok(!changesNothing(plan({ build: { action: "run", reason: "" } })));
  });
  it("is told in at most a dozen lines, with what it costs", () => {
    const lines = planSummary(plan({ service: create, cluster: { ...create, kind: "cluster" } }));
    assert.ok(lines.length <= 12);
    assert.match(lines.join("\n"), /Creates: ECS cluster, ECS service/);
    assert.match(lines.at(-1) ?? "", /^About \$36 a month/);
    assert.match(planDocument(plan({ service: create })), /## Creates\n\n- ECS service web: it does not exist/);
  });
  it("says when another region's prices stand in", () => {
    assert.match(
      planSummary(plan({ service: create }, { cost: { ...cost, region: "eu-north-1" } })).at(-1) ?? "",
      /us-east-1's prices/,
    );
  });
});
