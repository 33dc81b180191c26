import { check, type CheckOptions } from "./check";
import { applyEdits, differenceEdit, type TextEdit } from "../document/edits";
import type { Finding } from "../document/finding";

/** Rounds after which fixing stops, should two fixes undo each other. */
const mostRounds = 100;

const isQuiet = (finding: Finding): boolean => finding.severity === "hint";

/**
 * Takes every preferred fix until none is left. Fixes that need a person's choice have no preferred one, and hints are
 * left alone.
 * @returns one edit from the text to the fixed text; none when there is nothing to fix
 */
export function fixAll(text: string, options: CheckOptions = {}, only?: (finding: Finding) => boolean): TextEdit[] {
  let current = text;
  const given = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const fixed = oneRound(current, options, only, given);
    if (fixed === undefined) break;
    current = fixed;
  }
  return differenceEdit(text, current);
}

/** Applies the preferred fixes of one look that do not touch each other; undefined when there are none. */
function oneRound(
  text: string,
  options: CheckOptions,
  only: ((finding: Finding) => boolean) | undefined,
  given: Set<string>,
): string | undefined {
  const taken: TextEdit[] = [];
  for (const finding of check(text, options).findings) {
    const fix =
      isQuiet(finding) || (only && !only(finding)) ? undefined : finding.fixes.find(({ preferred }) => preferred);
    const key = `${finding.rule}@${finding.spot.path.join("/")}:${fix?.title ?? ""}`;
    if (!fix || given.has(key)) continue;
    const edits = fix.edits();
    if (edits.length === 0 || edits.some((edit) => taken.some((other) => touches(edit, other)))) continue;
    given.add(key);
    taken.push(...edits);
  }
  return taken.length ? applyEdits(text, taken) : undefined;
}

/** Two insertions at one place, or edits whose ranges meet, are not made in one go. */
function touches(one: TextEdit, other: TextEdit): boolean {
  return one.offset <= other.offset + other.length && other.offset <= one.offset + one.length;
}
