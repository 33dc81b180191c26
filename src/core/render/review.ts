import type { Review, ReviewSeverity } from "../service/review/finding";
import { list, paragraph, section, type Doc, type Tone } from "./document";

const titles: Readonly<Record<ReviewSeverity, string>> = { high: "High", medium: "Medium", low: "Low" };
const tones: Readonly<Record<ReviewSeverity, Tone>> = { high: "bad", medium: "warning", low: "quiet" };

/** The review as a document: what should not be so, worst first, then what could not be looked at. */
export function reviewDocument(name: string, { findings, unknown, clean }: Review): Doc {
  const count = (severity: ReviewSeverity) => findings.filter((finding) => finding.severity === severity).length;
  return {
    title: `Review of ${name}`,
    blocks: [
      paragraph(
        findings.length
          ? `${count("high")} high, ${count("medium")} medium, ${count("low")} low.`
          : unknown.length
            ? "Nothing was found in what could be looked at."
            : "Nothing was found.",
      ),
      ...findings.flatMap(({ severity, sentence, evidence, remedy, command }) =>
        section(
          `${titles[severity]}: ${sentence}`,
          [
            ...list(evidence),
            paragraph(`What to do: ${remedy}`),
            ...(command ? [{ kind: "command" as const, text: command }] : []),
          ],
          { tone: tones[severity] },
        ),
      ),
      ...section("What could not be looked at", list(unknown, "warning")),
      ...section("As it should be", list(clean, "good"), { folded: true }),
    ],
  };
}

/** A review for `--format json`; `mend` is what `remedy` was called until version 0.2. */
export const reviewJson = (review: Review): Record<string, unknown> => ({
  ...review,
  findings: review.findings.map((finding) => ({ ...finding, mend: finding.remedy })),
});
