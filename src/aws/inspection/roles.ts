import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import type { InspectionPort, PolicyFacts } from "../../core/ports/inspection";
import { isCancelled } from "../../core/base/errors";
import { documentOf } from "../iam";
import { undefinedOn, type Caller } from "../session";

const noSuch = /^NoSuchEntity/;

/** Roles with the text of every policy that says what they may do. */
export function roleInspection(caller: Caller): Pick<InspectionPort, "role"> {
  const { iam } = caller.session;
  /** A managed policy's text in force; undefined when it may not be read. */
  const managed = async (PolicyArn: string): Promise<PolicyFacts | undefined> => {
    try {
      const { Policy } = await caller.send(iam, new GetPolicyCommand({ PolicyArn }));
      const { PolicyVersion } = await caller.send(
        iam,
        new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
      );
      return PolicyVersion?.Document === undefined
        ? undefined
        : { name: PolicyArn, document: documentOf(PolicyVersion.Document) };
    } catch (error) {
      if (isCancelled(error)) throw error;
      return undefined;
    }
  };
  return {
    async role(RoleName) {
      const found = (await undefinedOn(noSuch, caller.send(iam, new GetRoleCommand({ RoleName }))))?.Role;
      if (!found) return undefined;
      const boundaryArn = found.PermissionsBoundary?.PermissionsBoundaryArn;
      const [attached, inline, boundary] = await Promise.all([
        caller.send(iam, new ListAttachedRolePoliciesCommand({ RoleName })),
        caller.send(iam, new ListRolePoliciesCommand({ RoleName })),
        boundaryArn === undefined ? undefined : managed(boundaryArn),
      ]);
      const arns = (attached.AttachedPolicies ?? []).flatMap((policy) => policy.PolicyArn ?? []);
      const texts = await Promise.all(arns.map(managed));
      const own = await Promise.all(
        (inline.PolicyNames ?? []).map(async (PolicyName) => ({
          name: PolicyName,
          document: documentOf(
            (await caller.send(iam, new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument,
          ),
        })),
      );
      return {
        name: found.RoleName ?? "",
        arn: found.Arn ?? "",
        trust: documentOf(found.AssumeRolePolicyDocument),
        createdAt: found.CreateDate?.getTime() ?? 0,
        policies: [...texts.filter((policy) => policy !== undefined), ...own],
        unread: [
          ...arns.filter((_arn, index) => texts[index] === undefined),
          ...(boundaryArn !== undefined && !boundary ? [boundaryArn] : []),
        ],
        ...(boundary ? { boundary } : {}),
      };
    },
  };
}
