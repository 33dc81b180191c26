import { reportOf } from "../../base/errors";
import type { ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { serviceChecks } from "./serviceChecks";
import { securityGroupCheck } from "./securityGroups";
import { deploymentChecks } from "./deploymentChecks";
import type { CheckResult } from "./result";
import { failed, type Check, type CheckId, type Verdict } from "./verdict";

export type { CheckResult };

const checks: readonly Check[] = [...deploymentChecks, securityGroupCheck, ...serviceChecks];

/** Of two that failed by themselves, the one that comes first in the life of a task is the one to begin with. */
const lifeOrder: readonly CheckId[] = [
  "cluster",
  "taskDefinition",
  "executionRole",
  "route",
  "secrets",
  "image",
  "platform",
  "service",
  "zones",
  "securityGroups",
  "port",
  "healthPath",
  "targets",
  "certificate",
  "url",
  "logs",
];

/**
 * The checklist: the guide's eight items and what only a real look finds. What failed comes first, then what follows
 * from it, then the rest in the guide's order.
 */
export function checklist(snapshot: ServiceSnapshot): CheckResult[] {
  const verdicts = new Map<CheckId, Verdict>(checks.map(({ id, judge }) => [id, judged(() => judge(snapshot))]));
  const results = checks.map(({ id, title }): CheckResult => {
    const { state, evidence, milliseconds } = verdicts.get(id) as Verdict;
    const root = state === "failed" ? rootOf(id, verdicts) : undefined;
    return {
      id,
      title,
      evidence,
      at: snapshot.at,
      state: root === undefined ? state : "blocked",
      ...(root === undefined ? {} : { blockedBy: root }),
      ...(milliseconds === undefined ? {} : { milliseconds }),
    };
  });
  const rank = ({ state, id }: CheckResult) =>
    state === "failed" ? lifeOrder.indexOf(id as CheckId) : state === "blocked" ? 100 : 200;
  return results.sort((one, other) => rank(one) - rank(other));
}

function judged(judge: () => Verdict): Verdict {
  try {
    return judge();
  } catch (error) {
    return failed(`it could not be judged: ${reportOf(error).summary}`);
  }
}

const order = (id: CheckId): number => lifeOrder.indexOf(id);

type Verdicts = ReadonlyMap<CheckId, Verdict>;

const failingCauses = (id: CheckId, verdicts: Verdicts): CheckId[] =>
  (verdicts.get(id)?.because ?? [])
    .filter((cause) => cause !== id && verdicts.get(cause)?.state === "failed")
    .sort((one, other) => order(one) - order(other));

function leadsTo(from: CheckId, to: CheckId, verdicts: Verdicts, seen: ReadonlySet<CheckId> = new Set()): boolean {
  return failingCauses(from, verdicts).some(
    (cause) => cause === to || (!seen.has(cause) && leadsTo(cause, to, verdicts, new Set([...seen, cause]))),
  );
}

/** The failed item at the beginning of the chain that this one follows from; undefined when it stands for itself. */
function rootOf(id: CheckId, verdicts: Verdicts): CheckId | undefined {
  // Where two accuse each other, the one that comes first in life stands for itself.
  const first = failingCauses(id, verdicts).find((cause) => order(cause) < order(id) || !leadsTo(cause, id, verdicts));
  return first === undefined ? undefined : (rootOf(first, verdicts) ?? first);
}
