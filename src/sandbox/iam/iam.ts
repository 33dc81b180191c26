/** IAM: roles and their policies. */
import { iamId, hex } from "../ids";
import type { IamOperations, Role } from "../model/iam.types";
import type { Table } from "../registry";
import type { RoleRecord } from "../states";
import { must, page, tagsFrom, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import { evaluate, findRole, MANAGED_POLICIES, statementsOf } from "./evaluate";

const noRole = (name: string): ApiError =>
  new ApiError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
const encoded = (document: string): string => encodeURIComponent(document);

function roleNamed(world: SandboxState, name: string): RoleRecord {
  const record = world.iam.roles.get(name.toLowerCase());
  if (!record || Date.now() < record.visibleAt) throw noRole(name);
  return record;
}

function editable(world: SandboxState, name: string): RoleRecord {
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

function checkName(name: string): void {
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

function checkDocument(text: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new ApiError("MalformedPolicyDocument", "This policy contains invalid Json");
  }
  if (typeof parsed !== "object" || parsed === null || statementsOf(text).length === 0)
    throw new ApiError("MalformedPolicyDocument", "Syntax errors in policy.");
  if (statementsOf(text).some((s) => s.Effect !== "Allow" && s.Effect !== "Deny"))
    throw new ApiError("MalformedPolicyDocument", "Syntax errors in policy.");
}

/** The role as IAM returns it: policy documents are URL-encoded. */
function described(record: RoleRecord, withTags: boolean): Role {
  const tags = withTags && record.tags.size > 0 ? { Tags: upperTags(record.tags) } : {};
  return { ...record.role, AssumeRolePolicyDocument: encoded(record.trust), ...tags };
}

function makeRole(world: SandboxState, name: string, path: string, trust: string, extra: Partial<Role>): RoleRecord {
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

const LINKED: Readonly<Record<string, string>> = {
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
    LINKED[service],
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

function policyOf(world: SandboxState, arn: string): { name: string; document: string; createdAt: Date } {
  const managed = MANAGED_POLICIES[arn];
  if (managed)
    return { name: arn.split("/").at(-1) ?? "", document: managed, createdAt: new Date("2017-11-16T18:48:22Z") };
  return must(
    world.iam.policies.get(arn),
    () => new ApiError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404),
  );
}

const badMarker = (): ApiError => new ApiError("ValidationError", "Invalid Marker.");
const size = (items: number | undefined): number => items ?? 100;
const policyPath = (arn: string): string => /:policy(\/(?:.*\/)?)[^/]+$/.exec(arn)?.[1] ?? "/";

export const iamOperations = (world: SandboxState): Table<IamOperations> => ({
  CreateRole: {
    supports: "RoleName AssumeRolePolicyDocument Path Description MaxSessionDuration PermissionsBoundary Tags",
    run: (input) => {
      checkName(input.RoleName);
      checkDocument(input.AssumeRolePolicyDocument);
      if (world.iam.roles.has(input.RoleName.toLowerCase()))
        throw new ApiError("EntityAlreadyExists", `Role with name ${input.RoleName} already exists.`, 409);
      const boundary = input.PermissionsBoundary;
      if (boundary) policyOf(world, boundary);
      const record = makeRole(world, input.RoleName, input.Path ?? "/", input.AssumeRolePolicyDocument, {
        Description: input.Description,
        MaxSessionDuration: input.MaxSessionDuration ?? 3600,
        ...(boundary
          ? { PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: boundary } }
          : {}),
      });
      for (const [k, v] of tagsFrom(input.Tags)) record.tags.set(k, v);
      const { MaxSessionDuration: _m, Description: _d, ...rest } = described(record, true);
      return { Role: rest };
    },
  },
  GetRole: {
    supports: "RoleName",
    run: (input) => ({ Role: { ...described(roleNamed(world, input.RoleName), true), RoleLastUsed: {} } }),
  },
  DeleteRole: {
    supports: "RoleName",
    run: (input) => {
      const record = editable(world, input.RoleName);
      if (record.attached.size > 0)
        throw new ApiError("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409);
      if (record.inline.size > 0)
        throw new ApiError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
      world.iam.roles.delete(input.RoleName.toLowerCase());
      return {};
    },
  },
  ListRoles: {
    supports: "*",
    run: (input) => {
      const now = Date.now();
      const roles = [...world.iam.roles.values()].filter(
        (r) => now >= r.visibleAt && r.role.Path.startsWith(input.PathPrefix ?? "/"),
      );
      const p = page(roles, input.Marker, size(input.MaxItems), badMarker);
      return { Roles: p.items.map((r) => described(r, false)), IsTruncated: p.next !== undefined, Marker: p.next };
    },
  },
  TagRole: {
    supports: "*",
    run: (input) => {
      const record = editable(world, input.RoleName);
      for (const [k, v] of tagsFrom(input.Tags)) record.tags.set(k, v);
      return {};
    },
  },
  UntagRole: {
    supports: "*",
    run: (input) => {
      const record = editable(world, input.RoleName);
      for (const k of input.TagKeys) record.tags.delete(k);
      return {};
    },
  },
  ListRoleTags: {
    supports: "*",
    run: (input) => {
      const p = page(upperTags(roleNamed(world, input.RoleName).tags), input.Marker, size(input.MaxItems), badMarker);
      return { Tags: p.items, IsTruncated: p.next !== undefined, Marker: p.next };
    },
  },
  UpdateRole: {
    supports: "*",
    run: (input) => {
      const record = editable(world, input.RoleName);
      if (input.Description !== undefined) record.role.Description = input.Description;
      if (input.MaxSessionDuration !== undefined) record.role.MaxSessionDuration = input.MaxSessionDuration;
      return {};
    },
  },
  UpdateAssumeRolePolicy: {
    supports: "*",
    run: (input) => {
      checkDocument(input.PolicyDocument);
      editable(world, input.RoleName).trust = input.PolicyDocument;
      return {};
    },
  },
  AttachRolePolicy: {
    supports: "*",
    run: (input) => {
      const record = editable(world, input.RoleName);
      record.attached.set(input.PolicyArn, policyOf(world, input.PolicyArn).name);
      return {};
    },
  },
  DetachRolePolicy: {
    supports: "*",
    run: (input) => {
      const record = editable(world, input.RoleName);
      if (!record.attached.delete(input.PolicyArn))
        throw new ApiError("NoSuchEntity", `Policy ${input.PolicyArn} was not found.`, 404);
      return {};
    },
  },
  ListAttachedRolePolicies: {
    supports: "*",
    run: (input) => {
      const attached = [...roleNamed(world, input.RoleName).attached].map(([PolicyArn, PolicyName]) => ({
        PolicyName,
        PolicyArn,
      }));
      const p = page(
        attached.filter((a) => policyPath(a.PolicyArn).startsWith(input.PathPrefix ?? "/")),
        input.Marker,
        size(input.MaxItems),
        badMarker,
      );
      return { AttachedPolicies: p.items, IsTruncated: p.next !== undefined, Marker: p.next };
    },
  },
  PutRolePolicy: {
    supports: "*",
    run: (input) => {
      checkDocument(input.PolicyDocument);
      editable(world, input.RoleName).inline.set(input.PolicyName, input.PolicyDocument);
      return {};
    },
  },
  GetRolePolicy: {
    supports: "*",
    run: (input) => {
      const document = must(roleNamed(world, input.RoleName).inline.get(input.PolicyName), () =>
        noInline(input.PolicyName),
      );
      return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument: encoded(document) };
    },
  },
  DeleteRolePolicy: {
    supports: "*",
    run: (input) => {
      if (!editable(world, input.RoleName).inline.delete(input.PolicyName)) throw noInline(input.PolicyName);
      return {};
    },
  },
  ListRolePolicies: {
    supports: "*",
    run: (input) => {
      const p = page(
        [...roleNamed(world, input.RoleName).inline.keys()],
        input.Marker,
        size(input.MaxItems),
        badMarker,
      );
      return { PolicyNames: p.items, IsTruncated: p.next !== undefined, Marker: p.next };
    },
  },
  CreateServiceLinkedRole: {
    supports: "AWSServiceName Description CustomSuffix",
    run: (input) => {
      const name = LINKED[input.AWSServiceName];
      if (name && world.iam.roles.has(name.toLowerCase())) {
        throw new ApiError(
          "InvalidInput",
          `Service role name ${name} has been taken in this account, please try a different suffix.`,
        );
      }
      return { Role: described(ensureLinkedRole(world, input.AWSServiceName), false) };
    },
  },
  DeleteServiceLinkedRole: {
    supports: "*",
    run: (input) => {
      if (!world.iam.roles.delete(input.RoleName.toLowerCase())) throw noRole(input.RoleName);
      return { DeletionTaskId: `task/aws-service-role/${input.RoleName}/${hex(32)}` };
    },
  },
  GetServiceLinkedRoleDeletionStatus: { supports: "*", run: () => ({ Status: "SUCCEEDED" }) },
  SimulatePrincipalPolicy: {
    supports: "PolicySourceArn ActionNames ResourceArns",
    run: (input) => {
      if (input.PolicySourceArn.includes(":assumed-role/"))
        throw new ApiError(
          "InvalidInput",
          `Invalid Entity Arn: ${input.PolicySourceArn} does not clearly define entity type and name.`,
        );
      const record = findRole(world, input.PolicySourceArn);
      if (!record && !input.PolicySourceArn.includes(":user/"))
        throw noRole(input.PolicySourceArn.split("/").at(-1) ?? "");
      const resources = input.ResourceArns ?? ["*"];
      const results = input.ActionNames.flatMap((action) =>
        resources.map((resource) => ({
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: record ? evaluate(world, record, action, resource === "*" ? "" : resource) : "allowed",
          MatchedStatements: [],
          MissingContextValues: [],
        })),
      );
      return { EvaluationResults: results, IsTruncated: false };
    },
  },
  GetPolicy: {
    supports: "*",
    run: (input) => {
      const policy = policyOf(world, input.PolicyArn);
      const attachments = [...world.iam.roles.values()].filter((r) => r.attached.has(input.PolicyArn)).length;
      return { Policy: { ...listed(input.PolicyArn, policy), AttachmentCount: attachments } };
    },
  },
  GetPolicyVersion: {
    supports: "*",
    run: (input) => {
      const policy = policyOf(world, input.PolicyArn);
      if (input.VersionId !== "v1")
        throw new ApiError(
          "NoSuchEntity",
          `Policy ${input.PolicyArn} version ${input.VersionId} does not exist or is not attachable.`,
          404,
        );
      return {
        PolicyVersion: {
          Document: encoded(policy.document),
          VersionId: "v1",
          IsDefaultVersion: true,
          CreateDate: policy.createdAt,
        },
      };
    },
  },
  ListPolicies: {
    supports: "Scope PathPrefix Marker MaxItems",
    run: (input) => {
      const all = [
        ...(input.Scope === "Local" ? [] : Object.keys(MANAGED_POLICIES)),
        ...(input.Scope === "AWS" ? [] : world.iam.policies.keys()),
      ].filter((arn) => policyPath(arn).startsWith(input.PathPrefix ?? "/"));
      const p = page(all, input.Marker, size(input.MaxItems), badMarker);
      return {
        Policies: p.items.map((arn) => listed(arn, policyOf(world, arn))),
        IsTruncated: p.next !== undefined,
        Marker: p.next,
      };
    },
  },
  CreatePolicy: {
    supports: "PolicyName PolicyDocument Path Description",
    run: (input) => {
      checkDocument(input.PolicyDocument);
      const arn = `arn:aws:iam::${world.account}:policy${input.Path ?? "/"}${input.PolicyName}`;
      if (world.iam.policies.has(arn))
        throw new ApiError(
          "EntityAlreadyExists",
          `A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`,
          409,
        );
      const policy = { name: input.PolicyName, document: input.PolicyDocument, createdAt: new Date() };
      world.iam.policies.set(arn, policy);
      return { Policy: listed(arn, policy) };
    },
  },
  DeletePolicy: {
    supports: "*",
    run: (input) => {
      if ([...world.iam.roles.values()].some((r) => r.attached.has(input.PolicyArn)))
        throw new ApiError("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
      if (!world.iam.policies.delete(input.PolicyArn))
        throw new ApiError("NoSuchEntity", `Policy ${input.PolicyArn} was not found.`, 404);
      return {};
    },
  },
  ListInstanceProfilesForRole: {
    supports: "*",
    run: (input) => {
      roleNamed(world, input.RoleName);
      return { InstanceProfiles: [], IsTruncated: false };
    },
  },
  PutRolePermissionsBoundary: {
    supports: "*",
    run: (input) => {
      policyOf(world, input.PermissionsBoundary);
      editable(world, input.RoleName).role.PermissionsBoundary = {
        PermissionsBoundaryType: "Policy",
        PermissionsBoundaryArn: input.PermissionsBoundary,
      };
      return {};
    },
  },
  DeleteRolePermissionsBoundary: {
    supports: "*",
    run: (input) => {
      delete editable(world, input.RoleName).role.PermissionsBoundary;
      return {};
    },
  },
});

const noInline = (name: string): ApiError =>
  new ApiError("NoSuchEntity", `The role policy with name ${name} cannot be found.`, 404);

function listed(
  arn: string,
  policy: { name: string; createdAt: Date },
): {
  PolicyName: string;
  Arn: string;
  Path: string;
  DefaultVersionId: string;
  IsAttachable: boolean;
  CreateDate: Date;
  UpdateDate: Date;
} {
  return {
    PolicyName: policy.name,
    Arn: arn,
    Path: policyPath(arn),
    DefaultVersionId: "v1",
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.createdAt,
  };
}
