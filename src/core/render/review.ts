import type { Review, ReviewSeverity } from "../service/review/finding";

/** The review for people, as Markdown that a terminal shows as well. */
export function reviewText(name: string, { findings, unknown, clean }: Review): string {
  const count = (severity: ReviewSeverity) => findings.filter((finding) => finding.severity === severity).length;
  return [
    `# Review of ${name}`,
    "",
    findings.length ? `${count("high")} high, ${count("medium")} medium, ${count("low")} low.` : "Nothing was found.",
    "",
    ...findings.flatMap((finding) => [
      `## ${finding.severity.charAt(0).toUpperCase()}${finding.severity.slice(1)}: ${finding.sentence}`,
      "",
      ...finding.evidence.map((line) => `- ${line}`),
      "",
      `What to do: ${finding.remedy}`,
      ...(finding.command ? ["", `    ${finding.command}`] : []),
      "",
    ]),
    ...(unknown.length ? ["## What could not be looked at", "", ...unknown.map((line) => `- ${line}`), ""] : []),
    "## As it should be",
    "",
    ...clean.map((line) => `- ${line}`),
  ].join("\n");
}

/** A review for `--format json`; `mend` is what `remedy` was called until version 0.2. */
export const reviewJson = (review: Review): Record<string, unknown> => ({
  ...review,
  findings: review.findings.map((finding) => ({ ...finding, mend: finding.remedy })),
});
