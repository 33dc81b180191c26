import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  paginateListRoles,
  PutRolePolicyCommand,
  type Role as SdkRole,
} from "@aws-sdk/client-iam";
import type { IamPort, Role } from "../core/ports/cloud";
import type { JsonObject } from "../core/base/taskDefinition";
import { fromUpper, undefinedOn, upperTags, type Caller } from "./session";

/** Policy documents come back URL-encoded. */
export const documentOf = (text: string | undefined): JsonObject =>
  JSON.parse(decodeURIComponent(text ?? "%7B%7D")) as JsonObject;

const roleFrom = (found: SdkRole): Role => ({
  name: found.RoleName ?? "",
  arn: found.Arn ?? "",
  createdAt: found.CreateDate?.getTime() ?? 0,
  trust: documentOf(found.AssumeRolePolicyDocument),
  tags: fromUpper(found.Tags),
});

const noSuch = /^NoSuchEntity/;

/** AWS Identity and Access Management. */
export function iamPort(caller: Caller): IamPort {
  const { iam } = caller.session;
  const trustedBy = (service: string): Promise<SdkRole[]> =>
    caller.all(paginateListRoles, iam, { MaxItems: 1000 }, ({ Roles }) =>
      Roles?.filter((role) => decodeURIComponent(role.AssumeRolePolicyDocument ?? "").includes(service)),
    );
  return {
    async findRole(name) {
      const answer = await undefinedOn(noSuch, caller.send(iam, new GetRoleCommand({ RoleName: name })));
      return answer?.Role ? roleFrom(answer.Role) : undefined;
    },
    async createRole({ name, trust, description, permissionsBoundary, tags }) {
      const input = {
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify(trust),
        Description: description,
        Tags: upperTags(tags),
        ...(permissionsBoundary === undefined ? {} : { PermissionsBoundary: permissionsBoundary }),
      };
      const answer = await undefinedOn(/^EntityAlreadyExists/, caller.send(iam, new CreateRoleCommand(input)));
      const found = answer?.Role ?? (await caller.send(iam, new GetRoleCommand({ RoleName: name }))).Role;
      return { ...roleFrom(found as SdkRole), ...(answer ? { tags } : {}) };
    },
    async listAttachedPolicies(role) {
      const answer = await undefinedOn(
        noSuch,
        caller.send(iam, new ListAttachedRolePoliciesCommand({ RoleName: role })),
      );
      return (answer?.AttachedPolicies ?? []).flatMap((policy) =>
        policy.PolicyArn === undefined ? [] : [policy.PolicyArn],
      );
    },
    async attachPolicy(role, arn) {
      await caller.send(iam, new AttachRolePolicyCommand({ RoleName: role, PolicyArn: arn }));
    },
    async detachPolicy(role, arn) {
      await caller.send(iam, new DetachRolePolicyCommand({ RoleName: role, PolicyArn: arn }));
    },
    async findInlinePolicy(role, name) {
      const answer = await undefinedOn(
        noSuch,
        caller.send(iam, new GetRolePolicyCommand({ RoleName: role, PolicyName: name })),
      );
      return answer ? documentOf(answer.PolicyDocument) : undefined;
    },
    async listInlinePolicies(role) {
      const answer = await undefinedOn(noSuch, caller.send(iam, new ListRolePoliciesCommand({ RoleName: role })));
      return answer?.PolicyNames ?? [];
    },
    async putInlinePolicy(role, name, policy) {
      await caller.send(
        iam,
        new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: JSON.stringify(policy) }),
      );
    },
    async deleteInlinePolicy(role, name) {
      await caller.send(iam, new DeleteRolePolicyCommand({ RoleName: role, PolicyName: name }));
    },
    async deleteRole(name) {
      await caller.send(iam, new DeleteRoleCommand({ RoleName: name }));
    },
    async listRolesTrustedBy(service) {
      return (await trustedBy(service)).map((role) => role.RoleName ?? "");
    },
    async listRoleArnsTrustedBy(service) {
      return (await trustedBy(service)).map((role) => role.Arn ?? "");
    },
    async createServiceLinkedRole(service) {
      // InvalidInput says that it has been taken: it exists.
      const answer = await undefinedOn(
        /^InvalidInput/,
        caller.send(iam, new CreateServiceLinkedRoleCommand({ AWSServiceName: service })),
      );
      return answer !== undefined;
    },
  };
}
