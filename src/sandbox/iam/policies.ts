/** IAM's operations on policies. */
import { hex } from "../ids";
import type { IamOperations } from "../model/iam.types";
import type { Table } from "../registry";
import { must, page } from "../util";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import { checkIdentityPolicy } from "./documents";
import { evaluate, findRole, missingKeys } from "./evaluate";
import { MANAGED_POLICIES } from "./managedPolicies";
import {
  noRole,
  encoded,
  roleNamed,
  editable,
  described,
  LINKED,
  ensureLinkedRole,
  policyOf,
  badMarker,
  size,
  policyPath,
  noInline,
  listed,
} from "./records";

export const policyOperations = (
  world: SandboxState,
): Pick<
  Table<IamOperations>,
  | "AttachRolePolicy"
  | "DetachRolePolicy"
  | "ListAttachedRolePolicies"
  | "PutRolePolicy"
  | "GetRolePolicy"
  | "DeleteRolePolicy"
  | "ListRolePolicies"
  | "CreateServiceLinkedRole"
  | "DeleteServiceLinkedRole"
  | "GetServiceLinkedRoleDeletionStatus"
  | "SimulatePrincipalPolicy"
  | "GetPolicy"
  | "GetPolicyVersion"
  | "ListPolicies"
  | "CreatePolicy"
  | "DeletePolicy"
  | "ListInstanceProfilesForRole"
  | "PutRolePermissionsBoundary"
  | "DeleteRolePermissionsBoundary"
> => ({
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
      checkIdentityPolicy(input.PolicyDocument);
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
      const name = Object.hasOwn(LINKED, input.AWSServiceName) ? LINKED[input.AWSServiceName] : undefined;
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
    supports: "PolicySourceArn ActionNames ResourceArns ContextEntries",
    run: (input) => {
      if (input.PolicySourceArn.includes(":assumed-role/"))
        throw new ApiError(
          "InvalidInput",
          `Invalid Entity Arn: ${input.PolicySourceArn} does not clearly define entity type and name.`,
        );
      const user = /:user\/(?:.*\/)?([^/]+)$/.exec(input.PolicySourceArn)?.[1];
      const record = world.iam.users.get(user?.toLowerCase() ?? "") ?? findRole(world, input.PolicySourceArn);
      if (!record && !input.PolicySourceArn.includes(":user/"))
        throw noRole(input.PolicySourceArn.split("/").at(-1) ?? "");
      const resources = input.ResourceArns ?? ["*"];
      const given = Object.fromEntries(
        (input.ContextEntries ?? []).map((entry) => [entry.ContextKeyName ?? "", entry.ContextKeyValues?.[0] ?? ""]),
      );
      const results = input.ActionNames.flatMap((action) =>
        resources.map((resource) => ({
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: record ? evaluate(world, record, action, resource, given) : "allowed",
          MatchedStatements: [],
          MissingContextValues: record ? missingKeys(world, record, resource, given) : [],
        })),
      );
      return { EvaluationResults: results, IsTruncated: false };
    },
  },
  GetPolicy: {
    supports: "*",
    run: (input) => {
      const policy = policyOf(world, input.PolicyArn);
      const attachments = [...world.iam.roles.values(), ...world.iam.users.values()].filter((r) =>
        r.attached.has(input.PolicyArn),
      ).length;
      const boundaries = [...world.iam.roles.values()].filter(
        (r) => r.role.PermissionsBoundary?.PermissionsBoundaryArn === input.PolicyArn,
      ).length;
      return {
        Policy: {
          ...listed(input.PolicyArn, policy),
          AttachmentCount: attachments,
          PermissionsBoundaryUsageCount: boundaries,
        },
      };
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
      checkIdentityPolicy(input.PolicyDocument);
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
      if ([...world.iam.roles.values(), ...world.iam.users.values()].some((r) => r.attached.has(input.PolicyArn)))
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
