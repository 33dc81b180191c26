import { elapsed } from "../base/elapsed";
import type { Application } from "../app/app";
import type { StopDiagnosis } from "../service/diagnosis/stopped";
import { errorCode, isTransient, quotedText, reportOf, throwIfCancelled, type ErrorReport } from "../base/errors";
import type { RegistryToken, Service } from "../ports/cloud";
import type { RegistryLogin } from "../ports/machine";
import type { TaskDefinition } from "../base/taskDefinition";
import type { Resource, TimelessEvent } from "./events";
import type { StepId } from "./phases";
import type { Decision } from "./decision";
import type { DefinitionPlan } from "./definitionPlan";
import { isOurs, type RunInput, type ObservedState } from "./observedState";

/** What steps hand to those that need them. */
export interface Outputs {
  repositoryUri: string;
  token: RegistryToken;
  login: RegistryLogin;
  /** The digest of what the image is made of: what was built, or what was planned where nothing had to be. */
  source: string;
  localImage: string;
  remoteTags: string[];
  digest: string;
  /** As it lies in the registry, compressed; undefined where that is not known. */
  imageBytes: number;
  clusterArn: string;
  /** As the answer to its making says. */
  clusterStatus: string;
  roleArn: string;
  /** When the role's last policy was attached, epoch milliseconds; when it was made, for a role that was there. */
  policiesAttachedAt: number;
  definition: TaskDefinition;
  revisionArn: string;
  targetGroupArn: string;
  /** Where ECS moves traffic: the other group, the rule between the two, and the role. */
  alternateGroupArn: string;
  productionRuleArn: string;
  shiftRoleArn: string;
  scheduleRoleArn: string;
  loadBalancerGroup: string;
  taskGroup: string;
  loadBalancerArn: string;
  loadBalancerDns: string;
  /** The hosted zone of that name. */
  loadBalancerZone: string;
  certificateArn: string;
  service: Service;
  /** Deployment id of this rollout, e.g. `ecs-svc/123`. */
  deploymentId: string;
  /** When the service was asked to deploy, epoch milliseconds on AWS's clock as far as it is known. */
  deployedAt: number;
  url: string;
  /** False when the targets are healthy but the URL does not answer from here. */
  probed: boolean;
}

/** How far a large source is read. */
export const readSoFar = (files: number, bytes: number): string =>
  `Reading the build context: ${files} files, ${Math.round(bytes / 1e6)} MB`;

export type StuckAnswer = "wait" | "rollBack" | "stop";

/** One run of the graph: the input, the world as it was read, and what the steps have made so far. */
export interface RunContext extends RunInput {
  observed: ObservedState;
  /** The task definition as it was planned. */
  definition: DefinitionPlan;
  decisions: ReadonlyMap<StepId, Decision>;
  signal: AbortSignal;
  outputs: Partial<Outputs>;
  emit(event: TimelessEvent): void;
  /** Saves the journal as it is now. */
  saveJournal(): Promise<void>;
  /** Notes that something is now there, for listeners and for the summary. */
  reportResource(step: StepId, resource: Resource): void;
  /** AWS takes the credentials no more: waits for new ones. False gives up. */
  awaitCredentials?(report: ErrorReport): Promise<boolean>;
  /** Asks what to do about a task that keeps failing. */
  taskFailed?(cause: StopDiagnosis, canRollBack: boolean): Promise<StuckAnswer>;
  /** What to take back when the rollout is rolled back; newest first. */
  onRollback: ((context: RunContext) => Promise<void>)[];
}

/** One node of the graph. */
export interface Step {
  id: StepId;
  needs: readonly StepId[];
  /** Pure: what there is to do, and why. */
  decide(observed: ObservedState, input: RunInput, definition: DefinitionPlan): Decision;
  /** Fills in the outputs when there is nothing to do. */
  reuse?(context: RunContext): void | Promise<void>;
  apply(context: RunContext, decision: Decision): Promise<void>;
  /** What to say when it is done. */
  detail?(context: RunContext): string | undefined;
}

/** An output that an earlier step must have given; its absence is a mistake in the graph. */
export function requireOutput<K extends keyof Outputs>(context: RunContext, key: K): Outputs[K] {
  const value = context.outputs[key];
  if (value === undefined) throw new Error(`The graph is wrong: nothing gave "${key}".`);
  return value as Outputs[K];
}

export const originOf = (tags: Record<string, string> | undefined, app: Application): Resource["origin"] =>
  isOurs(tags, app) ? "created" : "adopted";

/** Reuse or adopt, by whose it is. */
export function reuseOrAdopt(tags: Record<string, string>, app: Application): "reuse" | "adopt" {
  return isOurs(tags, app) ? "reuse" : "adopt";
}

/** AWS errors that mean "what you name was made a moment ago": codes, and parts of their messages. */
const notYet: readonly { code: string; message?: RegExp }[] = [
  { code: "ClusterNotFoundException" },
  { code: "InvalidGroup.NotFound" },
  {
    code: "InvalidParameterException",
    message:
      /service linked role|InvalidGroup\.NotFound|unable to assume|does not have an associated load balancer|still Draining/i,
  },
  { code: "ClientException", message: /unable to assume|role is not valid|TaskDefinition not found/i },
  { code: "ValidationException", message: /must allow AWS EventBridge Scheduler to assume/i },
  // A role or its policy of a moment ago; a managed policy that does not exist never will.
  { code: "NoSuchEntity", message: /^(?!.*policy.*not attachable)/is },
  { code: "NoSuchEntityException", message: /^(?!.*policy.*not attachable)/is },
  { code: "InvalidSecurityGroup" },
  { code: "InvalidSecurityGroupException" },
  // A certificate that ACM issued a moment ago.
  { code: "CertificateNotFound" },
  { code: "CertificateNotFoundException" },
  { code: "TargetGroupNotFound" },
  { code: "TargetGroupNotFoundException" },
  { code: "ObjectNotFoundException" },
  { code: "OperationAbortedException" },
  { code: "ConcurrentUpdateException" },
  // Another rule was made at the same moment.
  { code: "PriorityInUse" },
  { code: "PriorityInUseException" },
  { code: "UpdateInProgressException" },
];

/** Tries again while AWS does not see yet what was just made; two minutes at most. */
export async function untilSeen<T>(
  context: Pick<RunContext, "clock" | "signal" | "pollMilliseconds">,
  action: () => Promise<T>,
): Promise<T> {
  const deadline = elapsed(context.clock) + 120_000;
  for (;;) {
    throwIfCancelled(context.signal);
    try {
      return await action();
    } catch (error) {
      const transient = notYet.some(
        (item) =>
          item.code === errorCode(error) && (item.message === undefined || item.message.test(quotedText(error))),
      );
      if (!transient || elapsed(context.clock) > deadline) throw error;
      await context.clock.sleep(context.pollMilliseconds, context.signal);
    }
  }
}

/** What waiting takes. */
export type Waiting = Pick<RunContext, "clock" | "signal" | "pollMilliseconds"> &
  Partial<Pick<RunContext, "emit" | "awaitCredentials">>;

/** So many looks in a row that could not be taken are said. */
const missedBeforeSaid = 3;
const longestPauseMilliseconds = 30_000;

/** That AWS is waited for, or (without a report) that it is there again. */
export const outageNote = (report: ErrorReport | undefined): TimelessEvent =>
  report
    ? {
        type: "note",
        level: "warning",
        message: `AWS does not let itself be asked at the moment; what was begun goes on. ${report.summary}`,
      }
    : { type: "note", level: "info", message: "AWS answers again." };

/** Looks at something that goes on by itself: one that cannot be taken is taken again, later each time, and ends nothing. */
export class Looks {
  private missed = 0;

  constructor(private readonly context: Waiting) {}

  /**
   * One look; undefined where it could not be taken.
   * @throws what does not pass by itself
   */
  async take<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      const seen = await look();
      if (this.missed >= missedBeforeSaid) this.context.emit?.(outageNote(undefined));
      this.missed = 0;
      return seen;
    } catch (error) {
      if (await this.newCredentials(error)) return undefined;
      if (!isTransient(error)) throw error;
      this.missed++;
      if (this.missed === missedBeforeSaid) this.context.emit?.(outageNote(reportOf(error)));
      return undefined;
    }
  }

  /** Credentials that ended are no failure of what was begun: it goes on, and the look is taken again with new ones. */
  private async newCredentials(error: unknown): Promise<boolean> {
    const report = reportOf(error);
    const { awaitCredentials } = this.context;
    if (!awaitCredentials || !/^(Credentials|NoCredentials)/.test(report.code)) return false;
    if (this.missed < missedBeforeSaid)
      this.context.emit?.({
        type: "note",
        level: "warning",
        message: `${report.summary} What was begun goes on in AWS; it is watched again once you have signed in.`,
      });
    this.missed = missedBeforeSaid;
    return awaitCredentials(report);
  }

  /** The time until the next look. */
  pause(): Promise<void> {
    const { clock, pollMilliseconds, signal } = this.context;
    return clock.sleep(Math.min(pollMilliseconds * 2 ** this.missed, longestPauseMilliseconds), signal);
  }
}

/** Asks until the answer is there; undefined when the time is over. */
export async function poll<T>(
  context: Waiting,
  limitMilliseconds: number,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = elapsed(context.clock) + limitMilliseconds;
  const looks = new Looks(context);
  for (;;) {
    throwIfCancelled(context.signal);
    const answer = await looks.take(ask);
    if (answer !== undefined) return answer;
    if (elapsed(context.clock) >= deadline) return undefined;
    await looks.pause();
  }
}
