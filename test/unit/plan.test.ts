import assert from "node:assert/strict";
import { resolveApplication } from "../../src/core/app/app";
import type { Decision } from "../../src/core/deploy/decision";
import { assemblePlan, changesNothing, type PlanInput } from "../../src/core/deploy/plan";
import type { StepId } from "../../src/core/deploy/phases";
import { changeText, openingText, reasonText } from "../../src/core/render/decisions";
import type { Json } from "../../src/core/base/taskDefinition";
import { notShown, withoutValues } from "../../src/core/taskDefinition/model/hidden";
import { documentText } from "../../src/core/render/document";
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
    takesOver: undefined,
    existing: [],
    ...more,
  });
}

const create: Decision = { action: "create", kind: "service", name: "web", reason: { code: "absent" } };
const reuse: Decision = { action: "reuse", kind: "service", name: "web", reason: { code: "exists" } };

const reasons = (...given: Parameters<typeof plan>): string[] => plan(...given).consentReasons.map(({ code }) => code);

describe("what a plan shows of values", () => {
  it("is the names of environment variables, and whether there is a value", () => {
    const path = "containerDefinitions[web]";
    const secret = "hunter2";
    const variables = [{ name: "DB_PASSWORD", value: secret }];
    const shown = withoutValues([
      { path: `${path}.environment[DB_PASSWORD].value`, before: "old", after: secret },
      { path: `${path}.environment[NEW]`, before: undefined, after: { name: "NEW", value: secret } },
      { path: `${path}.environment`, before: variables, after: undefined },
      { path, before: undefined, after: { name: "web", environment: variables, image: "shop:1" } },
      { path: "cpu", before: "256", after: "512" },
      { path: `${path}.environmentFiles[0].value`, before: "arn:a", after: "arn:b" },
    ]);
    assert.ok(!JSON.stringify(shown).includes(secret) && !JSON.stringify(shown).includes("old"));
    assert.deepEqual(
      shown.map(({ before, after }) => [before, after]),
      [
        [notShown, notShown],
        [undefined, { name: "NEW", value: notShown }],
        [[{ name: "DB_PASSWORD", value: notShown }], undefined],
        [undefined, { name: "web", environment: [{ name: "DB_PASSWORD", value: notShown }], image: "shop:1" }],
        ["256", "512"],
        ["arn:a", "arn:b"],
      ],
    );
  });
});

describe("what a plan shows of commands, log options and labels", () => {
  const path = "containerDefinitions[web]";
  const secret = "hunter2";
  const container = {
    name: "web",
    command: ["node", `--password=${secret}`],
    entryPoint: [`PASSWORD=${secret} run`],
    healthCheck: { command: ["CMD-SHELL", `curl -u me:${secret} localhost`], interval: 30 },
    logConfiguration: { logDriver: "splunk", options: { "splunk-token": secret, "awslogs-group": "/ecs/web" } },
    firelensConfiguration: { type: "fluentbit", options: { "config.token": secret } },
    dockerLabels: { "traefik.users": secret },
    image: "shop:1",
  };
  const guardedContainer = {
    name: "web",
    command: ["node", notShown],
    entryPoint: [notShown],
    healthCheck: { command: ["CMD-SHELL", notShown], interval: 30 },
    logConfiguration: { logDriver: "splunk", options: { "splunk-token": notShown, "awslogs-group": "/ecs/web" } },
    firelensConfiguration: { type: "fluentbit", options: { "config.token": notShown } },
    dockerLabels: { "traefik.users": notShown },
    image: "shop:1",
  };
  for (const [at, before, shown] of [
    [path, container, guardedContainer],
    [`${path}.command`, container.command, ["node", notShown]],
    [`${path}.healthCheck.command`, container.healthCheck.command, ["CMD-SHELL", notShown]],
    [`${path}.healthCheck`, container.healthCheck, guardedContainer.healthCheck],
    [`${path}.logConfiguration`, container.logConfiguration, guardedContainer.logConfiguration],
    [`${path}.logConfiguration.options.splunk-token`, secret, notShown],
    [`${path}.logConfiguration.options.awslogs-group`, "/ecs/web", "/ecs/web"],
    [`${path}.firelensConfiguration.options.config.token`, secret, notShown],
    [`${path}.dockerLabels.traefik.users`, secret, notShown],
    [`${path}.dockerLabels`, container.dockerLabels, guardedContainer.dockerLabels],
    [`${path}.environment[a.command].value`, secret, notShown],
    [`${path}.command`, null, null],
  ] as const)
    it(`is no value at ${at.slice(path.length) || "a whole container"}`, () => {
      const [both] = withoutValues([{ path: at, before: before as Json, after: undefined }]);
      assert.deepEqual([both?.before, both?.after], [shown, undefined]);
    });
});

describe("a plan", () => {
  it("asks the first time, and not the second time", () => {
    assert.deepEqual(reasons({ service: create }, { lastAccount: undefined }), ["firstDeployment"]);
    assert.deepEqual(reasons({ service: { ...reuse, action: "update" } }), []);
  });
  it("asks again when the account changed, a port opens, something is replaced, it costs more, or the live one was changed elsewhere", () => {
    const opens = { port: 80, of: "loadBalancer", to: ["0.0.0.0/0"] } as const;
    assert.deepEqual(reasons({ service: reuse }, { lastAccount: "999999999999" }), ["accountChanged"]);
    assert.deepEqual(reasons({ loadBalancerGroup: { ...create, action: "update", opens } }), ["opens"]);
    assert.deepEqual(reasons({ targetGroup: { ...create, action: "replace" } }), ["replaces"]);
    assert.deepEqual(reasons({ service: reuse }, { costNow: 10 }), ["costsMore"]);
    const changedElsewhere = [{ path: "cpu", before: "256", after: "512" }];
    assert.deepEqual(reasons({ service: reuse }, { changedElsewhere }), ["changedElsewhere"]);
  });
  it("has every reason, change and warning in words", () => {
    const said = documentText(planDocument(plan({ service: create }, { lastAccount: undefined })));
    assert.match(said, /this is the first deployment from here/);
    assert.equal(
      openingText({ port: 80, of: "loadBalancer", to: ["0.0.0.0/0"] }),
      "port 80 of the load balancer to everyone",
    );
    assert.equal(reasonText("it exists" as never), "it exists", "what an earlier version recorded is shown as it is");
  });
  it("has another fingerprint when it does something else, the same when it does the same", () => {
    assert.equal(
      plan({ service: create }).fingerprint,
      plan({ service: { ...create, reason: { code: "exists" } } }).fingerprint,
    );
    assert.notEqual(plan({ service: create }).fingerprint, plan({ service: reuse }).fingerprint);
  });
  it("has the same fingerprint whatever the source is by then", () => {
    const build = (tag: string) =>
      plan({
        build: { action: "run", kind: "image", name: `web:${tag}`, reason: { code: "imageAbsent" } },
        push: { action: "create", kind: "image", name: `web:${tag}`, reason: { code: "imageAbsent" } },
      }).fingerprint;
    assert.equal(build("slipway-1"), build("slipway-2"));
  });
  it("knows when it changes nothing", () => {
    assert.ok(changesNothing(plan({ service: reuse, rollout: { action: "run", reason: { code: "afterRollout" } } })));
    assert.ok(!changesNothing(plan({ build: { action: "run", reason: { code: "afterRollout" } } })));
  });
  it("is told in at most a dozen lines, with what it costs", () => {
    const lines = planSummary(plan({ service: create, cluster: { ...create, kind: "cluster" } }));
    assert.ok(lines.length <= 12);
    assert.match(lines.join("\n"), /Creates: ECS cluster, ECS service/);
    assert.match(lines.at(-1) ?? "", /^About \$36 a month/);
    assert.match(documentText(planDocument(plan({ service: create }))), /## Creates\n\n- ECS service web: new/);
  });
  it("says when another region's prices stand in", () => {
    assert.match(
      planSummary(plan({ service: create }, { cost: { ...cost, region: "af-south-1" } })).at(-1) ?? "",
      /us-east-1's prices/,
    );
  });
});

describe("a plan for this machine's own AWS", () => {
  it("speaks of no money and of nobody else, but for what AWS would cost", () => {
    const opens = { port: 80, of: "loadBalancer" as const, to: ["0.0.0.0/0"] };
    const decisions = { service: create, loadBalancerGroup: { ...create, opens } };
    const local = plan(decisions, { isLocal: true });
    const lines = planSummary(local).join("\n");
    assert.match(lines, /It costs nothing/);
    assert.match(lines, /port 80 of the load balancer to this machine alone/);
    assert.doesNotMatch(lines, /\$|everyone/);
    assert.match(documentText(planDocument(local)), /## On AWS it would cost\n\nAbout \$36 a month/);
    const far = plan(decisions);
    assert.match(planSummary(far).join("\n"), /\$36 a month/);
    assert.equal(local.fingerprint, far.fingerprint, "the same is done");
  });
});

describe("the words of a release command in a plan", () => {
  const said = (...command: string[]) => changeText({ code: "releaseCommand", command, container: "web" });

  it("are seen one by one, and make no line of their own", () => {
    assert.equal(said("npm", "run", "migrate"), "runs npm run migrate in web");
    assert.equal(said("sh", "-c", "a b", ""), 'runs sh -c "a b" "" in web');
    const hostile = said("sh", "-c", "evil\n\u001b[2K  nothing to do\u202e");
    assert.ok(!/[\n\u001b]/.test(hostile), hostile);
  });
});
