/**
 * Policy evaluation: what a role may do, and who may become it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import type { PolicyHolder, RoleRecord } from "../states";
import type { SandboxState } from "../world";
import { allConditionsHold, requestContext } from "./conditions";
import { MANAGED_POLICIES } from "./managedPolicies";
import { arnMatches, expand, globMatches, type Context } from "./patterns";

type OneOrMore = string | readonly string[];

interface Statement {
  readonly Effect?: string;
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Principal?: string | Readonly<Record<string, OneOrMore>>;
  readonly NotPrincipal?: string | Readonly<Record<string, OneOrMore>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Policy {
  readonly statements: readonly Statement[];
  /** Policies of the version 2012-10-17 alone have variables. */
  readonly variables: boolean;
}

export type Decision = "allowed" | "explicitDeny" | "implicitDeny";

const list = (value: OneOrMore | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const areTexts = (value: unknown): boolean =>
  value === undefined || [value].flat().every((text) => typeof text === "string");

/**
 * Whether a statement has the form that IAM takes.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
function isStatement(value: unknown): value is Statement {
  if (!isObject(value)) return false;
  const { Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = value;
  const principals = [Principal, NotPrincipal].filter((p) => p !== undefined);
  return (
    (value["Effect"] === "Allow" || value["Effect"] === "Deny") &&
    [Action, NotAction, Resource, NotResource].every(areTexts) &&
    principals.every((p) => typeof p === "string" || (isObject(p) && Object.values(p).every(areTexts))) &&
    (Condition === undefined || (isObject(Condition) && Object.values(Condition).every(isObject)))
  );
}

/** A policy document; undefined where it is none. */
function read(document: string): Policy | undefined {
  let value: unknown;
  try {
    value = JSON.parse(document);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const statements = [value["Statement"]].flat();
  return statements.every(isStatement) ? { statements, variables: value["Version"] === "2012-10-17" } : undefined;
}

/** A policy document; one that is none has no statements. */
const parsed = (document: string): Policy => read(document) ?? { statements: [], variables: false };

/** The statements of a policy document; a document that is no JSON has none. */
export const statementsOf = (document: string): readonly Statement[] => parsed(document).statements;

interface Ask {
  readonly action: string;
  /**
   * Empty where the call's resource is not known here, nor all that the request carries: then an Allow counts for
   * whichever
   * resource and for what is not known, and a Deny only where it is sure.
   */
  readonly resource: string;
  readonly context: Context;
  /** Keys of conditions, in small letters, of which it is not known here whether the request carries them. */
  readonly isOpen?: (key: string) => boolean;
}

function namesAction(s: Statement, action: string): boolean {
  const among = (patterns: OneOrMore | undefined): boolean =>
    list(patterns).some((p) => globMatches([{ text: p }], action, true));
  return s.NotAction === undefined ? among(s.Action) : !among(s.NotAction);
}

function coversResource(s: Statement, { resource, context }: Ask, variables: boolean): boolean {
  if (resource === "") return s.Effect !== "Deny" || list(s.Resource).includes("*");
  const among = (patterns: OneOrMore | undefined): boolean =>
    list(patterns).some((p) => {
      const pattern = expand(p, context, variables);
      return pattern !== undefined && arnMatches(pattern, resource);
    });
  if (s.NotResource !== undefined) return !among(s.NotResource);
  return s.Resource === undefined || among(s.Resource);
}

const applies = (s: Statement, ask: Ask, variables: boolean): boolean =>
  namesAction(s, ask.action) &&
  coversResource(s, ask, variables) &&
  allConditionsHold(s.Condition ?? {}, ask.context, variables, (key) =>
    ask.resource === "" || ask.isOpen?.(key) ? s.Effect === "Allow" : undefined,
  );

function outcome(effects: readonly (string | undefined)[]): Decision {
  if (effects.includes("Deny")) return "explicitDeny";
  return effects.includes("Allow") ? "allowed" : "implicitDeny";
}

const decide = (documents: readonly string[], ask: Ask): Decision =>
  outcome(
    documents
      .map(parsed)
      .flatMap(({ statements, variables }) => statements.filter((s) => applies(s, ask, variables)))
      .map((s) => s.Effect),
  );

/** What these policies, within a boundary where there is one, say to one request. */
export function decision(documents: readonly string[], boundary: string | undefined, ask: Ask): Decision {
  const own = decide(documents, ask);
  if (own === "explicitDeny" || boundary === undefined) return own;
  const bound = decide([boundary], ask);
  return bound === "allowed" ? own : bound;
}

const documentOf = (world: SandboxState, arn: string): string =>
  (Object.hasOwn(MANAGED_POLICIES, arn) ? MANAGED_POLICIES[arn] : undefined) ??
  world.iam.policies.get(arn)?.document ??
  "";

type Facts = Readonly<Record<string, string | readonly string[]>>;

/** What every request of a role carries. */
function contextOf(world: SandboxState, record: PolicyHolder, resource: string, more: Facts) {
  const region = resource.split(":")[3];
  const isUser = record.role.Arn.includes(":user/");
  const now = new Date();
  return requestContext({
    "aws:PrincipalArn": record.role.Arn,
    "aws:PrincipalAccount": world.account,
    "aws:PrincipalType": isUser ? "User" : "AssumedRole",
    ...(isUser ? { "aws:username": record.role.Arn.split("/").at(-1) ?? "" } : {}),
    "aws:SecureTransport": "true",
    "aws:ViaAWSService": "false",
    "aws:MultiFactorAuthPresent": "false",
    "aws:CurrentTime": now.toISOString(),
    "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
    ...Object.fromEntries([...record.tags].map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    ...(region ? { "aws:RequestedRegion": region } : {}),
    ...more,
  });
}

/** The documents of a role's policies, and that of its boundary. */
function documentsOf(
  world: SandboxState,
  record: PolicyHolder,
): { own: readonly string[]; boundary: string | undefined } {
  const attached = [...record.attached.keys()].map((arn) => documentOf(world, arn));
  const boundary = record.role.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    own: [...attached, ...record.inline.values()],
    boundary: boundary === undefined ? undefined : documentOf(world, boundary),
  };
}

/** IAM's decision for a role, within its session's policy, or for a user; an empty `resource` stands for one that is not known here. */
export function evaluate(
  world: SandboxState,
  record: PolicyHolder,
  action: string,
  resource: string,
  more: Facts = {},
  isOpen?: (key: string) => boolean,
  session?: string,
): Decision {
  const { own, boundary } = documentsOf(world, record);
  const ask: Ask = {
    action,
    resource,
    context: contextOf(world, record, resource, more),
    ...(isOpen ? { isOpen } : {}),
  };
  const said = decision(own, boundary, ask);
  return said === "allowed" && session !== undefined ? decide([session], ask) : said;
}

/**
 * Which kind of policy refuses a call, as AWS's sentences end.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function whyDenied(
  world: SandboxState,
  record: PolicyHolder | undefined,
  action: string,
  resource: string,
  more: Facts,
  session?: string,
): string {
  if (!record) return `because no identity-based policy allows the ${action} action`;
  const { own, boundary } = documentsOf(world, record);
  const ask: Ask = { action, resource, context: contextOf(world, record, resource, more) };
  const said = decide(own, ask);
  if (said === "explicitDeny") return "with an explicit deny in an identity-based policy";
  const bound = boundary === undefined ? "allowed" : decide([boundary], ask);
  if (bound === "explicitDeny") return "with an explicit deny in a permissions boundary";
  if (bound === "implicitDeny" && said === "allowed")
    return `because no permissions boundary allows the ${action} action`;
  if (said === "allowed" && session !== undefined)
    return decide([session], ask) === "explicitDeny"
      ? "with an explicit deny in a session policy"
      : `because no session policy allows the ${action} action`;
  return `because no identity-based policy allows the ${action} action`;
}

/**
 * Condition keys of a role's policies for which a simulation was given no value. What a simulation itself knows is
 * not among
 * them; keys of the request and the resource are. Source: IAM's API reference, EvaluationResult.
 */
export function missingKeys(
  world: SandboxState,
  record: PolicyHolder,
  resource: string,
  more: Readonly<Record<string, string>>,
): string[] {
  const context = contextOf(world, record, resource, more);
  const documents = [...[...record.attached.keys()].map((arn) => documentOf(world, arn)), ...record.inline.values()];
  const keys = documents
    .flatMap((document) => parsed(document).statements)
    .flatMap(({ Condition }) => Object.values(Condition ?? {}).flatMap((tests) => Object.keys(tests as object)));
  return [...new Set(keys)].filter((key) => !context.has(key.toLowerCase()));
}

function isPrincipal(named: Statement["Principal"], principal: string): boolean {
  if (named === undefined || typeof named === "string") return named === "*";
  const account = /^arn:aws:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
  const services = list(named["Service"]);
  const others = list(named["AWS"]);
  return (
    services.includes(principal) ||
    others.some(
      (p) =>
        p === "*" ||
        p === principal ||
        (account !== undefined && (p === account || p === `arn:aws:iam::${account}:root`)),
    )
  );
}

/**
 * Whether the trust policy lets the principal (a service such as ecs-tasks.amazonaws.com, or an ARN) assume the role.
 */
export function trusts(trust: string, principal: string, facts: Readonly<Record<string, string>> = {}): boolean {
  const { statements, variables } = parsed(trust);
  const ask: Ask = { action: "sts:AssumeRole", resource: "*", context: requestContext(facts) };
  const named = (s: Statement): boolean =>
    s.NotPrincipal === undefined ? isPrincipal(s.Principal, principal) : !isPrincipal(s.NotPrincipal, principal);
  return outcome(statements.filter((s) => named(s) && applies(s, ask, variables)).map((s) => s.Effect)) === "allowed";
}

/** The role named by an ARN, a path with a name, or a short name. */
export function findRole(world: SandboxState, arnOrName: string): RoleRecord | undefined {
  const name = arnOrName.split("/").at(-1) ?? "";
  const record = world.iam.roles.get(name.toLowerCase());
  if (!record) return undefined;
  return arnOrName.startsWith("arn:") && record.role.Arn !== arnOrName ? undefined : record;
}
