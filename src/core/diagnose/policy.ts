/** What a role may do, by its policies: Allow and Deny, wildcards, NotAction and NotResource, the boundary. */
import type { RoleFacts } from "../ports/inspection";
import type { Json, JsonObject } from "../taskdef/types";

export type Permission = { may: "yes" | "no" | "unknown"; why: string };

/** What AWS's own managed policies allow, for those whose text could not be read. */
const managed: Readonly<Record<string, readonly string[]>> = {
  AmazonECSTaskExecutionRolePolicy: ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents"],
  AmazonEC2ContainerRegistryReadOnly: ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
  AdministratorAccess: ["*"],
};

interface Statement {
  deny: boolean;
  actions: string[];
  notActions: string[];
  resources: string[];
  notResources: string[];
  conditional: boolean;
}

const texts = (value: Json | undefined): string[] => (typeof value === "string" ? [value] : Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);
const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

function statementsOf(document: JsonObject): Statement[] {
  const found = document["Statement"];
  return (Array.isArray(found) ? found : [found]).filter(isObject).map((item) => ({
    deny: item["Effect"] === "Deny",
    actions: texts(item["Action"]),
    notActions: texts(item["NotAction"]),
    resources: texts(item["Resource"]),
    notResources: texts(item["NotResource"]),
    conditional: isObject(item["Condition"]) && Object.keys(item["Condition"]).length > 0,
  }));
}

/** IAM's wildcards: `*` is any text, `?` any character; actions have no case. */
export function matchesWildcard(pattern: string, text: string, anyCase: boolean): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
  return new RegExp(`^${source}$`, anyCase ? "is" : "s").test(text);
}

function covers(statement: Statement, action: string, resource: string): boolean {
  const named = statement.notActions.length ? !statement.notActions.some((item) => matchesWildcard(item, action, true)) : statement.actions.some((item) => matchesWildcard(item, action, true));
  if (!named) return false;
  if (statement.notResources.length) return !statement.notResources.some((item) => matchesWildcard(item, resource, false));
  return statement.resources.length === 0 || statement.resources.some((item) => matchesWildcard(item, resource, false));
}

/** Whether the role may do this to that resource. What could not be read leaves it unknown, never forbidden. */
export function permission(role: RoleFacts, action: string, resource: string): Permission {
  const own = role.policies.flatMap((policy) => statementsOf(policy.document).map((statement) => ({ statement, policy: policy.name })));
  const hits = own.filter(({ statement }) => covers(statement, action, resource));
  const deny = hits.find(({ statement }) => statement.deny && !statement.conditional);
  if (deny) return { may: "no", why: `The policy ${deny.policy} of the role ${role.name} denies ${action}.` };
  if (role.boundary) {
    const bound = statementsOf(role.boundary.document).filter((statement) => covers(statement, action, resource));
    if (!bound.some((statement) => !statement.deny) || bound.some((statement) => statement.deny && !statement.conditional)) return { may: "no", why: `The permissions boundary ${role.boundary.name} of the role ${role.name} does not allow ${action}.` };
  }
  if (hits.some(({ statement }) => statement.deny)) return { may: "unknown", why: `A policy of the role ${role.name} denies ${action} under a condition.` };
  const unreadManaged = role.unread.map((arn) => arn.split("/").at(-1) ?? arn);
  const allow = hits.find(({ statement }) => !statement.deny && !statement.conditional);
  const byName = unreadManaged.find((name) => managed[name]?.some((item) => matchesWildcard(item, action, true)));
  if (allow || byName) return { may: "yes", why: `The role ${role.name} may ${action} (${allow?.policy ?? byName ?? ""}).` };
  if (hits.length) return { may: "unknown", why: `The role ${role.name} may ${action} under a condition only.` };
  if (unreadManaged.some((name) => !managed[name])) return { may: "unknown", why: `Not every policy of the role ${role.name} could be read, so whether it may ${action} is not known.` };
  return { may: "no", why: `No policy of the role ${role.name} allows ${action}${resource === "*" ? "" : ` on ${resource}`}.` };
}

/** Whether the trust policy lets this service assume the role. */
export function trustsService(role: RoleFacts, service: string): boolean {
  const found = role.trust["Statement"];
  return (Array.isArray(found) ? found : [found]).filter(isObject).some((item) => {
    if (item["Effect"] !== "Allow" || !texts(item["Action"]).some((action) => matchesWildcard(action, "sts:AssumeRole", true))) return false;
    const principal = item["Principal"];
    if (principal === "*") return true;
    return isObject(principal) && texts(principal["Service"]).some((name) => name === service || name === "*");
  });
}
