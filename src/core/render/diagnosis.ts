import { harmless } from "../base/harmless";
import type { Cause, Certainty, Diagnosis } from "../service/diagnosis/types";

const surely: Readonly<Record<Certainty, string>> = {
  certain: "certain",
  likely: "likely, not proved",
  unknown: "not known",
};

/** A diagnosis for a terminal: the cause first, then what proves it, what to do, and what it is not. */
export function diagnosisLines(diagnosis: Diagnosis): string[] {
  const { summary, cause, evidence, ruledOut, unknown, others, healthy } = diagnosis;
  return [
    cause && !healthy && cause.certainty !== "unknown" ? `${summary} (${surely[cause.certainty]})` : summary,
    ...evidence.map((line) => `  ${line}`),
    ...beforeOf(diagnosis),
    ...(cause && !healthy ? [`What to do: ${cause.remedy}`, ...(cause.command ? [`  ${cause.command}`] : [])] : []),
    ...section(
      "Ruled out:",
      ruledOut.map((item) => `${item.sentence}: ${item.why}`),
    ),
    ...section("Not known:", unknown),
    ...section(
      healthy ? "What the next task would meet:" : "What else is wrong:",
      others.map((item) => `${item.sentence} ${item.remedy}`),
    ),
  ];
}

/** The deployment that was taken back before what runs now failed. */
const beforeOf = ({ before }: Diagnosis): string[] =>
  before ? [`Before that, the newest deployment was rolled back: ${before.sentence}`] : [];

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length ? [title, ...lines.map((line) => `  ${line}`)] : [];

/** Text as Markdown shows it, whatever is in it. */
const plain = (text: string): string => harmless(text, false).replace(/[\\`*_{}[\]<>#|~]/g, "\\$&");
/** Text as it is, in a fence that is longer than any within it. */
function block(text: string): string[] {
  const shown = harmless(text, false);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return ["", fence, shown, fence];
}

function causeSection(cause: Cause): string[] {
  return ["", "## What to do", "", plain(cause.remedy), ...(cause.command ? block(cause.command) : [])];
}

/** The same as a read-only Markdown document. */
export function diagnosisDocument(diagnosis: Diagnosis, subject: string): string {
  const { summary, cause, evidence, ruledOut, unknown, others, healthy } = diagnosis;
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length ? ["", `## ${title}`, "", ...lines.map((line) => `- ${plain(line)}`)] : [];
  return [
    `# Diagnosis of ${plain(subject)}`,
    "",
    plain(summary),
    ...(cause && !healthy ? ["", `Cause: \`${cause.code}\`, ${surely[cause.certainty]}.`] : []),
    ...beforeOf(diagnosis).flatMap((line) => ["", plain(line)]),
    ...(evidence.length ? ["", "## Evidence", ...block(evidence.join("\n"))] : []),
    ...(cause && !healthy ? causeSection(cause) : []),
    ...list(
      "Ruled out",
      ruledOut.map((item) => `${item.sentence}: ${item.why}`),
    ),
    ...list("Not known", unknown),
    ...list(
      healthy ? "What the next task would meet" : "What else is wrong",
      others.map((item) => `${item.sentence} ${item.remedy}${item.command ? ` (${item.command})` : ""}`),
    ),
    "",
  ].join("\n");
}
