import assert from "node:assert/strict";
import {
  CreateServiceCommand,
  type AdvancedConfiguration,
  type CreateServiceCommandInput,
  type DeploymentConfiguration,
} from "@aws-sdk/client-ecs";
import { CreateRuleCommand, ModifyRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { clients, revision, service, type Clients } from "./support/network";
import { endpoint, TARGET, type Endpoint } from "./support/sandbox";
import { blueGreen, shiftStage, type ShiftStage } from "./support/strategy";

describe("deployment strategies refuse", function () {
  this.timeout(30_000);
  let e: Endpoint;
  let c: Clients;
  before(async () => {
    e = await endpoint();
    c = clients(e);
  });
  beforeEach(function () {
    if (TARGET !== undefined) this.skip();
  });

  let s: ShiftStage;
  let taskDefinition: string;
  before(async function () {
    if (TARGET !== undefined) return;
    s = await shiftStage(c, "refuse");
    taskDefinition = await revision(c, s);
    // By then ECS can assume the role.
    await service(c, s, taskDefinition, {
      desiredCount: 0,
      loadBalancers: s.balancers,
      deploymentConfiguration: blueGreen(),
    });
  });
  const make = async (more: Partial<CreateServiceCommandInput>): Promise<unknown> =>
    c.ecs.send(
      new CreateServiceCommand({
        cluster: s.name,
        serviceName: "refused",
        taskDefinition,
        desiredCount: 1,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: { subnets: s.subnets, securityGroups: [s.taskGroup], assignPublicIp: "ENABLED" },
        },
        loadBalancers: s.balancers,
        ...more,
      }),
    );
  const hook = (more: object): DeploymentConfiguration =>
    blueGreen({ lifecycleHooks: [{ targetType: "PAUSE", lifecycleStages: ["PRE_SCALE_UP"], ...more }] });
  const configurations: readonly (readonly [string, object, RegExp])[] = [
    ["no bake time", { strategy: "BLUE_GREEN" }, /bakeTimeInMinutes/],
    ["a bake time that is too long", blueGreen({ bakeTimeInMinutes: 1441 }), /bakeTimeInMinutes/],
    ["a step too small", { strategy: "LINEAR", linearConfiguration: { stepPercent: 2.9 } }, /stepPercent/],
    ["a step too large", { strategy: "LINEAR", linearConfiguration: { stepPercent: 100.1 } }, /stepPercent/],
    ["a step that is too fine", { strategy: "LINEAR", linearConfiguration: { stepPercent: 3.14 } }, /multiple of 0.1/],
    ["a canary of nothing", { strategy: "CANARY", canaryConfiguration: { canaryPercent: 0.05 } }, /canaryPercent/],
    [
      "a canary that takes too long",
      { strategy: "CANARY", canaryConfiguration: { canaryBakeTimeInMinutes: 1441 } },
      /canaryBakeTimeInMinutes/,
    ],
    ["a canary of blue/green", blueGreen({ canaryConfiguration: { canaryPercent: 5 } }), /CANARY/],
    ["a pause while traffic is shifted", hook({ lifecycleStages: ["PRODUCTION_TRAFFIC_SHIFT"] }), /PAUSE/],
    ["a pause while test traffic is shifted", hook({ lifecycleStages: ["TEST_TRAFFIC_SHIFT"] }), /PAUSE/],
    ["a pause of no stage", hook({ lifecycleStages: [] }), /lifecycleStages/],
    ["a pause without end", hook({ timeoutConfiguration: { timeoutInMinutes: 20_161 } }), /timeoutInMinutes|20160/],
    ["a pause of no time", hook({ timeoutConfiguration: { timeoutInMinutes: 0 } }), /timeoutInMinutes|1/],
    ["a pause while it is rolling", { ...hook({}), strategy: "ROLLING" }, /ROLLING/],
    ["a function without its ARN", hook({ targetType: "AWS_LAMBDA" }), /hookTargetArn/],
    [
      "early success of blue/green",
      blueGreen({
        earlySuccessCriteria: { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: "BLOCKING" },
      }),
      /earlySuccessCriteria/,
    ],
    [
      "early success below the minimum",
      {
        minimumHealthyPercent: 80,
        earlySuccessCriteria: { enable: true, healthyPercent: 79, sourceServiceRevisionCleanup: "BLOCKING" },
      },
      /minimumHealthyPercent/,
    ],
  ];
  for (const [what, deploymentConfiguration, said] of configurations)
    it(what, async () => {
      await assert.rejects(make({ deploymentConfiguration: deploymentConfiguration as DeploymentConfiguration }), {
        name: "InvalidParameterException",
        message: said,
      });
    });

  it("a function of Lambda, which is not here", async () => {
    const arn = `arn:aws:lambda:${e.region}:000000000000:function:check`;
    const config = hook({ targetType: "AWS_LAMBDA", hookTargetArn: arn, roleArn: s.shiftRoleArn });
    await assert.rejects(make({ deploymentConfiguration: config }), { name: "NotImplementedException" });
  });

  const advanced: readonly (readonly [string, (of: ShiftStage) => AdvancedConfiguration | undefined, RegExp])[] = [
    ["no other target group at all", () => undefined, /advancedConfiguration/],
    ["no alternate group", () => ({ alternateTargetGroupArn: undefined }), /alternateTargetGroupArn/],
    ["no rule", () => ({ productionListenerRule: undefined }), /productionListenerRule/],
    ["no role", () => ({ roleArn: undefined }), /roleArn/],
    ["the same group twice", (of) => ({ alternateTargetGroupArn: of.targetGroupArn }), /different/],
    ["a rule that is not there", (of) => ({ productionListenerRule: `${of.ruleArn}0` }), /listener rule/],
    [
      "a group that is not there",
      (of) => ({ alternateTargetGroupArn: `${of.alternateArn}0` }),
      /alternateTargetGroupArn/,
    ],
    ["a role that ECS itself cannot be", (of) => ({ roleArn: of.roleArn }), /Unable to assume role/],
  ];
  for (const [what, change, said] of advanced)
    it(what, async () => {
      const [balancer] = s.balancers;
      const given = change(s);
      const loadBalancers = [
        { ...balancer, advancedConfiguration: given && { ...balancer?.advancedConfiguration, ...given } },
      ];
      await assert.rejects(make({ loadBalancers, deploymentConfiguration: blueGreen() }), {
        name: "InvalidParameterException",
        message: said,
      });
    });

  it("a rule that does anything but forward, or forwards elsewhere", async () => {
    const made = await c.elb.send(
      new CreateRuleCommand({
        ListenerArn: s.listenerArn,
        Priority: 20,
        Conditions: [{ Field: "path-pattern", Values: ["/gone"] }],
        Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "410" } }],
      }),
    );
    const RuleArn = made.Rules?.[0]?.RuleArn ?? "";
    const [balancer] = s.balancers;
    const loadBalancers = [
      { ...balancer, advancedConfiguration: { ...balancer?.advancedConfiguration, productionListenerRule: RuleArn } },
    ];
    const rejected = (said: RegExp): Promise<void> =>
      assert.rejects(make({ loadBalancers, deploymentConfiguration: blueGreen() }), { message: said });
    await rejected(/forward actions only/);
    const other = await shiftStage(c, "elsewhere");
    await c.elb.send(
      new ModifyRuleCommand({
        RuleArn: other.ruleArn,
        Actions: [{ Type: "forward", TargetGroupArn: other.targetGroupArn }],
      }),
    );
    Object.assign(loadBalancers[0]?.advancedConfiguration ?? {}, { productionListenerRule: other.ruleArn });
    await rejected(/target groups of the service/);
  });

  it("canary without a load balancer", async () => {
    await assert.rejects(make({ loadBalancers: [], deploymentConfiguration: { strategy: "CANARY" } }), {
      name: "InvalidParameterException",
      message: /load balancer/,
    });
  });
});
