/** The service scheduler: one loop a service, bringing what runs to what is wanted. */
import type { Deployment, Service } from "../model/ecs.types";
import type { Rollout, ServiceDeploymentRecord, ServiceRecord, TaskRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { alarmsTriggered, isBaking } from "./deploymentAlarms";
import { addEvent, sayCounted } from "./events";
import { complete, failDeployment, finish, shiftBack, threshold } from "./rollout";
import { primaryOf, tasksOf } from "./rolloutTasks";
import { requestStop } from "./launch";
import { isProtected } from "./protection";
import { Shift } from "./shift";
import type { TaskParts } from "./taskDriver";
import { TaskHealth } from "./taskHealth";
import { named, TaskStarter } from "./taskStarter";

const isWanted = (t: TaskRecord): boolean => t.task.desiredStatus === "RUNNING";

export class Scheduler {
  private readonly failed = new Set<TaskRecord>();
  private readonly health: TaskHealth;
  private readonly starter: TaskStarter;
  private readonly shift: Shift;

  constructor(
    parts: (region: Region) => TaskParts,
    private readonly world: SandboxState,
    private readonly region: Region,
    private readonly record: ServiceRecord,
  ) {
    this.health = new TaskHealth(world, region, record);
    this.starter = new TaskStarter(parts, world, region, record);
    this.shift = new Shift(world, region, record, {
      keep: (deployment) => this.keep(deployment),
      clear: (ids) => this.clear(ids),
      complete: (deployment) => complete(world, record, deployment),
      fail: (deployment, cause) => failDeployment(world, region, record, deployment, cause),
    });
  }

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
    this.health.checkHealth();
    // Which deployment is the primary one may be another from here on.
    if (this.stopAsked(primary)) return;
    if (primary.rolloutState === "IN_PROGRESS" && this.tripped(rollout)) {
      failDeployment(this.world, this.region, this.record, primary, "breaker");
      return;
    }
    const target = this.deploymentOf(primary);
    if (primary.rolloutState === "IN_PROGRESS" && alarmsTriggered(this.region, target, rollout)) {
      failDeployment(this.world, this.region, this.record, primary, "alarm");
      return;
    }
    if (rollout.shift && target) {
      this.shiftOn(primary, rollout, target);
      return;
    }
    this.scale(primary, rollout);
    this.count();
    this.settle(primary, rollout);
  }

  /** One more look at a deployment that shifts traffic; one that failed and has nothing to go back to is left. */
  private shiftOn(primary: Deployment, rollout: Rollout, target: ServiceDeploymentRecord): void {
    this.record.lastSteady = false;
    this.noteHealthy(primary, rollout);
    if (target.deployment.status === "IN_PROGRESS" && rollout.shift)
      this.shift.step(primary, rollout, target, rollout.shift);
    else if (target.deployment.status === "ROLLBACK_IN_PROGRESS")
      shiftBack(this.world, this.region, this.record, primary);
    this.count();
  }

  /** Brings a deployment's own tasks to the number that is wanted; gives how many are healthy. */
  private keep(deployment: Deployment): number {
    const rollout = this.record.rollouts.get(deployment.id ?? "");
    const desired = this.service.desiredCount ?? 0;
    const mine = tasksOf(this.record, deployment.id).filter(isWanted);
    if (rollout && mine.length < desired && Date.now() >= rollout.nextLaunchAt)
      this.starter.start(deployment, rollout, desired - mine.length);
    const spare = mine.filter((t) => !isProtected(t)).slice(0, Math.max(0, mine.length - desired));
    if (spare.length > 0) this.stop(spare, deployment);
    return mine.filter((t) => this.health.isHealthy(t)).length;
  }

  private clear(ids: readonly (string | undefined)[]): number {
    const left = tasksOf(this.record, undefined).filter((t) => ids.includes(t.deploymentId));
    const stopping = left.filter((t) => isWanted(t) && !isProtected(t));
    const primary = primaryOf(this.record);
    if (stopping.length > 0 && primary) this.stop(stopping, primary);
    return left.length;
  }

  private deploymentOf({ id }: Deployment): ServiceDeploymentRecord | undefined {
    return this.record.serviceDeployments.get(this.record.rollouts.get(id ?? "")?.serviceDeploymentArn ?? "");
  }

  private stopAsked(primary: Deployment): boolean {
    const target = this.deploymentOf(primary);
    if (!target?.stopRequested) return false;
    target.stopRequested = false;
    failDeployment(this.world, this.region, this.record, primary, "stop");
    this.record.wake();
    return true;
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
    // "Both methods only support rolling update deployment and blue/green deployment types."
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-failure-detection.html
    const isJudged = ["ROLLING", "BLUE_GREEN"].includes(this.service.deploymentConfiguration?.strategy ?? "ROLLING");
    return isJudged && breaker?.enable === true && rollout.failures >= threshold(this.service);
  }

  /** Starts and stops tasks within the minimum and maximum percent. */
  private scale(primary: Deployment, rollout: Rollout): void {
    const desired = this.service.desiredCount ?? 0;
    const { maximumPercent = 200, minimumHealthyPercent = 100 } = this.service.deploymentConfiguration ?? {};
    const mine = tasksOf(this.record, primary.id).filter(isWanted);
    const old = tasksOf(this.record, undefined).filter((t) => t.deploymentId !== primary.id && isWanted(t));
    const healthyMine = mine.filter((t) => this.health.isHealthy(t)).length;
    const replacing = old.length > 0;
    // The upper limit holds during a deployment; a steady service simply has as many as it wants.
    const room = replacing
      ? Math.max(0, Math.floor((desired * maximumPercent) / 100) - mine.length - old.length)
      : desired - mine.length;
    const missing = Math.min(desired - mine.length, room);
    if (missing > 0 && !(rollout.failed && primary.rolloutState === "FAILED") && Date.now() >= rollout.nextLaunchAt)
      this.starter.start(primary, rollout, missing);
    const excess = mine.length > desired ? mine.filter((t) => !isProtected(t)) : [];
    if (excess.length > 0)
      this.stop(
        excess
          .sort((a, b) => Number(this.health.isHealthy(a)) - Number(this.health.isHealthy(b)))
          .slice(0, mine.length - desired),
        primary,
      );
    if (!replacing) return;
    const minimum = Math.ceil((desired * minimumHealthyPercent) / 100);
    const healthyOld = old.filter((t) => this.health.isHealthy(t));
    const sick = old.filter((t) => !this.health.isHealthy(t));
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

  /** Completes the deployment, says that the service is steady, and resets failures when tasks turn healthy. */
  private settle(primary: Deployment, rollout: Rollout): void {
    const desired = this.service.desiredCount ?? 0;
    const mine = tasksOf(this.record, primary.id);
    const healthy = this.noteHealthy(primary, rollout);
    for (const d of [...(this.service.deployments ?? [])]) {
      if (d.status !== "PRIMARY" && tasksOf(this.record, d.id).length === 0)
        this.service.deployments = this.service.deployments?.filter((x) => x !== d);
    }
    const others = (this.service.deployments ?? []).some((d) => d !== primary);
    if (this.isEarly(primary, healthy, others)) {
      if (!isBaking(this.world, this.region, this.deploymentOf(primary), rollout))
        complete(this.world, this.record, primary);
      return;
    }
    const steady = healthy === desired && mine.length === desired && !others;
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

  /** Whether a rolling deployment has succeeded before it is whole: enough of it is healthy. */
  private isEarly({ rolloutState }: Deployment, healthy: number, others: boolean): boolean {
    const {
      enable,
      healthyPercent = 100,
      sourceServiceRevisionCleanup,
    } = this.service.deploymentConfiguration?.earlySuccessCriteria ?? {};
    if (!enable || rolloutState !== "IN_PROGRESS") return false;
    const needed = Math.ceil(((this.service.desiredCount ?? 0) * healthyPercent) / 100);
    return healthy >= needed && (sourceServiceRevisionCleanup === "DEFERRED" || !others);
  }

  /** Notes what a deployment's tasks have reached; gives how many are healthy. */
  private noteHealthy(deployment: Deployment, rollout: Rollout): number {
    const mine = tasksOf(this.record, deployment.id);
    const healthy = mine.filter((t) => this.health.isHealthy(t)).length;
    if (mine.some((t) => t.reachedRunning)) rollout.everRunning = true;
    if (healthy > 0) {
      rollout.consecutive = 0;
      if (this.service.deploymentConfiguration?.deploymentCircuitBreaker?.resetOnHealthyTask !== false)
        rollout.failures = 0;
    }
    return healthy;
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
