/** The service scheduler: one loop a service, bringing what runs to what is wanted. */
import { keyOf } from "../elb/targets";
import type { Deployment, Service } from "../model/ecs.types";
import type { Rollout, ServiceDeploymentRecord, ServiceRecord, TaskRecord } from "../states";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { alarmsTriggered, isBaking } from "./deploymentAlarms";
import { addEvent, sayCounted } from "./events";
import { assumable, cannotAssume } from "./prepare";
import { complete, failDeployment, finish, primaryOf, tasksOf, threshold } from "./rollout";
import { launch, requestStop } from "./launch";
import { isProtected } from "./protection";
import type { TaskParts } from "./taskDriver";
import { linkedRoleReady } from "../iam/records";

/** Without a load balancer or a health check a task counts as healthy this long after RUNNING. */
const SETTLE_MS = 40_000;
const CAPACITY =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone. For more " +
  "information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

const idOf = (t: TaskRecord): string => t.task.taskArn?.split("/").at(-1) ?? "";
const named = (tasks: readonly TaskRecord[]): string => tasks.map((t) => `(task ${idOf(t)})`).join(" ");

export class Scheduler {
  private readonly failed = new Set<TaskRecord>();

  constructor(
    private readonly parts: (region: Region) => TaskParts,
    private readonly world: SandboxState,
    private readonly region: Region,
    private readonly record: ServiceRecord,
  ) {}

  private get service(): Service {
    return this.record.service;
  }

  /** Runs until the service is INACTIVE. */
  async run(): Promise<void> {
    while (this.service.status !== "INACTIVE" && !this.world.clock.ended) {
      this.reconcile();
      const bell = new AbortController();
      this.record.wake = () => bell.abort();
      // What a steady service must notice wakes it, except a target's health.
      const pause = this.record.lastSteady ? this.world.clock.either(2000, 1000) : this.world.clock.tick;
      await this.world.clock.wait(pause, bell.signal).catch((error: unknown) => {
        if (!bell.signal.aborted) throw error;
      });
    }
  }

  private reconcile(): void {
    const told = this.world.faultFires("service-event", this.service.serviceName ?? "");
    if (told) addEvent(this.record, `) ${told.text ?? ""}`);
    sayCounted(this.record, this.world.clock.either(2000, 100));
    this.noteFailures();
    this.count();
    if (this.service.status === "DRAINING") {
      this.wind();
      return;
    }
    const primary = primaryOf(this.record);
    const rollout = this.record.rollouts.get(primary?.id ?? "");
    if (!primary || !rollout) return;
    this.checkHealth();
    this.stopAsked(primary);
    if (primary.rolloutState === "IN_PROGRESS" && this.tripped(rollout)) {
      failDeployment(this.record, primary, "breaker");
      return;
    }
    if (primary.rolloutState === "IN_PROGRESS" && alarmsTriggered(this.region, this.deploymentOf(primary), rollout)) {
      failDeployment(this.record, primary, "alarm");
      return;
    }
    this.scale(primary, rollout);
    this.count();
    this.settle(primary, rollout);
  }

  private deploymentOf({ id }: Deployment): ServiceDeploymentRecord | undefined {
    return this.record.serviceDeployments.get(this.record.rollouts.get(id ?? "")?.serviceDeploymentArn ?? "");
  }

  private stopAsked(primary: Deployment): void {
    const target = this.deploymentOf(primary);
    if (!target?.stopRequested) return;
    target.stopRequested = false;
    failDeployment(this.record, primary, "stop");
  }

  /** Counts running and pending tasks into the service and its deployments. */
  private count(): void {
    const all = tasksOf(this.record, undefined);
    const running = (tasks: readonly TaskRecord[]): number =>
      tasks.filter((t) => t.task.lastStatus === "RUNNING").length;
    const pending = (tasks: readonly TaskRecord[]): number =>
      tasks.filter(
        (t) =>
          ["PROVISIONING", "PENDING", "ACTIVATING"].includes(t.task.lastStatus ?? "") &&
          t.task.desiredStatus === "RUNNING",
      ).length;
    this.service.runningCount = running(all);
    this.service.pendingCount = pending(all);
    for (const d of this.service.deployments ?? []) {
      const mine = all.filter((t) => t.deploymentId === d.id);
      d.runningCount = running(mine);
      d.pendingCount = pending(mine);
      d.failedTasks = this.record.rollouts.get(d.id ?? "")?.failures ?? 0;
      d.desiredCount =
        d.status === "PRIMARY"
          ? this.service.desiredCount
          : mine.filter((t) => t.task.desiredStatus === "RUNNING").length;
      const target = this.deploymentOf(d)?.deployment;
      if (d.status === "PRIMARY" && target?.targetServiceRevision && target.status === "IN_PROGRESS") {
        Object.assign(target.targetServiceRevision, {
          requestedTaskCount: this.service.desiredCount,
          runningTaskCount: d.runningCount,
          pendingTaskCount: d.pendingCount,
        });
        if (target.deploymentCircuitBreaker) target.deploymentCircuitBreaker.failureCount = d.failedTasks;
      }
    }
  }

  /** A task that stopped by itself counts against its deployment, once. */
  private noteFailures(): void {
    for (const t of this.record.tasks) {
      if (t.stoppedAt !== undefined && this.failed.delete(t)) this.record.tasks.delete(t);
      else if (t.stopRequested !== undefined && !this.failed.has(t)) this.noteEnd(t);
    }
  }

  private noteEnd(t: TaskRecord): void {
    this.failed.add(t);
    const rollout = this.record.rollouts.get(t.deploymentId ?? "");
    const { code = "", reason = "" } = t.stopRequested ?? {};
    const bad =
      code === "TaskFailedToStart" ||
      code === "EssentialContainerExited" ||
      (code === "ServiceSchedulerInitiated" && reason.startsWith("Task failed"));
    if (!rollout || !bad) return;
    rollout.failures++;
    rollout.consecutive++;
    rollout.nextLaunchAt = Date.now() + this.backoff(rollout.consecutive);
    if (code === "TaskFailedToStart") addEvent(this.record, `) was unable to place a task. Reason: ${reason}.`);
    if (rollout.consecutive >= 3 && !rollout.complained) {
      rollout.complained = true;
      addEvent(
        this.record,
        ") is unable to consistently start tasks successfully. For more information, see the Troubleshooting " +
          "section of the Amazon ECS Developer Guide.",
      );
    }
  }

  /** Repeated failures throttle launches, up to 27 minutes apart on AWS. */
  private backoff(failures: number): number {
    const aws = Math.min(27 * 60_000, 10_000 * 2 ** Math.max(0, failures - 1));
    return this.world.clock.either(aws, Math.min(5000, 100 * 2 ** Math.max(0, failures - 1)));
  }

  private tripped(rollout: Rollout): boolean {
    const breaker = this.service.deploymentConfiguration?.deploymentCircuitBreaker;
    return breaker?.enable === true && rollout.failures >= threshold(this.service);
  }

  private graceOver(t: TaskRecord): boolean {
    const grace = this.world.clock.timer((this.service.healthCheckGracePeriodSeconds ?? 0) * 1000);
    return t.runningAt !== undefined && Date.now() - t.runningAt >= grace;
  }

  private targetOf(
    t: TaskRecord,
    groupArn: string,
    port: number,
  ): { state: string; reason?: string; description?: string } | undefined {
    return this.region.elb.targetGroups.get(groupArn)?.targets.get(keyOf({ id: t.address, port }));
  }

  private isHealthy(t: TaskRecord): boolean {
    if (t.task.lastStatus !== "RUNNING" || t.task.desiredStatus !== "RUNNING") return false;
    const checked =
      t.definition.containerDefinitions?.some(
        (c) => c.healthCheck && c.healthCheck.command[0] !== "NONE" && c.essential !== false,
      ) ?? false;
    if (checked && t.task.healthStatus !== "HEALTHY") return false;
    if (t.registered.length > 0)
      return t.registered.every((r) => this.targetOf(t, r.targetGroupArn, r.port)?.state === "healthy");
    return checked || Date.now() - (t.runningAt ?? 0) >= this.world.clock.either(SETTLE_MS, 1000);
  }

  /** Replaces tasks that the load balancer or their own health check gave up on. */
  private checkHealth(): void {
    for (const t of tasksOf(this.record, undefined)) {
      if (t.task.lastStatus !== "RUNNING" || t.stopRequested || !this.graceOver(t)) continue;
      if (t.task.healthStatus === "UNHEALTHY") {
        addEvent(this.record, `) (task ${idOf(t)}) failed container health checks.`);
        requestStop(t, "ServiceSchedulerInitiated", "Task failed container health checks");
        continue;
      }
      for (const r of t.registered) {
        const target = this.targetOf(t, r.targetGroupArn, r.port);
        if (
          target?.state !== "unhealthy" &&
          !(target?.state === "unused" && target.description?.includes("Availability Zone"))
        )
          continue;
        addEvent(
          this.record,
          `) (task ${idOf(t)}) (port ${r.port}) is unhealthy in (target-group ${r.targetGroupArn}) due to (reason ${target.description ?? ""}).`,
        );
        requestStop(
          t,
          "ServiceSchedulerInitiated",
          `Task failed ELB health checks in (target-group ${r.targetGroupArn})`,
        );
        break;
      }
    }
  }

  /** Starts and stops tasks within the minimum and maximum percent. */
  private scale(primary: Deployment, rollout: Rollout): void {
    const desired = this.service.desiredCount ?? 0;
    const { maximumPercent = 200, minimumHealthyPercent = 100 } = this.service.deploymentConfiguration ?? {};
    const wanted = (t: TaskRecord): boolean => t.task.desiredStatus === "RUNNING";
    const mine = tasksOf(this.record, primary.id).filter(wanted);
    const old = tasksOf(this.record, undefined).filter((t) => t.deploymentId !== primary.id && wanted(t));
    const healthyMine = mine.filter((t) => this.isHealthy(t)).length;
    const replacing = old.length > 0;
    // The upper limit holds during a deployment; a steady service simply has as many as it wants.
    const room = replacing
      ? Math.max(0, Math.floor((desired * maximumPercent) / 100) - mine.length - old.length)
      : desired - mine.length;
    const missing = Math.min(desired - mine.length, room);
    if (missing > 0 && !(rollout.failed && primary.rolloutState === "FAILED") && Date.now() >= rollout.nextLaunchAt)
      this.start(primary, rollout, missing);
    const excess = mine.length > desired ? mine.filter((t) => !isProtected(t)) : [];
    if (excess.length > 0)
      this.stop(
        excess.sort((a, b) => Number(this.isHealthy(a)) - Number(this.isHealthy(b))).slice(0, mine.length - desired),
        primary,
      );
    if (!replacing) return;
    const minimum = Math.ceil((desired * minimumHealthyPercent) / 100);
    const healthyOld = old.filter((t) => this.isHealthy(t));
    const sick = old.filter((t) => !this.isHealthy(t));
    const spare = Math.max(0, healthyMine + healthyOld.length - minimum);
    // Old tasks make room only for new ones that are healthy, or where the minimum allows going lower.
    const needed =
      healthyMine >= desired
        ? old.length
        : Math.min(
            old.length,
            Math.max(0, mine.length + old.length + 1 - Math.floor((desired * maximumPercent) / 100)),
          );
    const chosen =
      healthyMine >= desired
        ? old
        : [
            ...sick.slice(0, rollout.failed ? 0 : sick.length),
            ...healthyOld.filter((t) => !isProtected(t)).slice(0, Math.min(spare, needed)),
          ];
    const stopping = chosen.filter((t) => !isProtected(t));
    if (stopping.length > 0) this.stop(stopping, primary);
    else if (missing <= 0 && mine.length < desired && !rollout.complained) {
      rollout.complained = true;
      addEvent(
        this.record,
        ") was unable to stop or start tasks during a deployment because of the service deployment " +
          "configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
      );
    }
  }

  private stop(tasks: readonly TaskRecord[], primary: Deployment): void {
    for (const t of tasks)
      requestStop(t, "ServiceSchedulerInitiated", `Scaling activity initiated by (deployment ${primary.id ?? ""})`);
    addEvent(this.record, `) has stopped ${tasks.length} running tasks: ${named(tasks)}.`);
  }

  private start(primary: Deployment, rollout: Rollout, count: number): void {
    const definition = [...this.region.ecs.definitions.values()].find(
      (d) => d.definition.taskDefinitionArn === primary.taskDefinition,
    )?.definition;
    if (!definition) return;
    if (!linkedRoleReady(this.world, "ecs.amazonaws.com") && this.service.loadBalancers?.length) return;
    for (const role of [definition.executionRoleArn, definition.taskRoleArn]) {
      if (role === undefined || assumable(this.world, this.region, role)) continue;
      this.complainOnce(`) failed to launch a task with (error ${cannotAssume(role)}).`);
      rollout.nextLaunchAt = Date.now() + this.world.clock.either(10_000, 200);
      return;
    }
    const refused = this.world.faultFires("capacity", this.service.serviceName ?? "");
    if (refused) {
      addEvent(this.record, `) was unable to place a task. Reason: ${refused.error?.message ?? CAPACITY}`);
      rollout.nextLaunchAt = Date.now() + this.world.clock.either(15_000, 300);
      return;
    }
    const vpc = primary.networkConfiguration?.awsvpcConfiguration;
    const started: TaskRecord[] = [];
    for (let i = 0; i < Math.min(count, 10); i++) {
      const subnets = vpc?.subnets ?? [];
      const existing = tasksOf(this.record, primary.id);
      const subnetId =
        [...subnets].sort(
          (a, b) => existing.filter((t) => t.subnetId === a).length - existing.filter((t) => t.subnetId === b).length,
        )[0] ?? "";
      try {
        started.push(
          launch(this.parts(this.region), {
            definition,
            clusterArn: this.service.clusterArn ?? "",
            serviceArn: this.service.serviceArn,
            deploymentId: primary.id,
            startedBy: primary.id,
            group: `service:${this.service.serviceName ?? ""}`,
            subnetId,
            securityGroups: vpc?.securityGroups ?? [],
            assignPublicIp: vpc?.assignPublicIp === "ENABLED",
            tags: this.taskTags(),
            overrides: undefined,
            platformVersion: primary.platformVersion,
            exec: this.service.enableExecuteCommand ?? false,
            capacityProvider: this.service.capacityProviderStrategy?.[0]?.capacityProvider,
          }),
        );
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        addEvent(this.record, `) was unable to place a task. Reason: ${error.message}.`);
        rollout.nextLaunchAt = Date.now() + this.world.clock.either(15_000, 300);
        break;
      }
    }
    if (started.length > 0) addEvent(this.record, `) has started ${started.length} tasks: ${named(started)}.`);
  }

  private taskTags(): Map<string, string> {
    const tags = new Map(this.service.propagateTags === "SERVICE" ? this.record.tags : []);
    if (this.service.enableECSManagedTags)
      tags
        .set("aws:ecs:serviceName", this.service.serviceName ?? "")
        .set("aws:ecs:clusterName", this.service.clusterArn?.split("/").at(-1) ?? "");
    return tags;
  }

  private complainOnce(text: string): void {
    const last = this.record.seenReasons.get(text) ?? 0;
    if (Date.now() - last < this.world.clock.either(60_000, 2000)) return;
    this.record.seenReasons.set(text, Date.now());
    addEvent(this.record, text);
  }

  /** Completes the deployment, says that the service is steady, and resets failures when tasks turn healthy. */
  private settle(primary: Deployment, rollout: Rollout): void {
    const desired = this.service.desiredCount ?? 0;
    const mine = tasksOf(this.record, primary.id);
    const healthy = mine.filter((t) => this.isHealthy(t));
    if (mine.some((t) => t.reachedRunning)) rollout.everRunning = true;
    if (healthy.length > 0) {
      rollout.consecutive = 0;
      if (this.service.deploymentConfiguration?.deploymentCircuitBreaker?.resetOnHealthyTask !== false)
        rollout.failures = 0;
    }
    for (const d of [...(this.service.deployments ?? [])]) {
      if (d.status !== "PRIMARY" && tasksOf(this.record, d.id).length === 0)
        this.service.deployments = this.service.deployments?.filter((x) => x !== d);
    }
    const others = (this.service.deployments ?? []).some((d) => d !== primary);
    const steady = healthy.length === desired && mine.length === desired && !others;
    if (!steady) {
      this.record.lastSteady = false;
      return;
    }
    sayCounted(this.record, 0);
    if (primary.rolloutState === "IN_PROGRESS") {
      if (isBaking(this.world, this.region, this.deploymentOf(primary), rollout)) return;
      complete(this.world, this.record, primary);
    }
    if (!this.record.lastSteady) {
      this.record.lastSteady = true;
      addEvent(this.record, ") has reached a steady state.");
    }
  }

  /** DRAINING: every task stops, then the service is INACTIVE. */
  private wind(): void {
    const all = tasksOf(this.record, undefined);
    const running = all.filter((t) => t.task.desiredStatus === "RUNNING");
    const primary = primaryOf(this.record);
    if (running.length > 0 && primary) this.stop(running, primary);
    if (all.length > 0) return;
    sayCounted(this.record, 0);
    for (const r of this.record.serviceDeployments.values())
      if (!r.deployment.finishedAt) finish(r, "STOPPED", "Service deployment stopped because the service was deleted.");
    this.service.status = "INACTIVE";
    this.service.deployments = [];
  }
}
