/** How well each pattern of the table fits what is seen. */
import { factNamed } from "./facts";
import { stages, type Certainty, type Pattern, type State, type Verdict, type DiagnosisContext } from "./types";
import { targetSays } from "./facts/targets";
import { matchTexts, type TextMatch } from "./texts";

export interface Candidate {
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
  /** AWS said it outright, and by now it is not so any more: it may have been fixed since. */
  fixedSince: 30,
  general: 22,
  consequence: 55,
  /** What is proved of another stage than the one that failed is no cause of it. */
  stage: 31,
} as const;
const order: readonly State[] = ["proved", "supported", "unknown", "refuted"];

const absence: ReadonlySet<string> = new Set(["ServiceMissing", "DeploymentFailed"]);

/** Modes in which only the patterns that were made for them can be the cause. */
export const familiesOf = (context: DiagnosisContext, pattern: Pattern): boolean => {
  if (context.mode === "push") return pattern.family === "push";
  if (pattern.family === "push") return false;
  if (context.mode === "absent") return absence.has(pattern.code);
  if (context.mode === "idle") return pattern.code === "NobodyWanted";
  // A task that was stopped on purpose: that, and whether it stopped as it should.
  if (context.mode === "ended") return pattern.benign === true || pattern.code === "KilledAtStop";
  return true;
};

export function judge(context: DiagnosisContext, pattern: Pattern): Candidate {
  const said = matchTexts(pattern, context);
  const verdicts = (pattern.facts ?? []).map((name) => factNamed(name)(context));
  const state = verdicts.length
    ? (order.find((item) => verdicts.some((verdict) => verdict.state === item)) ?? "unknown")
    : "none";
  const [low, high] = [stages[pattern.stage[0]], stages[pattern.stage[1]]];
  const distance = low > context.high ? low - context.high : high < context.low ? context.low - high : 0;
  // What AWS reports as a state or a code is so, in whatever words the task's reason says it.
  const text: TextMatch =
    said.state === "against" && pattern.observed && state === "proved" && distance === 0 ? { state: "none" } : said;
  let score =
    (text.state === "proves" && state === "refuted"
      ? weights.fixedSince
      : weights.text[text.state] + weights.fact[state]) -
    distance * weights.stage;
  // What AWS says outright is where the failure lies, whatever the task's states suggest.
  if (text.state === "proves" || text.state === "says") score += distance * weights.stage;
  if (pattern.general) score -= weights.general;
  if (pattern.consequence) score -= weights.consequence;
  return { pattern, text, state, verdicts, score, distance };
}

/** When in a task's life it shows: what a pull got past shows no earlier than at the start. */
export const strikesAt = ({ pattern: { stage } }: Candidate, { task }: DiagnosisContext): number =>
  task?.pullStoppedAt !== undefined && stages[stage[1]] > stages.pull
    ? Math.max(stages[stage[0]], stages[stage[1]])
    : stages[stage[0]];

export const isPositive = ({ text, state }: Candidate): boolean =>
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

export function certaintyOf(top: Candidate, all: readonly Candidate[], context: DiagnosisContext): Certainty {
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
