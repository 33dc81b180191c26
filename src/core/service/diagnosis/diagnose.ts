/** From symptoms to one cause, with what proves it, what was ruled out, and what is not known. Pure. */
import { SlipwayError, type ErrorReport } from "../../base/errors";
import { isTask, valueOf, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { stages, type Cause, type Certainty, type Diagnosis, type Symptoms, type DiagnosisContext } from "./types";
import { patterns } from "./patterns";
import { withFigures } from "./figures";
import { fillTemplate, fillCommand } from "./template";
import { contextOf } from "./context";
import { mostListed, speakerNames, evidenceOf, proofOf, linesPrinted, ruledOutOf, unknownOf } from "./evidence";
import { type Candidate, familiesOf, judge, strikesAt, isPositive, certaintyOf } from "./judge";

/** Below this nothing is named. */
const threshold = 20;

function causeOf(candidate: Candidate, certainty: Certainty, context: DiagnosisContext): Cause {
  const { pattern, verdicts } = candidate;
  const best =
    verdicts.find((verdict) => verdict.state === "proved") ?? verdicts.find((verdict) => verdict.state === "supported");
  const values = { ...context.values, ...best?.values };
  const command = pattern.command === undefined ? undefined : fillCommand(pattern.command, values);
  return {
    code: pattern.code,
    certainty,
    sentence: fillTemplate(pattern.sentence, values),
    remedy: fillTemplate(pattern.remedy, values),
    ...(command === undefined ? {} : { command }),
    actions: [...(pattern.actions ?? [])],
    mayCure: pattern.mayCure ?? false,
  };
}

/**
 * Names one cause, in the order of reading: stop code, stopped reason, container reason and exit code, target health,
 * events, logs; and holds each against what the account really has.
 */
export function diagnose(snapshot: ServiceSnapshot, symptoms: Symptoms = {}): Diagnosis {
  const context = contextOf(snapshot, symptoms);
  const now = withFigures(diagnosisOf(context), snapshot);
  if (!context.before) return now;
  const before = diagnosisOf(contextOf(snapshot, symptoms, "before")).cause;
  return { ...now, ...(before ? { before } : {}) };
}

function diagnosisOf(context: DiagnosisContext): Diagnosis {
  const all = patterns.filter((pattern) => familiesOf(context, pattern)).map((pattern) => judge(context, pattern));
  if (context.mode === "steady") return steady(context, all);
  const ranked = all
    .filter(
      (item) =>
        item.score >= threshold &&
        isPositive(item) &&
        item.text.state !== "against" &&
        !(item.pattern.consequence && context.mode === "stopped"),
    )
    .sort((one, other) => other.score - one.score || strikesAt(one, context) - strikesAt(other, context));
  const [top] = preferred(ranked).length
    ? preferred(ranked)
    : all.filter((item) => item.pattern.consequence && isPositive(item) && context.mode !== "stopped");
  if (!top) return undecided(context, all);
  const certainty = certaintyOf(top, all, context);
  const cause = causeOf(top, certainty, context);
  const others = ranked
    .filter((item) => item.pattern.code !== top.pattern.code && isSecond(item, top))
    .map((item) => causeOf(item, "likely", context));
  const latent = all
    .filter((item) => isLatent(item) && !ranked.includes(item))
    .map((item) => causeOf(item, "likely", context));
  const healthy = top.pattern.benign ?? false;
  return {
    summary: cause.sentence,
    healthy,
    cause,
    evidence: evidenceOf(top, context),
    ...proofOf(top, context),
    ruledOut: healthy ? [] : ruledOutOf(top, all),
    unknown: unknownOf(top, certainty, all, context),
    others: unique([...others, ...latent], cause.code),
  };
}

/** The revision that failed, where the situation was read of another one: after a rollback the service names the one before. */
export function revisionInQuestion(snapshot: ServiceSnapshot, symptoms: Symptoms = {}): string | undefined {
  const { task, mode } = contextOf(snapshot, symptoms);
  const read = valueOf(snapshot.revision);
  return mode === "stopped" && task && read && task.taskDefinition !== "" && task.taskDefinition !== read.arn
    ? task.taskDefinition
    : undefined;
}

/** A benign explanation counts only where nothing else explains; of a failed health check its reason comes before the fact. */
function preferred(ranked: readonly Candidate[]): Candidate[] {
  const real = ranked.filter((item) => !item.pattern.benign);
  const list = real.length ? real : [...ranked];
  const [first] = list;
  const exact = list.find(
    (item) =>
      !item.pattern.general &&
      !item.pattern.consequence &&
      item.distance === 0 &&
      stages[item.pattern.stage[0]] === stages[first?.pattern.stage[0] ?? "place"] &&
      (item.state === "proved" || item.state === "supported"),
  );
  // "Health checks failed" names the same failure as the target's own reason does, and less of it.
  if (first?.pattern.general && exact) return [exact];
  return list;
}

/** A second cause is one of its own: proved, and neither a more general name of the first nor what follows from it. */
function isSecond(item: Candidate, top: Candidate): boolean {
  if (item.pattern.consequence || item.pattern.benign || item.pattern.general) return false;
  if (item.state !== "proved" && item.text.state !== "proves") return false;
  return (
    item.pattern.code !== top.pattern.code && !(item.pattern.observed && item.pattern.family === top.pattern.family)
  );
}

/** Wrong in the account, though it is not what is seen: the next task, or the fixed one, meets it. */
const isLatent = ({ state, pattern }: Candidate): boolean =>
  state === "proved" &&
  !pattern.general &&
  !pattern.observed &&
  !pattern.benign &&
  !pattern.consequence &&
  pattern.family !== "url";

function unique(causes: readonly Cause[], but: string): Cause[] {
  const seen = new Set([but]);
  return causes.filter((cause) => !seen.has(cause.code) && seen.add(cause.code)).slice(0, mostListed);
}

function steady(context: DiagnosisContext, all: readonly Candidate[]): Diagnosis {
  const { service = "The task", running = "0", desired = "0" } = context.values;
  const unlogged = deletedGroup(context.snapshot);
  if (unlogged) return withoutLogs(context, unlogged, all);
  const failure = failureBefore(context);
  if (failure) return withoutDeployment(context, failure);
  const latent = all
    .filter((item) => isLatent(item) && item.pattern.stage[1] !== "health")
    .map((item) => causeOf(item, "likely", context));
  const summary =
    context.snapshot.service.known && context.values["service"]
      ? `Nothing is wrong: ${service} runs ${running} of ${desired} tasks, and what can be looked at is healthy.`
      : "Nothing is wrong with the task, as far as can be seen.";
  const url = context.snapshot.url;
  return {
    summary,
    healthy: true,
    evidence: url?.status === undefined ? [] : [`${url.url} answers ${url.status}.`],
    ruledOut: [],
    unknown: [],
    others: unique(latent, ""),
  };
}

/** Steps whose failure leaves what runs as it was, and that the service itself tells nothing of. */
const reached: ReadonlySet<string> = new Set(["service", "rollout", "settle", "live", "scaling"]);

/** How the last deployment from here ended, where it never reached the service and nothing newer runs. */
function failureBefore({ symptoms, snapshot }: DiagnosisContext): ErrorReport | undefined {
  const { error, lastFailure, failedAt } = symptoms;
  const failure = error ?? lastFailure;
  const began = Math.max(0, ...(valueOf(snapshot.service)?.deployments.map(({ createdAt }) => createdAt) ?? []));
  const isOlder = failedAt === undefined || failedAt < began;
  return failure?.step === undefined || reached.has(failure.step) || isOlder ? undefined : failure;
}

/** What runs is well, and is not what was to be deployed. */
function withoutDeployment(context: DiagnosisContext, failure: ErrorReport): Diagnosis {
  const { service = "The service", running = "0", desired = "0" } = context.values;
  const { code, summary, remedy, actions, evidence } = failure;
  return {
    summary,
    healthy: false,
    cause: { code, certainty: "certain", sentence: summary, remedy, actions, mayCure: failure.transient ?? false },
    evidence: [...evidence.slice(0, 15), `${service} runs ${running} of ${desired} tasks, as before the deployment.`],
    ...(failure.proof === undefined ? {} : { proof: failure.proof }),
    ruledOut: [],
    unknown: [],
    others: [],
  };
}

/** A log group that tasks which run write to, and that is not there: somebody deleted it. */
const deletedGroup = ({ logs, tasks, identity }: ServiceSnapshot): string | undefined =>
  valueOf(tasks)?.some((task) => task.lastStatus === "RUNNING")
    ? logs.find(
        ({ driver, region, facts }) =>
          driver === "awslogs" && (region ?? identity.region) === identity.region && facts.known && !facts.value,
      )?.group
    : undefined;

/** All is well but for the log group: what the tasks print is lost. */
function withoutLogs(context: DiagnosisContext, group: string, all: readonly Candidate[]): Diagnosis {
  const sentence = `The log group ${group} was deleted: the tasks run, and what they print is kept nowhere.`;
  const command = fillCommand("aws logs create-log-group --region {region} --log-group-name {group}", {
    ...context.values,
    group,
  });
  return {
    summary: sentence,
    healthy: false,
    cause: {
      code: "LogGroupMissing",
      certainty: "certain",
      sentence,
      remedy:
        "Deploy again: Slipway creates it with its retention. Tasks that run write to it after they are replaced.",
      ...(command === undefined ? {} : { command }),
      actions: ["retry"],
      mayCure: false,
    },
    evidence: [`There is no log group ${group}.`],
    ruledOut: [],
    unknown: [],
    others: unique(
      all
        .filter((item) => isLatent(item) && item.pattern.stage[1] !== "health")
        .map((item) => causeOf(item, "likely", context)),
      "LogGroupMissing",
    ),
  };
}

const waiting = {
  pending: "The task is still starting.",
  short: "Fewer tasks run than are wanted, and ECS does not say why.",
  stuck: "The deployment does not move, and ECS does not say why.",
} as const;
/** A pending task is nothing unusual for so long. */
const patienceMilliseconds = 120_000;

function undecided(context: DiagnosisContext, all: readonly Candidate[]): Diagnosis {
  const { task, mode, snapshot } = context;
  const young = mode === "pending" && task !== undefined && snapshot.at - task.createdAt < patienceMilliseconds;
  if (young)
    return {
      summary: waiting.pending,
      healthy: true,
      evidence: [`Task ${task.id} is ${task.lastStatus}.`],
      ruledOut: [],
      unknown: [],
      others: [],
    };
  const started =
    task?.containers.some((container) => container.exitCode !== undefined) || task?.startedAt !== undefined;
  const summary =
    mode === "stopped" || mode === "ended"
      ? `The task ${task?.id ?? ""} stopped ` +
        `${started ? "after its container had started" : "before its container started"}, and what is known ` +
        "does not say why."
      : mode === "rolledBack"
        ? "The newest deployment was taken back, and what is known does not say why."
        : mode === "sick"
          ? "The load balancer does not take the task as healthy, and what is known does not say why."
          : mode === "push"
            ? (context.symptoms.error?.summary ?? "The push failed.")
            : (waiting[mode as keyof typeof waiting] ?? "Something is wrong, and what is known does not say what.");
  const cause: Cause = {
    code: "Unknown",
    certainty: "unknown",
    sentence: summary,
    remedy:
      "The stopped tasks' reasons and the service's events are all that AWS gives; deploy again and watch, or " +
      "look at the log.",
    actions: ["tailLogs", "retry"],
    mayCure: true,
    ...(context.values["service"]
      ? {
          command:
            fillCommand(
              "aws ecs describe-services --region {region} --cluster {cluster} --services {service}",
              context.values,
            ) ?? "",
        }
      : {}),
  };
  const said = context.said
    .filter((item) => item.by !== "log")
    .slice(0, 5)
    .map((item) => `${speakerNames[item.by]}: ${item.text}`);
  const last =
    mode === "stopped" || mode === "ended"
      ? [`Task ${task?.id ?? ""} stopped${task?.stopCode ? ` (${task.stopCode})` : ""}.`, ...linesPrinted(context)]
      : task
        ? [`Task ${task.id} is ${task.lastStatus}.`]
        : [];
  return {
    summary,
    healthy: false,
    cause,
    evidence: [...new Set([...said, ...last])],
    ...proofOf(undefined, context),
    ruledOut: ruledOutOf(undefined, all),
    unknown: unknownOf(undefined, "unknown", all, context),
    others: [],
  };
}

/**
 * Looks, and looks again where the first look was of another revision than the one that failed.
 * @param look takes a snapshot; of this revision instead of the service's own where one is named
 */
export async function diagnoseByLooking(
  look: (revision?: string) => Promise<ServiceSnapshot>,
  symptoms: Symptoms,
  place?: (lines: readonly string[]) => Promise<Diagnosis["location"]>,
): Promise<Diagnosis> {
  const snapshot = await look();
  const { task } = snapshot.subject;
  const known = [...(valueOf(snapshot.tasks) ?? []), ...(symptoms.captured ?? []).map((item) => item.task)];
  if (task !== undefined && snapshot.tasks.known && !known.some((item) => isTask(item, task)))
    throw new SlipwayError({
      code: "TaskMissing",
      summary: `ECS knows no task ${task.split("/").at(-1) ?? task} in the cluster ${snapshot.subject.cluster}.`,
      evidence: known.length
        ? [
            `It knows ${known
              .slice(0, 5)
              .map(({ id }) => id)
              .join(", ")}.`,
          ]
        : [],
      remedy: "ECS forgets a stopped task after about an hour; its logs stay: slipway logs --task ID.",
      actions: ["tailLogs"],
    });
  // After a rollback the service names the revision before; what failed is another one.
  const other = revisionInQuestion(snapshot, symptoms);
  const seen = other === undefined ? snapshot : await look(other);
  const diagnosis = diagnose(seen, symptoms);
  if (diagnosis.healthy) return diagnosis;
  const ended = (valueOf(seen.tasks) ?? []).filter(({ lastStatus }) => lastStatus === "STOPPED");
  const newestFirst = [...ended].sort((one, two) => (two.stoppedAt ?? 0) - (one.stoppedAt ?? 0));
  const location = await place?.(newestFirst.flatMap(({ lastLines }) => lastLines));
  return location ? { ...diagnosis, location } : diagnosis;
}
