import assert from "node:assert/strict";
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  ContinueServiceDeploymentCommand,
  DescribeServiceRevisionsCommand,
  ListTasksCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
  type ServiceDeployment,
} from "@aws-sdk/client-ecs";
import {
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DetachRolePolicyCommand, AttachRolePolicyCommand } from "@aws-sdk/client-iam";
import { clients, described, get, revision, service, steady, type Clients } from "./support/network";
import { endpoint, TARGET, until, type Endpoint } from "./support/sandbox";
import {
  blueGreen,
  deploymentWhen,
  newest,
  resume,
  SHIFT_POLICY,
  shiftStage,
  waitingHook,
  weights,
  type ShiftStage,
} from "./support/strategy";

const isDone = (d: ServiceDeployment): boolean => d.status === "SUCCESSFUL";
const isBack = (d: ServiceDeployment): boolean => d.status === "ROLLBACK_SUCCESSFUL";

describe("deployment strategies of ECS", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  before(async () => {
    e = await endpoint();
    c = clients(e);
  });
  beforeEach(function () {
    if (TARGET !== undefined) this.skip();
  });

  /** A service that runs its first revision by that strategy. */
  async function running(name: string, deploymentConfiguration: DeploymentConfiguration): Promise<ShiftStage> {
    const s = await shiftStage(c, name);
    await service(c, s, await revision(c, s, { VERSION: "1" }), {
      loadBalancers: s.balancers,
      deploymentConfiguration,
      desiredCount: 2,
    });
    if (deploymentConfiguration.lifecycleHooks) await resume(c, s);
    await deploymentWhen(c, s, "the first deployment", isDone);
    await steady(c, s);
    return s;
  }
  const update = async (
    s: ShiftStage,
    environment: Readonly<Record<string, string>> = {},
    more = {},
  ): Promise<void> => {
    const taskDefinition = await revision(c, s, { VERSION: "2", ...environment });
    const before = (await newest(c, s))?.serviceDeploymentArn;
    await c.ecs.send(new UpdateServiceCommand({ cluster: s.name, service: s.name, taskDefinition, ...more }));
    await deploymentWhen(c, s, "the new deployment", (d) => d.serviceDeploymentArn !== before);
  };
  const tasksOf = async (s: ShiftStage): Promise<string[]> =>
    (await c.ecs.send(new ListTasksCommand({ cluster: s.name, serviceName: s.name }))).taskArns ?? [];
  /** Asks again and again until told to end; gives every status that was no success. */
  function visitor(s: ShiftStage): () => Promise<number[]> {
    let open = true;
    const failed: number[] = [];
    const going = Array.from({ length: 5 }, async () => {
      while (open) {
        const { status } = await get(e, s.dnsName, "/").catch(() => ({ status: 0 }));
        if (status !== 200) failed.push(status);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    return async () => {
      open = false;
      await Promise.all(going);
      return failed;
    };
  }

  it("makes a service by blue/green, and shifts the next revision through all stages without losing a request", async () => {
    const s = await running("bg", blueGreen({ bakeTimeInMinutes: 1 }));
    assert.deepEqual(await weights(c, s), [0, 100]);
    const first = await newest(c, s);
    assert.deepEqual(first?.sourceServiceRevisions, []);
    assert.equal(first?.targetServiceRevision?.requestedProductionTrafficWeight, 100);
    const described1 = await c.ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [first?.targetServiceRevision?.arn ?? ""] }),
    );
    assert.deepEqual(described1.serviceRevisions?.[0]?.resolvedConfiguration?.loadBalancers, [
      { targetGroupArn: s.alternateArn, productionListenerRule: s.ruleArn },
    ]);

    const visits = visitor(s);
    await update(s);
    const seen = new Set<string>();
    await deploymentWhen(c, s, "its end", (d) => {
      seen.add(d.lifecycleStage ?? "");
      return isDone(d);
    });
    assert.deepEqual(await visits(), []);
    for (const stage of ["BAKE_TIME", "CLEAN_UP"]) assert.ok(seen.has(stage), [...seen].join());
    assert.deepEqual(await weights(c, s), [100, 0]);
    const now = await steady(c, s);
    assert.equal(now.deploymentConfiguration?.strategy, "BLUE_GREEN");
    const old = await c.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: s.alternateArn }));
    assert.deepEqual(old.TargetHealthDescriptions, []);
    const done = await newest(c, s);
    assert.equal(done?.sourceServiceRevisions?.[0]?.requestedProductionTrafficWeight, 0);
    assert.equal(done?.sourceServiceRevisions?.[0]?.runningTaskCount, 0);
  });

  it("keeps both revisions while the traffic is shifted by steps, and says each one's share", async () => {
    const s = await running("lin", {
      strategy: "LINEAR",
      bakeTimeInMinutes: 0,
      linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 },
    });
    const visits = visitor(s);
    await update(s);
    for (const share of [40, 80]) {
      const at = await deploymentWhen(
        c,
        s,
        `${share} %`,
        (d) => d.targetServiceRevision?.requestedProductionTrafficWeight === share,
      );
      assert.equal(at.lifecycleStage, "PRODUCTION_TRAFFIC_SHIFT");
      assert.deepEqual(await weights(c, s), [share, 100 - share]);
      assert.equal(at.sourceServiceRevisions?.[0]?.requestedProductionTrafficWeight, 100 - share);
      assert.equal(at.sourceServiceRevisions?.[0]?.runningTaskCount, 2);
    }
    await deploymentWhen(c, s, "its end", isDone);
    assert.deepEqual(await visits(), []);
  });

  it("sends a tenth of a percent by canary, and goes back at once when it is stopped", async () => {
    const s = await running("can", {
      strategy: "CANARY",
      canaryConfiguration: { canaryPercent: 0.1, canaryBakeTimeInMinutes: 5 },
    });
    const before = await described(c, s);
    const blue = await tasksOf(s);
    const visits = visitor(s);
    await update(s);
    await deploymentWhen(c, s, "0.1 %", (d) => d.targetServiceRevision?.requestedProductionTrafficWeight === 0.1);
    assert.deepEqual(await weights(c, s), [1, 998]);
    const serviceDeploymentArn = (await newest(c, s))?.serviceDeploymentArn ?? "";
    await c.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" }));
    const back = await deploymentWhen(c, s, "the rollback", isBack);
    assert.equal(back.statusReason, "Service deployment rolled back because of a stop request.");
    assert.deepEqual(await weights(c, s), [0, 100]);
    const after = await steady(c, s);
    assert.equal(after.taskDefinition, before.taskDefinition);
    assert.equal(after.deployments?.[0]?.id, before.deployments?.[0]?.id);
    assert.deepEqual((await tasksOf(s)).sort(), blue.sort(), "blue was not replaced");
    assert.deepEqual(await visits(), []);
  });

  const paused = (
    stage: string,
    minutes = 1440,
    action: "CONTINUE" | "ROLLBACK" = "ROLLBACK",
  ): DeploymentConfiguration =>
    blueGreen({
      lifecycleHooks: [
        {
          targetType: "PAUSE",
          lifecycleStages: [stage as "PRE_PRODUCTION_TRAFFIC_SHIFT"],
          timeoutConfiguration: { timeoutInMinutes: minutes, action },
        },
      ],
    });

  it("waits at a PAUSE hook until somebody continues or takes it back", async () => {
    const s = await running("pause", paused("PRE_PRODUCTION_TRAFFIC_SHIFT"));
    await update(s);
    const { deployment, hookId, arn } = await waitingHook(c, s);
    assert.match(hookId, /^ecs-pause-/);
    assert.equal(deployment.lifecycleStage, "PRE_PRODUCTION_TRAFFIC_SHIFT");
    const hook = deployment.lifecycleHookDetails?.at(-1);
    assert.equal(hook?.timeoutAction, "ROLLBACK");
    assert.ok((hook?.expiresAt?.getTime() ?? 0) > Date.now());
    const send = (id: string, serviceDeploymentArn = arn): Promise<unknown> =>
      c.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId: id }));
    await assert.rejects(send("ecs-pause-other"), { name: "InvalidParameterException" });
    await assert.rejects(send(hookId, `${arn}x`), { name: "ServiceDeploymentNotFoundException" });
    assert.deepEqual(await weights(c, s), [0, 100]);
    await send(hookId);
    await assert.rejects(send(hookId), { name: "InvalidParameterException" });
    await deploymentWhen(c, s, "its end", isDone);
    assert.deepEqual(await weights(c, s), [100, 0]);

    await update(s, { AGAIN: "1" });
    await resume(c, s, "ROLLBACK");
    const back = await deploymentWhen(c, s, "the rollback", isBack);
    assert.equal(back.lifecycleHookDetails?.at(-1)?.status, "FAILED");
    assert.deepEqual(await weights(c, s), [100, 0]);
  });

  it("does at a hook's timeout what the hook says", async () => {
    const s = await running("late", paused("POST_PRODUCTION_TRAFFIC_SHIFT", 1, "ROLLBACK"));
    await update(s);
    const back = await deploymentWhen(c, s, "the rollback", isBack);
    assert.equal(back.lifecycleHookDetails?.[0]?.status, "TIMED_OUT");
    assert.deepEqual(await weights(c, s), [0, 100]);
    await update(s, {}, { deploymentConfiguration: paused("POST_SCALE_UP", 1, "CONTINUE") });
    await deploymentWhen(c, s, "its end", isDone);
    assert.deepEqual(await weights(c, s), [100, 0]);
  });

  it("goes back where the new revision crashes: by its circuit breaker for blue/green alone", async () => {
    const s = await running("crashbg", blueGreen());
    const visits = visitor(s);
    await update(s, { SANDBOX_EXIT_AFTER_MS: "0", SANDBOX_EXIT_CODE: "3" });
    await deploymentWhen(c, s, "the rollback", isBack);
    assert.deepEqual(await visits(), []);
    await update(
      s,
      { SANDBOX_EXIT_AFTER_MS: "0", SANDBOX_EXIT_CODE: "3" },
      {
        deploymentConfiguration: {
          strategy: "CANARY",
          canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
        },
      },
    );
    await until("five failures", async () => {
      const primary = (await described(c, s)).deployments?.find((d) => d.status === "PRIMARY");
      return (primary?.failedTasks ?? 0) >= 5;
    });
    assert.equal((await newest(c, s))?.lifecycleStage, "SCALE_UP");
  });

  it("goes back when an alarm rings while the new revision has a part of the traffic", async () => {
    const cloudwatch = new CloudWatchClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "shift-watched",
        Namespace: "none",
        MetricName: "none",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 3,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "ignore",
      }),
    );
    const s = await running("alarmed", {
      strategy: "CANARY",
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 10 },
      alarms: { alarmNames: ["shift-watched"], enable: true, rollback: true },
    });
    const visits = visitor(s);
    await update(s);
    await deploymentWhen(c, s, "20 %", (d) => d.targetServiceRevision?.requestedProductionTrafficWeight === 20);
    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: "shift-watched", StateValue: "ALARM", StateReason: "a test" }),
    );
    const back = await deploymentWhen(c, s, "the rollback", isBack);
    assert.equal(back.alarms?.status, "TRIGGERED");
    assert.deepEqual(await weights(c, s), [0, 100]);
    assert.deepEqual(await visits(), []);
  });

  it("takes up a shift that another update overtakes, and what an update leaves out is gone", async () => {
    const s = await running("over", paused("POST_PRODUCTION_TRAFFIC_SHIFT"));
    await update(s);
    await waitingHook(c, s);
    assert.deepEqual(await weights(c, s), [100, 0]);
    const visits = visitor(s);
    await update(s, { THIRD: "1" }, { deploymentConfiguration: blueGreen() });
    const done = await deploymentWhen(c, s, "its end", isDone);
    assert.equal(done.sourceServiceRevisions?.length, 2);
    assert.deepEqual(await weights(c, s), [0, 100]);
    assert.deepEqual(await visits(), []);
    const now = await described(c, s);
    assert.equal(now.deploymentConfiguration?.lifecycleHooks, undefined);

    // Rolling again, into the group that has the traffic; its tasks have to outlast the time until nobody asks them.
    await c.elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: s.alternateArn,
        Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "4" }],
      }),
    );
    const visits2 = visitor(s);
    await update(
      s,
      { FOURTH: "1" },
      {
        deploymentConfiguration: { maximumPercent: 200 },
        loadBalancers: [{ targetGroupArn: s.alternateArn, containerName: "web", containerPort: 8080 }],
      },
    );
    await deploymentWhen(c, s, "its end", isDone);
    assert.deepEqual(await visits2(), []);
    const rolling = await steady(c, s);
    assert.equal(rolling.deploymentConfiguration?.strategy, "ROLLING");
    assert.equal(rolling.loadBalancers?.[0]?.advancedConfiguration, undefined);
  });

  it("moves no traffic while its role may not, and goes on when it may", async () => {
    const s = await running("role", blueGreen());
    const policy = { RoleName: "role-shift", PolicyArn: SHIFT_POLICY };
    const taskDefinition = await revision(c, s, { VERSION: "2" });
    await c.ecs.send(new UpdateServiceCommand({ cluster: s.name, service: s.name, taskDefinition }));
    await c.iam.send(new DetachRolePolicyCommand(policy));
    await until("an event", async () =>
      (await described(c, s)).events?.some((x) => x.message?.includes("failed to modify listener rule")),
    );
    assert.deepEqual(await weights(c, s), [0, 100]);
    await c.iam.send(new AttachRolePolicyCommand(policy));
    await deploymentWhen(c, s, "its end", isDone);
  });

  it("ends a rolling deployment early where enough is healthy", async () => {
    const s = await shiftStage(c, "early");
    await service(c, s, await revision(c, s));
    await steady(c, s);
    await update(
      s,
      {},
      {
        deploymentConfiguration: {
          earlySuccessCriteria: { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: "DEFERRED" },
        },
      },
    );
    await deploymentWhen(c, s, "its end", isDone);
    await steady(c, s);
  });
});
