/**
 * The second look: what failed beside the other parts runs once more, alone, with the files that it is in. A test that
 * passes then counts as passed and is named as unsteady, with what it failed with; one that fails again has failed.
 */
import type { Part } from "./stages";
import type { StageResult } from "./runStage";

/** More failures than these are no accident of a busy machine: they count as they are. */
const atMost = 3;

/** What ran, and what came of it. */
export interface Ran {
  readonly part: Part;
  readonly result: StageResult;
}

/** The parts of which something is looked at again, with that; none where nothing failed, or too much did. */
export function secondLooks(ran: readonly Ran[]): readonly { readonly first: Ran; readonly part: Part }[] {
  const failed = ran.filter(({ result }) => result.failed > 0);
  if (failed.reduce((sum, { result }) => sum + result.failed, 0) > atMost) return [];
  return failed.flatMap((first) => {
    const part = first.part.again?.(filesOfFailures(first.result));
    return part ? [{ first, part }] : [];
  });
}

/** The files with failed tests; none, which stands for all, where something failed that is no test. */
function filesOfFailures({ tests, failed }: StageResult): readonly string[] {
  const named = tests.filter(({ state, file }) => state === "failed" && file);
  return named.length === failed ? [...new Set(named.map(({ file }) => file ?? ""))] : [];
}

/** What a part came to with its second look: the files that ran again count as they did then. */
export function together(first: StageResult, second: StageResult): StageResult {
  const files = new Set(filesOfFailures(first));
  const kept = files.size === 0 ? [] : first.tests.filter(({ file }) => !files.has(file ?? ""));
  const tests = [...kept, ...second.tests];
  const count = (state: string): number => kept.filter((test) => test.state === state).length;
  return {
    name: first.name,
    passed: count("passed") + second.passed,
    failed: second.failed,
    skipped: count("skipped") + second.skipped,
    ms: first.ms + second.ms,
    processorMs:
      first.processorMs === undefined || second.processorMs === undefined
        ? undefined
        : first.processorMs + second.processorMs,
    notes:
      second.failed > 0
        ? [...first.notes, ...second.notes]
        : first.notes.map((note) => note.replace(": failed", ": UNSTEADY, passed alone; beside others it failed")),
    tests,
  };
}
