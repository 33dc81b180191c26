/** Texts of AWS against the phrases of the table; a text may be cut anywhere. */
import type { Family, Pattern, Phrase, Said, SaidBy, DiagnosisContext } from "./types";

/** `against`: what is said begins in a way in which this pattern's texts do not. */
export type TextState = "proves" | "says" | "fits" | "against" | "none";

export interface TextMatch {
  state: TextState;
  said?: Said;
}

/** So much of a phrase has to be there where the text ends within it: less could begin anything. */
const leastOfPhrase = (phrase: string): number => Math.max(7, Math.ceil(phrase.length / 2));
/** A beginning shorter than this could be that of anything. */
const leastOfText = 12;

const usualSpeakers: Readonly<Record<Family, readonly SaidBy[]>> = {
  pull: ["task", "container", "event", "error"],
  init: ["task", "container", "event", "error"],
  container: ["task", "container", "log", "error"],
  task: ["task", "event", "error"],
  target: ["target", "event", "task"],
  event: ["event", "deployment", "task", "error"],
  push: ["error"],
  url: ["error"],
};

function endsWithin(text: string, phrase: string): boolean {
  for (let length = phrase.length - 1; length >= leastOfPhrase(phrase); length--)
    if (text.endsWith(phrase.slice(0, length))) return true;
  return false;
}

/** `whole`, or `cut` where the text ends within the phrase. */
function meets(text: string, phrase: Phrase): "whole" | "cut" | undefined {
  if (typeof phrase !== "string") return phrase.test(text) ? "whole" : undefined;
  const [low, wanted] = [text.toLowerCase(), phrase.toLowerCase()];
  if (low.includes(wanted)) return "whole";
  return endsWithin(low.trimEnd(), wanted) ? "cut" : undefined;
}

const normal = (text: string): string => text.replace(/\d+/g, "#").toLowerCase();

/** True when the text could be the beginning of what this lead begins, or goes on from it. */
function fitsLead(text: string, lead: string): boolean {
  const [said, wanted] = [normal(text), lead.toLowerCase()];
  return said.startsWith(wanted) || wanted.startsWith(said.trimEnd());
}

/** The texts that decide about a failed task are its own; the service's events only where it has none. */
function textsSaidBy({ said, task }: DiagnosisContext, by: readonly SaidBy[]): Said[] {
  const own =
    task &&
    said.some((item) => (item.by === "task" || item.by === "container") && item.text.trim().length >= leastOfText);
  const family = said.filter((item) => by.includes(item.by));
  return own && by.includes("task") && !by.includes("target") && by[0] !== "event"
    ? family.filter((item) => item.by !== "event")
    : family;
}

/** What the texts say of this pattern. */
export function matchTexts(pattern: Pattern, context: DiagnosisContext): TextMatch {
  const by = pattern.by ?? usualSpeakers[pattern.family];
  const texts = textsSaidBy(context, by);
  let best: TextMatch = { state: "none" };
  for (const said of texts) {
    for (const phrase of pattern.proves ?? []) {
      const met = meets(said.text, phrase);
      if (met === "whole") return { state: "proves", said };
      if (met) best = { state: "says", said };
    }
    if (best.state !== "says" && (pattern.says ?? []).some((phrase) => meets(said.text, phrase)))
      best = { state: "says", said };
  }
  if (best.state === "says" || !pattern.leads) return best;
  const leads = pattern.leads;
  // Only a failed task's own reason can speak against a pattern: events speak of many things.
  const reasons = texts.filter((item) => item.by === "task" || item.by === "container");
  const telling = reasons.filter((item) => item.text.trim().length >= leastOfText);
  const fitting = texts.find(
    (item) =>
      item.text.trim().length >= leastOfText && item.by !== "log" && leads.some((lead) => fitsLead(item.text, lead)),
  );
  if (fitting) return { state: "fits", said: fitting };
  return telling.length ? { state: "against", ...(telling[0] ? { said: telling[0] } : {}) } : best;
}
