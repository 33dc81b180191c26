import type { Read, ServiceSnapshot } from "../snapshot/serviceSnapshot";
import type { Review, ReviewFinding, ReviewRule, ReviewSeverity } from "./finding";
import { networkRules } from "./network";
import { permissionRules } from "./permissions";

export type { Review, ReviewFinding };

const rules: readonly ReviewRule[] = [...networkRules, ...permissionRules];
const order: readonly ReviewSeverity[] = ["high", "medium", "low"];

/** What a review is made of, in words. */
const parts: readonly [keyof ServiceSnapshot, string][] = [
  ["service", "the service"],
  ["revision", "the task definition"],
  ["securityGroups", "security groups"],
  ["subnets", "subnets and routes"],
  ["endpoints", "endpoints"],
  ["loadBalancers", "load balancers"],
  ["executionRole", "the execution role"],
  ["taskRole", "the task role"],
];

/** Reads and judges who gets in, what roles may, and what lies open; the gravest first. */
export function review(snapshot: ServiceSnapshot): Review {
  const findings = rules.flatMap((rule) =>
    rule.look(snapshot).map((found): ReviewFinding => ({ id: rule.id, ...found })),
  );
  const unreadPolicies = [snapshot.executionRole, snapshot.taskRole].flatMap((read) =>
    read.known ? (read.value?.unread ?? []) : [],
  );
  return {
    findings: findings.sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity)),
    unknown: [
      ...parts.flatMap(([key, name]) => {
        const read = snapshot[key] as Read<unknown>;
        return read.known ? [] : [`${name}: ${read.why}`];
      }),
      ...unreadPolicies.map((name) => `the policy ${name} may not be read`),
    ],
    clean: rules.filter((rule) => !findings.some(({ id }) => id === rule.id)).map(({ title }) => title),
  };
}
