/** Deployments that alarms watch: they fail, go back, bake, and are not watched by what rang before. */
import assert from "node:assert/strict";
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  UpdateServiceCommand,
  type DeploymentAlarms,
  type ServiceDeployment,
} from "@aws-sdk/client-ecs";
import { clients, described, revision, service, stage, steady, type Clients, type Stage } from "./support/network";
import { control, endpoint, RUN, TARGET, until, type Endpoint } from "./support/sandbox";

describe("a deployment with alarms", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  let cloudwatch: CloudWatchClient;
  const name = `${RUN}-watched`;

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    await control(e, "POST", "rates", { on: false });
    c = clients(e);
    cloudwatch = new CloudWatchClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    s = await stage(c, name);
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: name,
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
    await service(c, s, await revision(c, s), { deploymentConfiguration: { alarms: alarms(true) } });
    await steady(c, s);
  });
  after(async () => TARGET === undefined && control(e, "POST", "rates", { on: true }));

  const alarms = (rollback: boolean, enable = true): DeploymentAlarms => ({ alarmNames: [name], enable, rollback });
  const ring = (StateValue: "ALARM" | "OK") =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue, StateReason: "a test" }));
  const newest = async (): Promise<ServiceDeployment | undefined> => {
    const listed = await c.ecs.send(new ListServiceDeploymentsCommand({ cluster: s.name, service: s.name }));
    const arn = listed.serviceDeployments?.[0]?.serviceDeploymentArn ?? "";
    const found = await c.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
    return found.serviceDeployments?.[0];
  };
  /** Starts a deployment of a new revision, and waits until it is the newest that is seen. */
  async function deploy(more: DeploymentAlarms = alarms(true)): Promise<string> {
    const before = (await newest())?.serviceDeploymentArn;
    const taskDefinition = await revision(c, s);
    await c.ecs.send(
      new UpdateServiceCommand({
        cluster: s.name,
        service: s.name,
        taskDefinition,
        deploymentConfiguration: { alarms: more },
      }),
    );
    await until("the deployment", async () => (await newest())?.serviceDeploymentArn !== before);
    return taskDefinition;
  }
  const runs = (taskDefinition: string) =>
    until("a task of the new revision", async () =>
      (await described(c, s)).deployments?.some((d) => d.taskDefinition === taskDefinition && d.runningCount === 1),
    );
  const ends = (...states: string[]) =>
    until(`the deployment ${states.join(" or ")}`, async () => {
      const found = await newest();
      return states.includes(found?.status ?? "") && found;
    });

  it("is watched through a bake time after its tasks are there, and complete then", async () => {
    const taskDefinition = await deploy();
    await runs(taskDefinition);
    assert.deepEqual((await newest())?.alarms, { status: "MONITORING", alarmNames: [name], triggeredAlarmNames: [] });
    const alone = await until("only the new tasks", async () => {
      const now = await described(c, s);
      return now.deployments?.length === 1 && now.runningCount === 1 && now;
    });
    assert.equal(alone.deployments?.[0]?.rolloutState, "IN_PROGRESS");
    assert.equal((await ends("SUCCESSFUL")).alarms?.status, "MONITORING_COMPLETE");
    await steady(c, s);
  });

  it("goes back when an alarm rings, in AWS's words, and the way back is not watched", async () => {
    const before = (await described(c, s)).taskDefinition;
    const taskDefinition = await deploy();
    await runs(taskDefinition);
    await ring("ALARM");
    const failed = await ends("ROLLBACK_SUCCESSFUL");
    assert.deepEqual(failed.alarms, { status: "TRIGGERED", alarmNames: [name], triggeredAlarmNames: [name] });
    assert.equal(failed.statusReason, "Service deployment rolled back because of an alarm: alarm detected.");
    const now = await steady(c, s);
    assert.equal(now.taskDefinition, before);
    const said = now.events?.map((x) => x.message ?? "") ?? [];
    assert.ok(said.some((m) => /^\(service \S+\) \(deployment \S+\) deployment failed: alarm detected\.$/.test(m)));
    assert.ok(said.some((m) => /^\(service \S+\) rolling back to deployment \S+\.$/.test(m)));
  });

  it("is not watched at all where an alarm rang before it began", async () => {
    await ring("ALARM");
    const taskDefinition = await deploy();
    await runs(taskDefinition);
    const done = await ends("SUCCESSFUL");
    assert.equal(done.alarms?.status, "DISABLED");
    assert.equal((await steady(c, s)).taskDefinition, taskDefinition);
    await ring("OK");
  });

  it("stays where it is without rollback", async () => {
    const taskDefinition = await deploy(alarms(false));
    await runs(taskDefinition);
    await ring("ALARM");
    const failed = await ends("STOPPED");
    assert.equal(failed.statusReason, "Service deployment stopped because of an alarm: alarm detected.");
    const now = await described(c, s);
    assert.equal(now.taskDefinition, taskDefinition);
    assert.equal(now.deployments?.[0]?.rolloutState, "FAILED");
    await ring("OK");
  });

  it("refuses alarms that are on without names, and a rollback by alarms that are off", async () => {
    const update = (more: DeploymentAlarms) =>
      c.ecs.send(
        new UpdateServiceCommand({ cluster: s.name, service: s.name, deploymentConfiguration: { alarms: more } }),
      );
    await assert.rejects(update({ alarmNames: [], enable: true, rollback: true }), /alarmNames/);
    await assert.rejects(update(alarms(true, false)), /Rollback/);
    await update(alarms(false, false));
    assert.equal((await described(c, s)).deploymentConfiguration?.alarms?.enable, false);
  });
});
