import { diagnose } from "../../service/diagnosis/diagnose";
import type { CapturedTask, Diagnosis } from "../../service/diagnosis/types";
import { isCancelled, type ErrorReport } from "../../base/errors";
import { within } from "../../base/within";
import { collectSnapshot } from "../../service/snapshot/collect";
import { expectedOf, subjectOf } from "../../service/snapshot/expected";
import type { RunContext } from "../step";

/** A failure is told after so long at the latest, whatever the look at the account comes to. */
const lookMilliseconds = 20_000;
const mostRuledOut = 4;

/**
 * Looks at everything that can be read of the service and judges it; undefined where that fails or takes too long: the
 * failure itself is never hidden by it.
 * @param captured stopped tasks that were seen while waiting; ECS may have forgotten them
 */
export async function diagnoseFailure(
  context: RunContext,
  captured: readonly CapturedTask[],
): Promise<Diagnosis | undefined> {
  const { app, cloud, clock, prober, outputs, signal, workspace } = context;
  const look = async (): Promise<Diagnosis> => {
    const expected = await expectedOf(app, workspace, false, clock.now());
    const snapshot = await collectSnapshot({
      cloud,
      clock,
      prober,
      subject: subjectOf(app),
      expected,
      captured: captured.map(({ task, lines }) => ({ ...task, lastLines: lines })),
      signal,
      ...(outputs.revisionArn === undefined ? {} : { revision: outputs.revisionArn }),
    });
    return diagnose(snapshot, { captured });
  };
  try {
    const found = await within(clock, lookMilliseconds, signal, look());
    return found?.cause && found.cause.certainty !== "unknown" && !found.healthy ? found : undefined;
  } catch (error) {
    if (isCancelled(error)) throw error;
    return undefined;
  }
}

/** The report with the cause in it: what it said before stays as evidence. */
export function withCause(report: ErrorReport, opening: string, diagnosis: Diagnosis | undefined): ErrorReport {
  const cause = diagnosis?.cause;
  if (!cause) return report;
  const { evidence, ruledOut, others } = diagnosis;
  const proof = report.proof ?? diagnosis.proof;
  return {
    ...report,
    summary: `${opening} ${cause.sentence}`.trim(),
    evidence: [
      ...new Set([
        ...report.evidence,
        ...evidence,
        ...ruledOut.slice(0, mostRuledOut).map((item) => `Ruled out: ${item.sentence}: ${item.why}`),
        ...others.map((item) => `Also wrong: ${item.sentence}`),
      ]),
    ],
    ...(proof === undefined ? {} : { proof }),
    remedy: cause.remedy,
    actions: [...new Set([...cause.actions, ...report.actions])],
    diagnosed: {
      code: cause.code,
      certainty: cause.certainty,
      ...(cause.command === undefined ? {} : { command: cause.command }),
    },
  };
}
