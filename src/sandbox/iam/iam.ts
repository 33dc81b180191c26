/** IAM: roles and their policies. */
import type { IamOperations } from "../model/iam.types";
import type { Table } from "../registry";
import { page, tagsFrom, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import { checkTrustPolicy } from "./documents";
import { policyOperations } from "./policies";
import type { Keys } from "./sts";
import { userOperations } from "./users";
import { roleNamed, editable, checkName, described, makeRole, policyOf, badMarker, size } from "./records";

export const iamOperations = (world: SandboxState, keys: Keys): Table<IamOperations> => ({
  ...userOperations(world, keys),
  CreateRole: {
    supports: "RoleName AssumeRolePolicyDocument Path Description MaxSessionDuration PermissionsBoundary Tags",
    run: (input) => {
      checkName(input.RoleName);
      checkTrustPolicy(world, input.AssumeRolePolicyDocument);
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
      checkTrustPolicy(world, input.PolicyDocument);
      editable(world, input.RoleName).trust = input.PolicyDocument;
      return {};
    },
  },
  ...policyOperations(world),
});
