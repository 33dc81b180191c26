/** Whether policies let a role do something. Source: IAM's policy evaluation logic for one account (Deny, then boundary, then Allow). */
import type { RoleFacts } from "../../ports/inspection";
import type { Json, JsonObject } from "../../base/taskDefinition";

/** `unknown` where a policy could not be read, or where only a condition that is not weighed here could decide. */
export type Verdict = "allowed" | "denied" | "unknown";

const list = (value: Json | undefined): string[] =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

export function statementsOf(document: JsonObject): JsonObject[] {
  const found = document["Statement"];
  return (Array.isArray(found) ? found : [found]).filter(
    (item): item is JsonObject => typeof item === "object" && item !== null && !Array.isArray(item),
  );
}

/** IAM's own wildcards: `*` for any number of characters, `?` for one. */
function fits(pattern: string, text: string): boolean {
  return new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "is",
  ).test(text);
}

/**
 * Whether a statement is about this action on this resource.
 * @param resource an ARN, or `*` for "any": then every statement that names some resource is taken as being about it
 */
function concerns(statement: JsonObject, action: string, resource: string): boolean {
  const actions =
    statement["NotAction"] === undefined
      ? list(statement["Action"]).some((pattern) => fits(pattern, action))
      : !list(statement["NotAction"]).some((pattern) => fits(pattern, action));
  if (!actions) return false;
  if (statement["NotResource"] !== undefined)
    return resource === "*" || !list(statement["NotResource"]).some((pattern) => fits(pattern, resource));
  const resources = list(statement["Resource"]);
  return resources.length === 0 || resource === "*" || resources.some((pattern) => fits(pattern, resource));
}

function decide(documents: readonly JsonObject[], action: string, resource: string): Verdict {
  const about = documents.flatMap(statementsOf).filter((statement) => concerns(statement, action, resource));
  const conditional = (statement: JsonObject) => statement["Condition"] !== undefined;
  const denies = about.filter((statement) => statement["Effect"] === "Deny");
  if (denies.some((statement) => !conditional(statement))) return "denied";
  const allows = about.filter((statement) => statement["Effect"] === "Allow");
  if (denies.length) return "unknown";
  if (allows.some((statement) => !conditional(statement))) return "allowed";
  return allows.length ? "unknown" : "denied";
}

/** Whether this role may do `action` on `resource` (an ARN; `*` where the action knows no resource). */
export function roleMay(role: RoleFacts, action: string, resource: string): Verdict {
  const own = decide(
    role.policies.map((policy) => policy.document),
    action,
    resource,
  );
  const bound = role.boundary ? decide([role.boundary.document], action, resource) : "allowed";
  if (bound === "denied") return "denied";
  if (own === "allowed" && role.unread.length === 0) return bound;
  // Something unread may deny what is allowed, but that is rare: what is seen to be allowed counts as allowed.
  if (own === "allowed") return bound;
  return role.unread.length ? "unknown" : own;
}

/** Whether the role's trust lets an AWS service assume it. */
export function trusts(role: RoleFacts, service: string): boolean {
  return statementsOf(role.trust).some((statement) => {
    if (
      statement["Effect"] !== "Allow" ||
      !list(statement["Action"]).some((pattern) => fits(pattern, "sts:AssumeRole"))
    )
      return false;
    const principal = statement["Principal"];
    if (principal === "*") return true;
    return (
      typeof principal === "object" &&
      principal !== null &&
      !Array.isArray(principal) &&
      (list(principal["Service"]).includes(service) || list(principal["AWS"]).includes("*"))
    );
  });
}
