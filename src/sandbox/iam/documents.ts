/** What IAM takes as a policy: of an identity, and of a role's trust. The sentences are IAM's. */
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import { statementsOf } from "./evaluate";

const malformed = (text: string): ApiError => new ApiError("MalformedPolicyDocument", text);

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The statements of a text that is a policy in form. */
function statements(text: string): readonly Node[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
  const isKnown = isNode(parsed) && Object.keys(parsed).every((key) => ["Version", "Id", "Statement"].includes(key));
  if (!isNode(parsed) || !isKnown || statementsOf(text).length === 0) throw malformed("Syntax errors in policy.");
  const version = parsed["Version"];
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17")
    throw malformed("Syntax errors in policy.");
  const found = listOf(parsed["Statement"]).filter(isNode);
  const ids = found.map((s) => s["Sid"]).filter((sid) => typeof sid === "string" && sid !== "");
  if (new Set(ids).size < ids.length) throw malformed("Statement IDs (SID) in a single policy must be unique.");
  for (const s of found) {
    const actions = listOf(s["Action"] ?? s["NotAction"]).filter((action) => typeof action === "string");
    if (actions.length === 0) throw malformed("Policy statement must contain actions.");
    if (actions.some((action) => action !== "*" && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)))
      throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  return found;
}

/** Refuses what is no policy of a user or a role: it needs resources, and names no principal. */
export function checkIdentityPolicy(text: string): void {
  for (const s of statements(text)) {
    if (s["Principal"] !== undefined || s["NotPrincipal"] !== undefined)
      throw malformed("Policy document should not specify a principal.");
    const resources = listOf(s["Resource"] ?? s["NotResource"]).filter((resource) => typeof resource === "string");
    if (resources.length === 0) throw malformed("Policy statement must contain resources.");
    const odd = resources.find((resource) => resource !== "*" && !/^(arn:|\*|\$\{)/.test(resource));
    if (odd !== undefined) throw malformed(`Resource ${odd} must be in ARN format or "*".`);
  }
}

const refused = (kind: string, given: string): ApiError =>
  malformed(`Invalid principal in policy: "${kind}":"${given}"`);

/** Whether an ARN, or an account, can be meant: of this account's own roles and users only those that are there. */
function isThere(world: SandboxState, principal: string): boolean {
  if (principal === "*" || /^\d{12}$/.test(principal)) return true;
  const [, account, what = ""] = /^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):(.+)$/.exec(principal) ?? [];
  if (account === undefined) return false;
  const [kind, ...path] = what.split("/");
  if (what === "root") return true;
  if (kind === "assumed-role" || kind === "federated-user") return path.length > 0;
  if ((kind !== "role" && kind !== "user") || path.length === 0) return false;
  if (account !== world.account) return true;
  const name = (path.at(-1) ?? "").toLowerCase();
  const own = kind === "role" ? world.iam.roles.get(name) : world.iam.users.get(name);
  // The sandbox's own key is this user, of whom IAM has no record.
  return own?.role.Arn === principal || what === "user/sandbox";
}

/** Refuses what is no trust policy: it names principals that there are, and no resource. */
export function checkTrustPolicy(world: SandboxState, text: string): void {
  for (const s of statements(text)) {
    if (s["Resource"] !== undefined || s["NotResource"] !== undefined) throw malformed("Has prohibited field Resource");
    const principal = s["Principal"] ?? s["NotPrincipal"];
    if (principal === undefined) throw malformed("Missing required field Principal");
    const actions = listOf(s["Action"] ?? s["NotAction"]).map(String);
    if (!actions.every((action) => action === "*" || /^sts:/i.test(action)))
      throw malformed("AssumeRole policy may only specify STS AssumeRole actions.");
    if (principal === "*") continue;
    if (!isNode(principal) || Object.keys(principal).length === 0) throw malformed("Syntax errors in policy.");
    for (const [kind, named] of Object.entries(principal)) {
      for (const one of listOf(named).map(String)) {
        if (kind === "AWS" && !isThere(world, one)) throw refused("AWS", one);
        if (kind === "Service" && !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(one))
          throw refused("SERVICE", one);
        if (!["AWS", "Service", "Federated", "CanonicalUser"].includes(kind)) throw refused(kind.toUpperCase(), one);
      }
    }
  }
}
