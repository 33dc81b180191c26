/** Every defect, alone and in pairs, with AWS's texts whole, cut and gone: what is named first, and how surely. */
import { diagnose } from "../../../src/core/service/diagnosis/diagnose";
import type { Diagnosis } from "../../../src/core/service/diagnosis/types";
import { healthy, withTexts, type Texts } from "./base";
import { defects } from "./defects";
import type { Defect } from "./defectTools";

export interface Outcome {
  name: string;
  number: number;
  texts: Texts;
  expected: readonly string[];
  named: string;
  certainty: string;
  right: boolean;
  /** Nothing in the account shows it without AWS's words. */
  silent: boolean;
  wrongWithCertainty: boolean;
  diagnosis: Diagnosis;
}

function outcome(name: string, defect: Defect, others: readonly Defect[], texts: Texts): Outcome {
  const s = healthy();
  for (const each of [...others, defect]) each.world?.(s);
  defect.shows(s);
  const diagnosis = diagnose(withTexts(s, texts), defect.symptoms);
  const silent = texts !== "full" && defect.without?.length === 0;
  // A text that was cut late says as much as a whole one.
  const expected = texts === "full" ? defect.codes : [...defect.codes, ...(defect.without ?? [])];
  const named = diagnosis.cause?.code ?? "";
  const certainty = diagnosis.cause?.certainty ?? "none";
  const right = expected.includes(named);
  return {
    name,
    number: defect.number,
    texts,
    expected,
    named,
    certainty,
    right,
    silent,
    wrongWithCertainty: certainty === "certain" && !right && !(diagnosis.healthy && silent),
    diagnosis,
  };
}

export const single = (texts: Texts): Outcome[] => defects.map((defect) => outcome(defect.name, defect, [], texts));

/** A small generator of its own, so that a sweep can be run again. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Two defects at once: the one that strikes earlier in a task's life is what AWS shows. */
export function pairs(seed: number, count: number, texts: readonly Texts[]): Outcome[] {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const combinable = defects.filter((item) => item.at !== undefined);
  const found: Outcome[] = [];
  while (found.length < count) {
    const [one, other] = [pick(combinable), pick(combinable)];
    if (one === other || one.at === other.at || !other.world || !compatible(one, other)) continue;
    const [first, second] = (one.at ?? 0) < (other.at ?? 0) ? [one, other] : [other, one];
    if (!second.world) continue;
    found.push(outcome(`${first.name} + ${second.name}`, first, [second], pick(texts)));
  }
  return found;
}

/** Both change the same thing in the account: the later one would undo the earlier. */
const touches: readonly RegExp[] = [
  /route|endpoint|secret/,
  /may not|trusts/,
  /image|tag|repository|digest|Docker Hub|platform|processor|another port|space/,
  /Docker Hub|token/,
];
const compatible = (one: Defect, other: Defect): boolean =>
  !touches.some((pattern) => pattern.test(one.name) && pattern.test(other.name));
