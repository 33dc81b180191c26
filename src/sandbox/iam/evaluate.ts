/** Policy evaluation: enough of IAM's logic to decide what a role may do. */
import type { RoleRecord } from "../states";
import type { SandboxState } from "../world";

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
}

const EXECUTION_POLICY_ARN = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

const statement = (actions: readonly string[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });

/** AWS's managed policies that this account knows, by ARN. */
export const MANAGED_POLICIES: Readonly<Record<string, string>> = {
  [EXECUTION_POLICY_ARN]: statement([
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ]),
  "arn:aws:iam::aws:policy/AdministratorAccess": statement(["*"]),
  "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess": statement(["logs:*"]),
  "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly": statement([
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "ecr:Describe*",
    "ecr:List*",
    "ecr:Get*",
  ]),
  "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess": statement(["s3:Get*", "s3:List*"]),
  "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess": statement(["ssm:Describe*", "ssm:Get*", "ssm:List*"]),
};

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

function matches(pattern: string, text: string, ignoreCase: boolean): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, ignoreCase ? "is" : "s").test(text);
}

/** The statements of a policy document; a document that is no JSON has none. */
export function statementsOf(document: string): readonly Statement[] {
  try {
    const parsed = JSON.parse(document) as { Statement?: Statement | readonly Statement[] };
    const found = parsed.Statement;
    if (found === undefined) return [];
    return Array.isArray(found) ? (found as readonly Statement[]) : [found as Statement];
  } catch {
    return [];
  }
}

function decide(
  documents: readonly string[],
  action: string,
  resource: string,
): "allowed" | "explicitDeny" | "implicitDeny" {
  let allowed = false;
  for (const s of documents.flatMap(statementsOf)) {
    const named =
      s.NotAction !== undefined
        ? !list(s.NotAction).some((p) => matches(p, action, true))
        : list(s.Action).some((p) => matches(p, action, true));
    const covered =
      s.Resource === undefined || resource === "" || list(s.Resource).some((p) => matches(p, resource, false));
    if (!named || !covered) continue;
    if (s.Effect === "Deny") return "explicitDeny";
    allowed = true;
  }
  return allowed ? "allowed" : "implicitDeny";
}

/** Every policy document in force on the role. */
function documentsOf(world: SandboxState, record: RoleRecord): string[] {
  const attached = [...record.attached.keys()].map(
    (arn) => MANAGED_POLICIES[arn] ?? world.iam.policies.get(arn)?.document ?? "",
  );
  return [...attached, ...record.inline.values()];
}

/** IAM's decision for the role; an empty `resource` stands for any. */
export function evaluate(
  world: SandboxState,
  record: RoleRecord,
  action: string,
  resource: string,
): "allowed" | "explicitDeny" | "implicitDeny" {
  const documents = documentsOf(world, record);
  const boundary = record.role.PermissionsBoundary?.PermissionsBoundaryArn;
  const decision = decide(documents, action, resource);
  if (decision !== "allowed" || !boundary) return decision;
  return decide([MANAGED_POLICIES[boundary] ?? world.iam.policies.get(boundary)?.document ?? ""], action, resource);
}

/** Whether the trust policy lets the principal (a service such as ecs-tasks.amazonaws.com, or an ARN) assume the role. */
export function trusts(trust: string, principal: string): boolean {
  return statementsOf(trust).some((s) => {
    if (s.Effect !== "Allow" || !list(s.Action).some((p) => matches(p, "sts:AssumeRole", true))) return false;
    if (s.Principal === "*") return true;
    if (typeof s.Principal !== "object") return false;
    const account = /^arn:aws:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
    return Object.values(s.Principal)
      .flatMap(list)
      .some(
        (p) =>
          p === "*" ||
          p === principal ||
          (account !== undefined && (p === account || p === `arn:aws:iam::${account}:root`)),
      );
  });
}

/** The role named by an ARN, a path with a name, or a short name. */
export function findRole(world: SandboxState, arnOrName: string): RoleRecord | undefined {
  const name = arnOrName.split("/").at(-1) ?? "";
  const record = world.iam.roles.get(name.toLowerCase());
  if (!record) return undefined;
  return arnOrName.startsWith("arn:") && record.role.Arn !== arnOrName ? undefined : record;
}
