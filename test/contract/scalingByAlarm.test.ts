/** Target tracking and step scaling: policies have real alarms, and scale by them. */
import assert from "node:assert/strict";
import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DescribeScalingActivitiesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type PutScalingPolicyCommandInput,
} from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { clients, described, revision, service, stage, steady, type Clients, type Stage } from "./support/network";
import { control, endpoint, RUN, TARGET, until, type Endpoint } from "./support/sandbox";

const MINUTE = 60_000;

describe("scaling by alarms", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  let scaling: ApplicationAutoScalingClient;
  let cloudwatch: CloudWatchClient;
  let id: { ServiceNamespace: "ecs"; ScalableDimension: "ecs:service:DesiredCount"; ResourceId: string };

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    await control(e, "POST", "rates", { on: false });
    c = clients(e);
    const options = { endpoint: e.url, region: e.region, credentials: e.credentials };
    scaling = new ApplicationAutoScalingClient(options);
    cloudwatch = new CloudWatchClient(options);
    s = await stage(c, `${RUN}-scaled`);
    await service(c, s, await revision(c, s));
    await steady(c, s);
    id = {
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceId: `service/${s.name}/${s.name}`,
    };
    await scaling.send(new RegisterScalableTargetCommand({ ...id, MinCapacity: 1, MaxCapacity: 4 }));
  });
  after(async () => TARGET === undefined && control(e, "POST", "rates", { on: true }));

  const put = (PolicyName: string, more: Partial<PutScalingPolicyCommandInput>) =>
    until("the policy", () =>
      scaling.send(new PutScalingPolicyCommand({ ...id, PolicyName, ...more })).catch((error: unknown) => {
        // A target is not seen by policies at once.
        if (error instanceof Error && error.name === "ObjectNotFoundException") return undefined;
        throw error;
      }),
    );
  const cpu = (ScaleOutCooldown: number, more: object = {}): Partial<PutScalingPolicyCommandInput> => ({
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
      ScaleOutCooldown,
      ScaleInCooldown: 0,
      ...more,
    },
  });
  const alarms = async (prefix: string) =>
    (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: prefix }))).MetricAlarms ?? [];
  /** Puts the service's processor use of the last minutes in place of what was measured. */
  const used = async (minutes: number, value: number) => {
    const end = Math.floor(Date.now() / MINUTE) * MINUTE;
    await control(e, "POST", "metrics", {
      namespace: "AWS/ECS",
      name: "CPUUtilization",
      dimensions: { ClusterName: s.name, ServiceName: s.name },
      replace: true,
      points: Array.from({ length: minutes }, (_, i) => ({ at: end - (i + 1) * MINUTE, value })),
    });
  };
  const wants = (count: number) =>
    until(`${count} tasks wanted`, async () => (await described(c, s)).desiredCount === count);

  it("a policy makes its two alarms, keeps their names, and takes them with it", async () => {
    const made = await put("cpu", cpu(0));
    const found = await alarms(`TargetTracking-${id.ResourceId}-`);
    assert.deepEqual(
      found.map((a) => [a.EvaluationPeriods, a.Threshold, a.ComparisonOperator, a.AlarmActions]),
      [
        [3, 50, "GreaterThanThreshold", [made.PolicyARN]],
        [15, 45, "LessThanThreshold", [made.PolicyARN]],
      ],
    );
    assert.deepEqual(
      found.map((a) => a.AlarmName),
      made.Alarms?.map((a) => a.AlarmName),
    );
    assert.match(found[0]?.AlarmDescription ?? "", /^DO NOT EDIT OR DELETE/);
    const again = await put("cpu", cpu(0, { TargetValue: 60 }));
    assert.deepEqual(again.Alarms, made.Alarms);
    assert.equal((await alarms("TargetTracking-"))[0]?.Threshold, 60);
    const outOnly = await put("cpu", cpu(0, { DisableScaleIn: true }));
    assert.equal(outOnly.Alarms?.length, 1);
    await scaling.send(new DeleteScalingPolicyCommand({ ...id, PolicyName: "cpu" }));
    assert.deepEqual(await alarms("TargetTracking-"), []);
  });

  it("scales out to what brings the metric to its target, up to the most, and in again", async () => {
    await put("cpu", cpu(0));
    await used(5, 90);
    await wants(2);
    await steady(c, s);
    const { ScalingActivities } = await scaling.send(new DescribeScalingActivitiesCommand(id));
    const newest = ScalingActivities?.[0];
    assert.equal(newest?.Description, "Setting desired count to 2.");
    assert.match(
      newest?.Cause ?? "",
      /^monitor alarm TargetTracking-\S+-AlarmHigh-\S+ in state ALARM triggered policy cpu$/,
    );
    await used(20, 10);
    await wants(1);
    await scaling.send(new DeleteScalingPolicyCommand({ ...id, PolicyName: "cpu" }));
  });

  it("waits for its cooldown", async () => {
    await put("slow", cpu(300));
    await used(5, 100);
    await wants(2);
    // What goes on being too much scales no further for now.
    await used(5, 99);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal((await described(c, s)).desiredCount, 2);
    await scaling.send(new DeleteScalingPolicyCommand({ ...id, PolicyName: "slow" }));
  });

  it("a step scaling policy is the action of an alarm of one's own", async () => {
    const { PolicyARN } = await put("steps", {
      PolicyType: "StepScaling",
      StepScalingPolicyConfiguration: {
        AdjustmentType: "ChangeInCapacity",
        Cooldown: 0,
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 20, ScalingAdjustment: 2 },
        ],
      },
    });
    await control(e, "POST", "metrics", {
      namespace: "steps",
      name: "queue",
      points: [{ at: Date.now() - 90_000, value: 35 }],
    });
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "queue",
        Namespace: "steps",
        MetricName: "queue",
        Statistic: "Maximum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 10,
        ComparisonOperator: "GreaterThanThreshold",
        AlarmActions: [PolicyARN ?? ""],
      }),
    );
    await wants(4);
  });
});
