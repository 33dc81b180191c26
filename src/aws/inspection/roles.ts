import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import type { InspectionPort, PolicyFacts } from "../../core/ports/inspection";
import { isCancelled } from "../../core/base/errors";
import { documentOf } from "../iam";
import { undefinedOn, type Caller } from "../session";

const noSuch = /^NoSuchEntity/;

/** Roles with the text of every policy that says what they may do. */
export function roleInspection(caller: Caller): Pick<InspectionPort, "role" | "simulate"> {
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
    async simulate(role, calls) {
      const account = role.split(":")[4] ?? "";
      const decided: Record<string, "allowed" | "denied"> = {};
      // Each resource with its own actions and region: a simulation crosses all that it is given.
      const resources = [...new Set(calls.map(({ resource }) => resource))];
      try {
        for (const resource of resources) {
          const about = calls.filter((call) => call.resource === resource);
          const known = {
            "aws:RequestedRegion": about[0]?.region ?? "",
            "aws:SecureTransport": "true",
            "aws:PrincipalAccount": account,
            "aws:ResourceAccount": resource.split(":")[4] || account,
          };
          const { EvaluationResults } = await caller.send(
            iam,
            new SimulatePrincipalPolicyCommand({
              PolicySourceArn: role,
              ActionNames: about.map(({ action }) => action),
              ResourceArns: [resource],
              ContextEntries: Object.entries(known).map(([ContextKeyName, value]) => ({
                ContextKeyName,
                ContextKeyType: ContextKeyName === "aws:SecureTransport" ? "boolean" : "string",
                ContextKeyValues: [value],
              })),
            }),
          );
          for (const { EvalActionName, EvalDecision, MissingContextValues } of EvaluationResults ?? [])
            if (!MissingContextValues?.length)
              decided[`${EvalActionName ?? ""} ${resource}`] = EvalDecision === "allowed" ? "allowed" : "denied";
        }
      } catch (error) {
        if (isCancelled(error)) throw error;
      }
      return decided;
    },
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
