import { sourcePlaceOf, type SourcePlace } from "../../project/sourcePlace";
import { elapsed } from "../../base/elapsed";
import { errorCode, isCancelled, reportOf, SlipwayError, type ErrorReport } from "../../base/errors";
import { isLasting } from "../../service/diagnosis/patterns";
import { diagnoseStop, stoppedOnPurpose, type StopDiagnosis } from "../../service/diagnosis/stopped";
import type { Deployment, Service, ServiceDeployment, TargetHealth, Task } from "../../ports/cloud";
import { logsOf } from "../../taskDefinition/model/generate";
import { requireOurs, UnusedTargets, vanished, withoutBalancer } from "./rolloutInterference";
import { RolloutPatience } from "./rolloutPatience";
import { TargetGroupCutover } from "./targetGroupCutover";
import type { CapturedTask } from "../../service/diagnosis/types";
import { diagnoseFailure, withCause } from "./diagnoseFailure";
import { isWrite } from "../plan";
import { involvesShifting } from "../shifting";
import { Looks, poll, type Outputs, type RunContext, type Step, type StuckAnswer } from "../step";
import { ShiftWatch, shiftCounts } from "./shiftWatch";

const failedStatuses = ["ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED"];
/** The list of service deployments lags behind; the deployment itself is asked when it has not appeared by then. */
const listLagMilliseconds = 60_000;
const targetLookMilliseconds = 5000;
/** So long a target fails before somebody who can be asked nothing is told that it will not get well. */
const hopelessMilliseconds = 30_000;
const lateLinesMilliseconds = 15_000;

export const rollout: Step = {
  id: "rollout",
  needs: ["service"],
  decide: (observed) => ({
    action: "run",
    reason: observed.service ? { code: "newTasksTakeOver" } : { code: "firstTasksStart" },
  }),
  apply: (context) => {
    const cloud = context.cloud.withoutPatience?.() ?? context.cloud;
    return new Watch({ ...context, cloud }).untilSteady();
  },
  detail: ({ outputs }) => outputs.deploymentId,
};

/** Of the same revision, a moment older and over: while ours is under way it is none that has ended, and one that is through has not failed. */
const isPredecessor = ({ status }: ServiceDeployment, primary: Deployment | undefined): boolean => {
  if (primary?.status !== "PRIMARY") return false;
  const hasFailed = failedStatuses.includes(status);
  return primary.rolloutState === "IN_PROGRESS"
    ? hasFailed || status === "SUCCESSFUL"
    : primary.rolloutState === "COMPLETED" && hasFailed;
};

interface FailedRollout {
  readonly own: ServiceDeployment | undefined;
  readonly primary: Deployment | undefined;
}

/** Watches this deployment's own service deployment, never "the service is stable": that is true after a rollback too. */
class Watch {
  /** Codes of what may not be read here; each is said once. */
  private readonly unread = new Set<string>();
  private readonly revisionOf = new Map<string, string>();
  private readonly seenEvents = new Set<string>();
  private readonly seenTasks = new Set<string>();
  private firstStop: StopDiagnosis | undefined;
  /** Every task of this deployment that failed: ECS forgets them after about an hour. */
  private readonly captured: CapturedTask[] = [];
  private answer: StuckAnswer | undefined;
  /** The task behind `firstStop`, while nothing of what it printed has arrived. */
  private silentTask: Task | undefined;
  /** Whether the list of service deployments could be read in this look. */
  private listed = false;
  /** Since when a target fails; undefined while none does. */
  private unhealthySince: number | undefined;
  private toldUnhealthy = false;
  private readonly unused: UnusedTargets;
  private judged = false;
  private lookedAt = 0;
  private readonly startedAt: number;
  private readonly cutover: TargetGroupCutover;
  private readonly patience: RolloutPatience;
  private readonly shift: ShiftWatch;

  constructor(private readonly context: RunContext) {
    this.startedAt = elapsed(context.clock);
    this.cutover = new TargetGroupCutover(context);
    this.patience = new RolloutPatience(context);
    this.shift = new ShiftWatch(context);
    // A second target group is behind no listener until its tasks are there.
    const mayBeUnused = involvesShifting(context.observed, context) || this.cutover.concerned;
    this.unused = new UnusedTargets((message) => {
      if (!mayBeUnused) context.emit({ type: "note", level: "warning", message });
    });
    for (const event of context.outputs.service?.events ?? []) this.seenEvents.add(event.id);
  }

  /** Until the deployment has come to its own end: a look that fails is none. */
  async untilSteady(): Promise<void> {
    if (this.isSteady()) return;
    const looks = new Looks(this.context);
    for (;;) {
      const end = await looks
        .take(() => this.look())
        .catch((error: unknown) => {
          throw withoutBalancer(this.context, error);
        });
      if (end === "steady") return;
      if (end) throw await this.failure(end.own, end.primary);
      await looks.pause();
    }
  }

  /** True where nothing was asked of the service, and the look before the plan saw it at rest. */
  private isSteady(): boolean {
    const { decisions, observed, outputs } = this.context;
    const decision = decisions.get("service");
    const [only, ...others] = observed.service?.deployments ?? [];
    return (
      decision !== undefined &&
      !isWrite(decision) &&
      only?.id === outputs.deploymentId &&
      others.length === 0 &&
      only?.rolloutState === "COMPLETED" &&
      only.running >= only.desired
    );
  }

  /** One look; undefined while the deployment goes on. */
  private async look(): Promise<"steady" | FailedRollout | undefined> {
    const { context } = this;
    const service = await context.cloud.ecs.findService(context.app.cluster, context.app.service);
    if (!service || service.status === "INACTIVE") throw vanished(context);
    await this.cutover.look(service);
    this.listed = false;
    const found = await this.beside(() => this.ownDeployment());
    const primary = service.deployments.find((deployment) => deployment.id === context.outputs.deploymentId);
    const own = found && isPredecessor(found, primary) ? undefined : found;
    this.tell(service, own);
    if (own) this.shift.tell(own);
    await this.beside(() => this.captureStopped());
    await this.beside(() => this.watchTargets());
    await this.beside(() => this.judgeHopeless());
    if (own?.status === "STOPPED") requireOurs(context, service);
    if (this.isDone(own, primary)) return "steady";
    if (this.hasFailed(own, primary, service) || this.answer === "stop") return { own, primary };
    this.answer ??= this.shift.judge(own, primary);
    if (this.answer === "rollBack" && own) {
      this.answer = "wait";
      await context.cloud.ecs.rollBack(own.arn);
    }
    this.patience.look(service, own);
    return undefined;
  }

  /** What is looked at beside the service itself: where it may not be read, or is not answered, the rest goes on. */
  private async beside<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (isCancelled(error) || /^(Credentials|NoCredentials)/.test(errorCode(error))) throw error;
      const { code, summary } = reportOf(error);
      if (!this.unread.has(code)) this.context.emit({ type: "note", level: "info", message: summary });
      this.unread.add(code);
      return undefined;
    }
  }

  private isDone(own: ServiceDeployment | undefined, primary: Deployment | undefined): boolean {
    if (own) return own.status === "SUCCESSFUL";
    // Nothing began, or the list may not be read: there is no lag to wait for.
    const decision = this.context.decisions.get("service");
    const begun = decision === undefined || isWrite(decision);
    const lagOver = !begun || !this.listed || elapsed(this.context.clock) - this.startedAt > listLagMilliseconds;
    return (
      lagOver &&
      primary?.status === "PRIMARY" &&
      primary.rolloutState === "COMPLETED" &&
      primary.running >= primary.desired
    );
  }

  private hasFailed(own: ServiceDeployment | undefined, primary: Deployment | undefined, service: Service): boolean {
    if (own) return failedStatuses.includes(own.status);
    if (primary) return primary.rolloutState === "FAILED";
    // Our deployment is no longer listed, and another one is primary: somebody deployed something else meanwhile.
    return elapsed(this.context.clock) - this.startedAt > listLagMilliseconds && service.deployments.length > 0;
  }

  /** The newest service deployment of our revision that is not older than the one that the service told us of. */
  private async ownDeployment(): Promise<ServiceDeployment | undefined> {
    const { app, cloud, outputs } = this.context;
    const all = await cloud.ecs.listServiceDeployments(app.cluster, app.service);
    this.listed = all !== undefined;
    const from = (outputs.deployedAt ?? 0) - 5000;
    for (const deployment of all ?? []) {
      if (deployment.createdAt < from || deployment.targetRevision === undefined) continue;
      const arn = deployment.targetRevision;
      const definition = this.revisionOf.get(arn) ?? (await cloud.ecs.findRevisionTaskDefinition(arn));
      if (definition !== undefined) this.revisionOf.set(arn, definition);
      if (definition === outputs.revisionArn) return deployment;
    }
    return undefined;
  }

  private tell(service: Service, deployment: ServiceDeployment | undefined): void {
    const { context } = this;
    const own = service.deployments.find((deployment) => deployment.id === context.outputs.deploymentId);
    const shift = deployment ? this.shift.textOf(deployment) : "";
    if (own) {
      context.emit({
        type: "rollout",
        counts: {
          deployment: own.id,
          state: own.rolloutState ?? own.status,
          desired: own.desired,
          running: own.running,
          pending: own.pending,
          failed: own.failed,
          ...shiftCounts(deployment),
        },
      });
      context.emit({
        type: "progress",
        step: "rollout",
        message:
          `${own.running} of ${own.desired} ` +
          `running${own.pending ? `, ${own.pending} starting` : ""}${own.failed ? `, ${own.failed} failed` : ""}` +
          (shift ? `; ${shift}` : ""),
        ...(own.desired ? { fraction: own.running / own.desired } : {}),
      });
    }
    for (const event of [...service.events].reverse()) {
      if (this.seenEvents.has(event.id)) continue;
      this.seenEvents.add(event.id);
      context.emit({ type: "output", step: "rollout", line: event.message });
    }
  }

  /** Stopped tasks vanish after an hour; the first of them is diagnosed as soon as it is seen. */
  private async captureStopped(): Promise<void> {
    const { app, cloud, outputs } = this.context;
    const tasks = await cloud.ecs.listTasks(app.cluster, { service: app.service, stopped: true });
    for (const task of tasks) {
      const ours =
        task.startedBy === outputs.deploymentId ||
        (task.taskDefinition === outputs.revisionArn && task.createdAt >= (outputs.deployedAt ?? 0) - 1000);
      if (!ours || this.seenTasks.has(task.arn) || stoppedOnPurpose(task)) continue;
      this.seenTasks.add(task.arn);
      const lines = await this.lastLines(task);
      this.captured.push({ task, lines });
      const diagnosis = diagnoseStop(task, lines);
      if (!this.firstStop && !diagnosis.mayCure) this.askWhetherToStop(diagnosis);
      // A task that stopped says more than a target that did not answer.
      if (!this.firstStop || this.firstStop.code === "TargetUnhealthy") {
        this.firstStop = diagnosis;
        this.silentTask = lines.length === 0 ? task : undefined;
      }
      this.context.emit({ type: "note", level: "warning", message: diagnosis.sentence });
      for (const line of diagnosis.evidence) this.context.emit({ type: "output", step: "rollout", line });
    }
  }

  /**
   * A target that stays unhealthy is said long before ECS gives up on it: in the grace period failed checks do not count,
   * and the task that nobody can reach just runs.
   */
  private async watchTargets(): Promise<void> {
    const { context } = this;
    const { app, clock, outputs } = context;
    const now = elapsed(clock);
    const done = this.toldUnhealthy && (context.taskFailed !== undefined || this.judged);
    if (!outputs.targetGroupArn || done || now - this.lookedAt < targetLookMilliseconds) return;
    this.lookedAt = now;
    const health = await this.targetsOf(outputs);
    this.unused.look(health, now);
    const sick = health.find((target) => target.state === "unhealthy");
    this.unhealthySince = sick ? (this.unhealthySince ?? now) : undefined;
    if (!sick || this.toldUnhealthy) return;
    this.toldUnhealthy = true;
    const said = sick.description ?? sick.reason ?? "no reason given";
    const cause: StopDiagnosis = {
      code: "TargetUnhealthy",
      sentence:
        `The application does not pass the load balancer's health check of ${app.healthCheck.path} on port ` +
        `${sick.port}: ${said}.`,
      remedy: "Check that it listens on 0.0.0.0 at that port and answers that path.",
      mayCure: true,
      evidence: [`Target ${sick.target}:${sick.port} is ${sick.state}: ${said}`],
      quotes: sick.description === undefined ? [] : [sick.description],
    };
    this.firstStop ??= cause;
    this.context.emit({ type: "note", level: "warning", message: `${cause.sentence} ${cause.remedy}` });
    this.askWhetherToStop(cause);
  }

  /**
   * In the grace period ECS lets a task fail its checks for minutes, three tasks one after the other. Where nobody can be
   * asked and the cause is proved, that wait brings nothing: what runs already goes on, and the error is told.
   */
  private async judgeHopeless(): Promise<void> {
    const { context, unhealthySince } = this;
    if (context.taskFailed || this.judged || unhealthySince === undefined) return;
    if (elapsed(context.clock) - unhealthySince < hopelessMilliseconds) return;
    this.judged = true;
    const found = await diagnoseFailure(context, this.captured);
    if (found?.cause?.certainty !== "certain" || !isLasting(found.cause.code)) return;
    const message = `This will not get well by waiting: ${found.cause.sentence}`;
    context.emit({ type: "note", level: "warning", message });
    this.answer = context.observed.service ? "rollBack" : "stop";
  }

  /** The answer may take its time: the watch goes on meanwhile. */
  private askWhetherToStop(cause: StopDiagnosis): void {
    const { context } = this;
    context.taskFailed?.(cause, context.observed.service !== undefined).then(
      (answer) => (this.answer = answer),
      () => undefined,
    );
  }

  private async lastLines(task: Task): Promise<string[]> {
    const { app, cloud, outputs } = this.context;
    const logs = outputs.definition && logsOf(outputs.definition, app.container);
    if (!logs) return [];
    const stream = [logs.prefix, logs.container, task.id].filter(Boolean).join("/");
    const events = await cloud.logs.lastEvents(logs.group, stream, 15).catch(() => []);
    return events.map((event) => event.message.trimEnd());
  }

  private async failure(own: ServiceDeployment | undefined, primary: Deployment | undefined): Promise<SlipwayError> {
    const { context } = this;
    // What was printed last may arrive in the logs after the rollback began.
    const looks = new Looks(context);
    await looks.take(() => this.beside(() => this.captureStopped()));
    await looks.take(() => this.beside(() => this.hearSilentTask()));
    const rolledBack = own?.status === "ROLLBACK_SUCCESSFUL" || (!own && context.observed.service !== undefined);
    const ended = primary?.rolloutState === "IN_PROGRESS" ? undefined : primary?.rolloutStateReason;
    const why = own?.statusReason ?? ended;
    const stop = this.firstStop;
    const proof = stop?.proof ?? (why ? `ECS says: ${why}` : undefined);
    const opening = rolledBack
      ? "The new version did not stay up, so ECS went back to the one before, which goes on serving."
      : "The service did not get its tasks running.";
    const report: ErrorReport = {
      code: rolledBack ? "RolledBack" : "RolloutFailed",
      summary: `${opening} ${stop?.sentence ?? ""}`.trim(),
      evidence: [
        ...(stop?.evidence ?? []),
        ...(why ? [`ECS says: ${why}`] : []),
        ...(stop ? [] : await this.targetReasons()),
      ],
      quotes: [...(stop?.quotes ?? []), ...(why ? [why] : [])],
      ...(proof === undefined ? {} : { proof }),
      remedy: stop?.remedy ?? "The evidence is all that AWS gives; the service's events are in the log.",
      actions: rolledBack ? ["showLog", "openDockerfile", "retry"] : ["showLog", "retry", "remove"],
    };
    const told = withCause(report, opening, await diagnoseFailure(context, this.captured));
    const location = await this.crashedAt();
    return new SlipwayError(location ? { ...told, location } : told);
  }

  /** Where in the workspace the newest task that ended says it did. */
  private crashedAt(): Promise<SourcePlace | undefined> {
    const { dockerfile, observed, workspace } = this.context;
    const lines = [...this.captured].reverse().flatMap((task) => task.lines);
    return sourcePlaceOf(lines, { dockerfile, workspace, context: observed.source.request.context });
  }

  /** CloudWatch has a line some seconds after it was printed; a task that ended at once is diagnosed before that. */
  private async hearSilentTask(): Promise<void> {
    const task = this.silentTask;
    if (!task?.containers.some((container) => container.exitCode !== undefined)) return;
    const lines = await poll(this.context, lateLinesMilliseconds, async () => {
      const found = await this.lastLines(task);
      return found.length ? found : undefined;
    });
    if (!lines) return;
    this.firstStop = diagnoseStop(task, lines);
    for (const item of this.captured) if (item.task.arn === task.arn) item.lines = lines;
  }

  /** Targets of the service's group; of both where the new version may be in either. */
  private async targetsOf({ targetGroupArn, alternateGroupArn }: Partial<Outputs>): Promise<TargetHealth[]> {
    const arns = [targetGroupArn, alternateGroupArn].filter((arn) => arn !== undefined);
    return (await Promise.all(arns.map((arn) => this.context.cloud.elb.targetHealth(arn)))).flat();
  }

  private async targetReasons(): Promise<string[]> {
    const health = await this.targetsOf(this.context.outputs).catch(() => []);
    return health
      .filter((target) => target.state !== "healthy")
      .map(
        (target) =>
          `Target ${target.target}:${target.port} is ${target.state}: ` +
          `${target.description ?? target.reason ?? "no reason given"}`,
      );
  }
}
