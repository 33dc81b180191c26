/** A service that runs, to be broken in one way after the other, and looked at as `slipway diagnose` does. */
import { strict as assert } from "node:assert";
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTasksCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, ModifyTargetGroupCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { cloudOf } from "../../../src/aws/cloud";
import { Session } from "../../../src/aws/session";
import { diagnose, revisionInQuestion } from "../../../src/core/service/diagnosis/diagnose";
import type { Diagnosis, Symptoms } from "../../../src/core/service/diagnosis/types";
import type { Clock } from "../../../src/core/ports/machine";
import { collectSnapshot } from "../../../src/core/service/snapshot/collect";
import { addressMappingOf, prober } from "../../../src/machine/prober";
import { waitFor, pause } from "../../../scripts/waiting";
import { applicationFolder, type World } from "./world";

/** How much of AWS's words is left. */
export type Texts = "full" | "absent" | number;

const clock: Clock = { now: () => Date.now(), sleep: (milliseconds) => pause(milliseconds) };
const name = "quay";

export type Definition = RegisterTaskDefinitionCommandInput;
export interface Place {
  subnets?: string[];
  securityGroups?: string[];
  assignPublicIp?: "ENABLED" | "DISABLED";
}

export class Stage {
  private readonly session: Session;
  private readonly abort = new AbortController();
  private good = "";
  private first: Service | undefined;
  /** Id of the newest deployment that was begun here. */
  deployment = "";

  private constructor(readonly world: World) {
    this.session = new Session(
      {
        region: world.sandbox.env["AWS_REGION"] ?? "us-east-1",
        credentials: () => Promise.resolve(world.credentials),
        endpoint: world.sandbox.url,
      },
      clock,
    );
  }

  /** Deploys the application, and makes its failures quick: no circuit breaker, two failed checks. */
  static async open(
    world: World,
    files: Readonly<Record<string, string>>,
    config: Readonly<Record<string, unknown>> = {},
  ): Promise<Stage> {
    const folder = applicationFolder(name, {
      ...files,
      "slipway.json": JSON.stringify({
        applications: { [name]: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1, ...config } },
      }),
    });
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    await world.control("POST", "rates", { on: false });
    const stage = new Stage(world);
    stage.first = await stage.service();
    stage.good = stage.first.taskDefinition ?? "";
    await world.clients.ecs.send(
      new UpdateServiceCommand({
        cluster: name,
        service: name,
        healthCheckGracePeriodSeconds: 120,
        deploymentConfiguration: {
          deploymentCircuitBreaker: { enable: false, rollback: false },
          minimumHealthyPercent: 0,
          maximumPercent: 100,
        },
      }),
    );
    const arn = stage.targetGroup;
    if (arn)
      await world.clients.elb.send(
        new ModifyTargetGroupCommand({
          TargetGroupArn: arn,
          UnhealthyThresholdCount: 2,
          HealthCheckTimeoutSeconds: 2,
          HealthCheckIntervalSeconds: 5,
        }),
      );
    return stage;
  }

  /** Turns ECS's circuit breaker, and its way back, on or off. */
  async breaker(enable: boolean): Promise<void> {
    await this.world.clients.ecs.send(
      new UpdateServiceCommand({
        cluster: name,
        service: name,
        deploymentConfiguration: {
          deploymentCircuitBreaker: { enable, rollback: enable },
          minimumHealthyPercent: 0,
          maximumPercent: 100,
        },
      }),
    );
  }

  get targetGroup(): string {
    return this.first?.loadBalancers?.[0]?.targetGroupArn ?? "";
  }

  get subnets(): string[] {
    return this.first?.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  }

  get taskGroups(): string[] {
    return this.first?.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? [];
  }

  async service(): Promise<Service> {
    const { services = [] } = await this.world.clients.ecs.send(
      new DescribeServicesCommand({ cluster: name, services: [name] }),
    );
    assert.ok(services[0], "the service is there");
    return services[0];
  }

  async vpc(): Promise<string> {
    const { Subnets = [] } = await this.world.clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: this.subnets }));
    return Subnets[0]?.VpcId ?? "";
  }

  /** The zone of the tasks' first subnet. */
  async zone(): Promise<string> {
    const { Subnets = [] } = await this.world.clients.ec2.send(
      new DescribeSubnetsCommand({ SubnetIds: this.subnets.slice(0, 1) }),
    );
    return Subnets[0]?.AvailabilityZone ?? "";
  }

  /** Subnets of the VPC that neither the tasks nor the load balancer are in. */
  async otherSubnets(): Promise<string[]> {
    const { Subnets = [] } = await this.world.clients.ec2.send(new DescribeSubnetsCommand({}));
    return Subnets.map((subnet) => subnet.SubnetId ?? "").filter((id) => !this.subnets.includes(id));
  }

  async group(named: string): Promise<string> {
    const { SecurityGroups = [] } = await this.world.clients.ec2.send(new DescribeSecurityGroupsCommand({}));
    return SecurityGroups.find((item) => item.GroupName === named)?.GroupId ?? "";
  }

  /** Begins a deployment with a changed task definition, in another place, or only anew. */
  async deploy(change?: (definition: Definition) => void, place?: Place): Promise<void> {
    const { ecs } = this.world.clients;
    let taskDefinition = this.good;
    if (change) {
      const { taskDefinition: live } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: this.good }));
      const {
        family,
        executionRoleArn,
        taskRoleArn,
        networkMode,
        containerDefinitions,
        volumes,
        requiresCompatibilities,
        cpu,
        memory,
        runtimePlatform,
        ephemeralStorage,
      } = live ?? {};
      const input = structuredClone({
        family,
        executionRoleArn,
        taskRoleArn,
        networkMode,
        containerDefinitions,
        volumes,
        requiresCompatibilities,
        cpu,
        memory,
        runtimePlatform,
        ephemeralStorage,
      }) as Definition;
      change(input);
      taskDefinition =
        (await ecs.send(new RegisterTaskDefinitionCommand(input))).taskDefinition?.taskDefinitionArn ?? "";
    }
    const usual = this.first?.networkConfiguration?.awsvpcConfiguration;
    const awsvpcConfiguration = {
      subnets: usual?.subnets ?? [],
      securityGroups: usual?.securityGroups ?? [],
      assignPublicIp: usual?.assignPublicIp ?? "ENABLED",
      ...place,
    };
    const { service } = await ecs.send(
      new UpdateServiceCommand({
        cluster: name,
        service: name,
        taskDefinition,
        forceNewDeployment: true,
        networkConfiguration: { awsvpcConfiguration },
      }),
    );
    this.deployment = service?.deployments?.find((item) => item.status === "PRIMARY")?.id ?? "";
  }

  /** Everything as it was, and steady. */
  async restore(): Promise<void> {
    await this.world.clearFaults();
    await this.world.clients.ecs.send(
      new UpdateServiceCommand({
        cluster: name,
        service: name,
        desiredCount: 1,
        deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
      }),
    );
    await this.deploy();
    await this.steady();
  }

  async steady(): Promise<void> {
    await waitFor(
      "the service to be steady",
      async () => {
        const service = await this.service();
        return (
          service.deployments?.length === 1 &&
          service.deployments[0]?.rolloutState === "COMPLETED" &&
          service.runningCount === service.desiredCount
        );
      },
      { timeoutMs: 60_000 },
    );
  }

  async tasks(desiredStatus: "RUNNING" | "STOPPED", startedBy?: string): Promise<Task[]> {
    const { taskArns = [] } = await this.world.clients.ecs.send(
      new ListTasksCommand({ cluster: name, serviceName: name, desiredStatus, ...(startedBy ? { startedBy } : {}) }),
    );
    return taskArns.length
      ? ((await this.world.clients.ecs.send(new DescribeTasksCommand({ cluster: name, tasks: taskArns.slice(0, 100) })))
          .tasks ?? [])
      : [];
  }

  /** Waits for a task of the newest deployment to have stopped. */
  stopped = (): Promise<unknown> =>
    waitFor(
      "a task of the new deployment to stop",
      async () => (await this.tasks("STOPPED", this.deployment)).some((task) => task.lastStatus === "STOPPED"),
      { timeoutMs: 40_000 },
    );

  /** Waits for a target in this state. */
  target = (state: string): Promise<unknown> =>
    waitFor(
      `a target to be ${state}`,
      async () => {
        const { TargetHealthDescriptions = [] } = await this.world.clients.elb.send(
          new DescribeTargetHealthCommand({ TargetGroupArn: this.targetGroup }),
        );
        return TargetHealthDescriptions.some((item) => item.TargetHealth?.State === state);
      },
      { timeoutMs: 60_000 },
    );

  /** Waits for an event of the newest deployment. */
  event = (pattern: RegExp): Promise<unknown> =>
    waitFor(
      `an event like ${pattern.source}`,
      async () => {
        const service = await this.service();
        const since = service.deployments?.find((item) => item.status === "PRIMARY")?.createdAt?.getTime() ?? 0;
        return (
          service.events?.some(
            (item) => pattern.test(item.message ?? "") && (item.createdAt?.getTime() ?? 0) >= since,
          ) ?? false
        );
      },
      { timeoutMs: 60_000 },
    );

  /** A look and its diagnosis, with AWS's words cut. */
  async look(texts: Texts, symptoms: Symptoms = {}, task?: string): Promise<Diagnosis> {
    await this.world.control("DELETE", "faults?kind=cut-texts");
    if (texts !== "full") await this.world.fault({ kind: "cut-texts", characters: texts === "absent" ? 0 : texts });
    const collect = (revision?: string) =>
      collectSnapshot({
        cloud: cloudOf(this.session, this.abort.signal),
        clock,
        prober: prober(addressMappingOf(this.world.sandbox.url, undefined)),
        signal: this.abort.signal,
        subject: { cluster: name, service: name, ...(task === undefined ? {} : { task }) },
        ...(revision === undefined ? {} : { revision }),
      });
    const snapshot = await collect();
    const other = revisionInQuestion(snapshot, symptoms);
    return diagnose(other === undefined ? snapshot : await collect(other), symptoms);
  }

  /** Running tasks that are not the service's. */
  async loose(): Promise<string[]> {
    const { taskArns = [] } = await this.world.clients.ecs.send(new ListTasksCommand({ cluster: name }));
    const own = new Set((await this.tasks("RUNNING")).map((task) => task.taskArn));
    return taskArns.filter((arn) => !own.has(arn));
  }

  close(): void {
    this.abort.abort();
    this.session.close();
  }
}
