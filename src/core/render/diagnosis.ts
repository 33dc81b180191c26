import type { Certainty, Diagnosis } from "../service/diagnosis/types";
import { list, paragraph, section as part, type Block, type Doc } from "./document";

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

/** The same as a document. */
export function diagnosisDocument(diagnosis: Diagnosis, subject: string): Doc {
  const { summary, cause, evidence, ruledOut, unknown, others, healthy } = diagnosis;
  const told = cause && !healthy ? cause : undefined;
  const command = (text: string | undefined): Block[] => (text ? [{ kind: "command", text }] : []);
  return {
    title: `Diagnosis of ${subject}`,
    blocks: [
      paragraph(told ? `Cause (${surely[told.certainty]}): ${summary}` : summary, healthy ? "good" : "bad"),
      ...beforeOf(diagnosis).map((line) => paragraph(line)),
      ...part("Evidence", evidence.length ? [{ kind: "printed", text: evidence.join("\n") }] : []),
      ...part("What to do", told ? [paragraph(told.remedy), ...command(told.command)] : []),
      ...part(
        healthy ? "What the next task would meet" : "What else is wrong",
        others.flatMap((item) => [...list([`${item.sentence} ${item.remedy}`], "warning"), ...command(item.command)]),
      ),
      ...part("Not known", list(unknown, "quiet")),
      ...part(
        "Ruled out",
        list(
          ruledOut.map((item) => `${item.sentence}: ${item.why}`),
          "quiet",
        ),
        { folded: true },
      ),
      ...(told ? [paragraph(`Code of the cause: ${told.code}`, "quiet")] : []),
    ],
  };
}
