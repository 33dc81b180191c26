/** IAM's roles and policies: finding, checking and describing them. */
import { iamId } from "../ids";
import type { Role } from "../model/iam.types";
import type { RoleRecord } from "../states";
import { must, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import { MANAGED_POLICIES } from "./managedPolicies";

export const noRole = (name: string): ApiError =>
  new ApiError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
export const encoded = (document: string): string => encodeURIComponent(document);

export function roleNamed(world: SandboxState, name: string): RoleRecord {
  const record = world.iam.roles.get(name.toLowerCase());
  if (!record || Date.now() < record.visibleAt) throw noRole(name);
  return record;
}

export function editable(world: SandboxState, name: string): RoleRecord {
  const record = must(world.iam.roles.get(name.toLowerCase()), () => noRole(name));
  if (record.role.Path.startsWith("/aws-service-role/")) {
    throw new ApiError(
      "UnmodifiableEntity",
      `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
      400,
    );
  }
  return record;
}

export function checkName(name: string): void {
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
    const text =
      name.length > 64
        ? "Member must have length less than or equal to 64"
        : "Member must satisfy regular expression pattern: [\\w+=,.@-]+";
    throw new ApiError(
      "ValidationError",
      `1 validation error detected: Value '${name}' at 'roleName' failed to satisfy constraint: ${text}`,
    );
  }
}

/** The role as IAM returns it: policy documents are URL-encoded. */
export function described(record: RoleRecord, withTags: boolean): Role {
  const tags = withTags && record.tags.size > 0 ? { Tags: upperTags(record.tags) } : {};
  return { ...record.role, AssumeRolePolicyDocument: encoded(record.trust), ...tags };
}

export function makeRole(
  world: SandboxState,
  name: string,
  path: string,
  trust: string,
  extra: Partial<Role>,
): RoleRecord {
  const now = Date.now();
  const role: Role = {
    Path: path,
    RoleName: name,
    RoleId: iamId("AROA"),
    Arn: `arn:aws:iam::${world.account}:role${path}${name}`,
    CreateDate: new Date(Math.floor(now / 1000) * 1000),
    MaxSessionDuration: 3600,
    ...extra,
  };
  const record: RoleRecord = {
    role,
    trust,
    attached: new Map(),
    inline: new Map(),
    tags: new Map(),
    visibleAt: now + world.lag("role"),
    assumableAt: now + world.lag("assume"),
  };
  world.iam.roles.set(name.toLowerCase(), record);
  return record;
}

export const LINKED: Readonly<Record<string, string>> = {
  "ecs.amazonaws.com": "AWSServiceRoleForECS",
  "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
  "ecs.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_ECSService",
};

/** Whether the service-linked role exists and may be assumed by now. */
export function linkedRoleReady(world: SandboxState, service: string): boolean {
  const record = world.iam.roles.get((LINKED[service] ?? "").toLowerCase());
  return record !== undefined && Date.now() >= record.assumableAt;
}

/** Makes the service-linked role unless it exists, as services do on first use. */
export function ensureLinkedRole(world: SandboxState, service: string): RoleRecord {
  const name = must(
    Object.hasOwn(LINKED, service) ? LINKED[service] : undefined,
    () => new ApiError("InvalidInput", `Service role for ${service} is not supported by the sandbox.`),
  );
  const existing = world.iam.roles.get(name.toLowerCase());
  if (existing) return existing;
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
  return makeRole(world, name, `/aws-service-role/${service}/`, trust, {});
}

export function policyOf(world: SandboxState, arn: string): { name: string; document: string; createdAt: Date } {
  const managed = Object.hasOwn(MANAGED_POLICIES, arn) ? MANAGED_POLICIES[arn] : undefined;
  if (managed)
    return { name: arn.split("/").at(-1) ?? "", document: managed, createdAt: new Date("2017-11-16T18:48:22Z") };
  return must(
    world.iam.policies.get(arn),
    () => new ApiError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404),
  );
}

export const badMarker = (): ApiError => new ApiError("ValidationError", "Invalid Marker.");
export const size = (items: number | undefined): number => items ?? 100;
export const policyPath = (arn: string): string => /:policy(\/(?:.*\/)?)[^/]+$/.exec(arn)?.[1] ?? "/";

export const noInline = (name: string): ApiError =>
  new ApiError("NoSuchEntity", `The role policy with name ${name} cannot be found.`, 404);

/** The id of a policy: the same for as long as the sandbox knows it. */
const policyIds = new Map<string, string>();

function policyId(arn: string, createdAt: Date): string {
  const key = `${arn} ${createdAt.getTime()}`;
  const known = policyIds.get(key) ?? iamId("ANPA");
  policyIds.set(key, known);
  return known;
}

export function listed(
  arn: string,
  policy: { name: string; createdAt: Date },
): {
  PolicyName: string;
  PolicyId: string;
  PermissionsBoundaryUsageCount: number;
  Arn: string;
  Path: string;
  DefaultVersionId: string;
  IsAttachable: boolean;
  CreateDate: Date;
  UpdateDate: Date;
} {
  return {
    PolicyName: policy.name,
    PolicyId: policyId(arn, policy.createdAt),
    PermissionsBoundaryUsageCount: 0,
    Arn: arn,
    Path: policyPath(arn),
    DefaultVersionId: "v1",
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.createdAt,
  };
}
