import { reportOf } from "../errors";
import type { Situation } from "../situation/model";
import { closerChecks } from "./closer";
import { guardCheck } from "./guards";
import { guideChecks } from "./guide";
import type { CheckResult } from "./result";
import { failed, type Check, type CheckId, type Verdict } from "./verdict";

export type { CheckResult };

const checks: readonly Check[] = [...guideChecks, guardCheck, ...closerChecks];

/** Of two that failed by themselves, the one that comes first in the life of a task is the one to begin with. */
const lifeOrder: readonly CheckId[] = ["cluster", "taskDefinition", "executionRole", "route", "secrets", "image", "platform", "service", "zones", "securityGroups", "port", "healthPath", "targets", "certificate", "url", "logs"];

/**
 * The checklist: the guide's eight items and what only a real look finds. What failed comes first, then what follows
 * from it, then the rest in the guide's order.
 */
export function checklist(situation: Situation): CheckResult[] {
  const verdicts = new Map<CheckId, Verdict>(checks.map(({ id, judge }) => [id, judged(() => judge(situation))]));
  const results = checks.map(({ id, title }): CheckResult => {
    const { state, evidence, milliseconds } = verdicts.get(id) as Verdict;
    const root = state === "failed" ? rootOf(id, verdicts) : undefined;
    return {
      id, title, evidence, at: situation.at,
      state: root === undefined ? state : "blocked",
      ...(root === undefined ? {} : { blockedBy: root }),
      ...(milliseconds === undefined ? {} : { milliseconds }),
    };
  });
  const rank = ({ state, id }: CheckResult) => (state === "failed" ? lifeOrder.indexOf(id as CheckId) : state === "blocked" ? 100 : 200);
  return results.sort((one, other) => rank(one) - rank(other));
}

function judged(judge: () => Verdict): Verdict {
  try {
    return judge();
  } catch (error) {
    return failed(`it could not be judged: ${reportOf(error).summary}`);
  }
}

/** The failed item at the beginning of the chain that this one follows from; undefined when it stands for itself. */
function rootOf(id: CheckId, verdicts: ReadonlyMap<CheckId, Verdict>, seen: readonly CheckId[] = []): CheckId | undefined {
  const causes = verdicts.get(id)?.because ?? [];
  const failing = causes.filter((cause) => cause !== id && !seen.includes(cause) && verdicts.get(cause)?.state === "failed");
  const first = failing.sort((one, other) => lifeOrder.indexOf(one) - lifeOrder.indexOf(other))[0];
  return first === undefined ? undefined : (rootOf(first, verdicts, [...seen, id]) ?? first);
}

/** Title of an item, for "blocked by". */
export const checkTitle = (id: string): string => checks.find((check) => check.id === id)?.title ?? id;
