/** From symptoms to one cause, with what proves it, what was ruled out, and what is not known. Pure. */
import { valueOf, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { factNamed } from "./facts";
import {
  stages,
  type Cause,
  type Certainty,
  type Diagnosis,
  type Pattern,
  type RuledOut,
  type State,
  type Symptoms,
  type Verdict,
  type DiagnosisContext,
} from "./types";
import { patterns } from "./patterns";
import { targetSays } from "./facts/targets";
import { fillTemplate, fillCommand } from "./template";
import { matchTexts, type TextMatch } from "./texts";
import { contextOf } from "./context";

interface Candidate {
  pattern: Pattern;
  text: TextMatch;
  state: State | "none";
  verdicts: Verdict[];
  score: number;
  /** How many stages away from where the failure lies; 0 is within. */
  distance: number;
}

/** What each kind of proof weighs. Text and fact together are above either; a refuted fact outweighs AWS's word of then. */
const weights = {
  text: { proves: 100, says: 60, fits: 15, against: -50, none: 0 },
  fact: { proved: 50, supported: 22, unknown: 0, refuted: -100, none: 0 },
  /** AWS said it outright, and by now it is not so any more: it may have been mended since. */
  mended: 30,
  general: 22,
  consequence: 55,
  /** What is proved of another stage than the one that failed is no cause of it. */
  stage: 31,
} as const;
/** Below this nothing is named. */
const threshold = 20;
const mostListed = 8;

const order: readonly State[] = ["proved", "supported", "unknown", "refuted"];

/** Modes in which only the patterns that were made for them can be the cause. */
const familiesOf = (context: DiagnosisContext, pattern: Pattern): boolean => {
  if (context.mode === "push") return pattern.family === "push";
  if (pattern.family === "push") return false;
  if (context.mode === "absent") return pattern.code === "ServiceMissing";
  if (context.mode === "idle") return pattern.code === "NobodyWanted";
  // A task that was stopped on purpose: that, and whether it stopped as it should.
  if (context.mode === "ended") return pattern.benign === true || pattern.code === "KilledAtStop";
  return true;
};

function judge(context: DiagnosisContext, pattern: Pattern): Candidate {
  const text = matchTexts(pattern, context);
  const verdicts = (pattern.facts ?? []).map((name) => factNamed(name)(context));
  const state = verdicts.length
    ? (order.find((item) => verdicts.some((verdict) => verdict.state === item)) ?? "unknown")
    : "none";
  const [low, high] = [stages[pattern.stage[0]], stages[pattern.stage[1]]];
  const distance = low > context.high ? low - context.high : high < context.low ? context.low - high : 0;
  let score =
    (text.state === "proves" && state === "refuted" ? weights.mended : weights.text[text.state] + weights.fact[state]) -
    distance * weights.stage;
  // What AWS says outright is where the failure lies, whatever the task's states suggest.
  if (text.state === "proves" || text.state === "says") score += distance * weights.stage;
  if (pattern.general) score -= weights.general;
  if (pattern.consequence) score -= weights.consequence;
  return { pattern, text, state, verdicts, score, distance };
}

/** When in a task's life it shows: what a pull got past shows no earlier than at the start. */
const strikesAt = ({ pattern: { stage } }: Candidate, { task }: DiagnosisContext): number =>
  task?.pullStoppedAt !== undefined && stages[stage[1]] > stages.pull
    ? Math.max(stages[stage[0]], stages[stage[1]])
    : stages[stage[0]];

const isPositive = ({ text, state }: Candidate): boolean =>
  text.state === "proves" || text.state === "says" || state === "proved" || state === "supported";

/** Others that the same seen texts would fit, and that nothing refutes. */
function hasRival(top: Candidate, all: readonly Candidate[]): boolean {
  return all.some(
    (other) =>
      other.pattern.code !== top.pattern.code &&
      other.distance === 0 &&
      other.text.state === "fits" &&
      !other.pattern.general &&
      (other.state === "unknown" || other.state === "none" || other.state === "supported" || other.state === "proved"),
  );
}

function certaintyOf(top: Candidate, all: readonly Candidate[], context: DiagnosisContext): Certainty {
  const { text, state, pattern, distance } = top;
  if (text.state === "proves") return state === "refuted" ? "likely" : "certain";
  if (text.state === "says") return state === "proved" ? "certain" : "likely";
  if (state === "proved" && distance === 0) {
    if (pattern.observed) return "certain";
    // A target says by its reason code what the fact explains: that is text and fact in agreement.
    if (pattern.family === "target" && targetSays(context).reason !== undefined) return "certain";
    if (text.state === "fits" && !hasRival(top, all)) return "certain";
  }
  return "likely";
}

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

const speakerNames = {
  task: "ECS says",
  container: "ECS says",
  target: "The load balancer says",
  event: "The service's event says",
  deployment: "ECS says",
  log: "It printed",
  error: "The failed step said",
} as const;

/** What ECS itself says of it, or the exit code: the line of the evidence that a short message shows. */
function proofOf(top: Candidate | undefined, context: DiagnosisContext): { proof?: string } {
  const { container } = context;
  const hasStopped = context.mode === "stopped" || context.mode === "ended";
  const said = [
    ...(top?.text.said && ["proves", "says", "fits"].includes(top.text.state) ? [top.text.said] : []),
    ...(!top || hasStopped ? context.said : []),
  ].find(({ by }) => by === "task" || by === "container" || by === "deployment");
  if (said) return { proof: `${speakerNames[said.by]}: ${said.text}` };
  return top && hasStopped && container?.exitCode !== undefined
    ? { proof: `Exit code ${container.exitCode} of container ${container.name}.` }
    : {};
}

function evidenceOf(top: Candidate, context: DiagnosisContext): string[] {
  const { task, container } = context;
  const lines: string[] = [];
  if (top.text.said && (top.text.state === "proves" || top.text.state === "says" || top.text.state === "fits"))
    lines.push(`${speakerNames[top.text.said.by]}: ${top.text.said.text}`);
  for (const verdict of top.verdicts)
    if (verdict.state === "proved" || verdict.state === "supported") lines.push(verdict.why, ...(verdict.more ?? []));
  if (top.text.state === "proves" && top.state === "refuted")
    lines.push(...top.verdicts.map((verdict) => `As it is now: ${verdict.why} It may have been mended since.`));
  if (task && ["stopped", "ended"].includes(context.mode)) {
    const own = context.said.filter((item) => item.by === "task" || item.by === "container");
    lines.push(...own.map((item) => `${speakerNames[item.by]}: ${item.text}`));
    lines.push(`Task ${task.id} stopped${task.stopCode ? ` (${task.stopCode})` : ""}.`);
    if (container?.exitCode !== undefined)
      lines.push(`Exit code ${container.exitCode} of container ${container.name}.`);
    if (context.failed.length > 1) lines.push(`${context.failed.length} tasks of this deployment failed.`);
    lines.push(...linesPrinted(context));
  }
  if (["sick", "url", "pending"].includes(context.mode) && task?.lastLines.length && top.pattern.family !== "pull")
    lines.push("It printed last:", ...task.lastLines.slice(-5).map((line) => `  ${line}`));
  return [...new Set(lines)];
}

function linesPrinted({ task, container }: DiagnosisContext): string[] {
  if (task?.lastLines.length) return ["It printed last:", ...task.lastLines.map((line) => `  ${line}`)];
  return container?.exitCode === undefined && task?.startedAt === undefined
    ? ["No container started, so there are no logs."]
    : ["It printed nothing."];
}

/** An exit code and a stop code rule the others out by being what they are: that is no news. */
const isPlain = ({ pattern, verdicts }: Candidate): boolean =>
  (pattern.observed === true && (pattern.family === "container" || pattern.family === "task")) ||
  /^The (exit|stop) code is/.test(verdicts[0]?.why ?? "");

function ruledOutOf(top: Candidate | undefined, all: readonly Candidate[]): RuledOut[] {
  const stage = top ? stages[top.pattern.stage[0]] : undefined;
  const near = (item: Candidate): number => (stage === undefined ? 0 : Math.abs(stages[item.pattern.stage[0]] - stage));
  const found = all
    .filter(
      (item) =>
        item.state === "refuted" &&
        item.distance === 0 &&
        item.pattern.code !== top?.pattern.code &&
        !item.pattern.benign &&
        !item.pattern.general &&
        item.pattern.family !== "push" &&
        !isPlain(item),
    )
    .sort((one, other) => near(one) - near(other));
  const byReason = new Map<string, RuledOut>();
  for (const { pattern, verdicts } of found) {
    const why = verdicts[0]?.why ?? "";
    const known = byReason.get(why);
    byReason.set(
      why,
      known
        ? {
            ...known,
            sentence: known.sentence.includes(pattern.title) ? known.sentence : `${known.sentence}; ${pattern.title}`,
          }
        : { code: pattern.code, sentence: pattern.title, why },
    );
  }
  return [...byReason.values()].slice(0, mostListed);
}

function unknownOf(
  top: Candidate | undefined,
  certainty: Certainty,
  all: readonly Candidate[],
  context: DiagnosisContext,
): string[] {
  if (certainty === "certain") return [];
  const lines: string[] = [];
  if (
    context.mode === "stopped" &&
    context.task &&
    !context.said.some((item) => item.by === "task" || item.by === "container")
  )
    lines.push(`ECS does not say why task ${context.task.id} stopped.`);
  const open = all.filter(
    (item) =>
      item.distance === 0 &&
      item.text.state !== "against" &&
      !item.pattern.benign &&
      item.state === "unknown" &&
      item !== top,
  );
  for (const { verdicts } of open)
    for (const verdict of verdicts) if (verdict.state === "unknown") lines.push(verdict.why);
  return [...new Set(lines)].slice(0, mostListed);
}

/**
 * Names one cause, in the order of reading: stop code, stopped reason, container reason and exit code, target health,
 * events, logs; and holds each against what the account really has.
 */
export function diagnose(snapshot: ServiceSnapshot, symptoms: Symptoms = {}): Diagnosis {
  const context = contextOf(snapshot, symptoms);
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
  const exact = list.find((item) => !item.pattern.general && !item.pattern.consequence);
  const [first] = list;
  // "Health checks failed" names the same failure as the target's own reason does, and less of it.
  if (
    first &&
    exact &&
    first.pattern.general &&
    first !== exact &&
    stages[exact.pattern.stage[0]] === stages[first.pattern.stage[0]] &&
    exact.distance === 0 &&
    (exact.state === "proved" || exact.state === "supported")
  )
    return [exact];
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

/** Wrong in the account, though it is not what is seen: the next task, or the mended one, meets it. */
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

const waiting = {
  pending: "The task is still starting.",
  short: "Fewer tasks run than are wanted, and ECS does not say why.",
  stuck: "The deployment does not move, and ECS does not say why.",
} as const;
/** A pending task is nothing unusual for so long. */
const patienceMilliseconds = 120_000;

function undecided(context: DiagnosisContext, all: readonly Candidate[]): Diagnosis {
  const { task, mode, snapshot: snapshot } = context;
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
      ? `The task ${task?.id ?? ""} stopped ${started ? "after its container had started" : "before its container started"}, and what is known does not say why.`
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
      "The stopped tasks' reasons and the service's events are all that AWS gives; deploy again and watch, or look at the log.",
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
