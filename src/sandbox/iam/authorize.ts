/** Whether a caller may make a call, and hand a role on with it, in AWS's own words. */
import type { RoleRecord } from "../states";
import { ApiError } from "../wire/errors";
import type { Model, Structure } from "../wire/model";
import type { Context, Region, SandboxState } from "../world";
import { evaluate, findRole, whyDenied } from "./evaluate";
import { requestTags, resourcesOf, tagsOfArn } from "./resources";
import type { Key } from "./sts";

/** One call of a caller. */
export interface Call {
  readonly world: SandboxState;
  readonly region: Region;
  readonly model: Model;
  readonly operation: string;
  readonly input: Structure;
  readonly key: Pick<Key, "roleName" | "caller">;
  /** The address that the call comes from. */
  readonly address: string;
}

/** Services of whose resources the tags are looked at. */
const TAGGED: readonly string[] = ["ecr", "ecs", "logs", "cloudwatch", "secrets", "ssm", "kms", "acm"];

type Facts = Readonly<Record<string, string | readonly string[]>>;

/** The call's condition keys; what there is beside the global ones is in the table of each service. */
function factsOf({ region, model, input, key, address }: Call, resource: string): Facts {
  const tags = requestTags(input);
  const cluster = typeof input["cluster"] === "string" ? input["cluster"] : "default";
  const named = (prefix: string, map: ReadonlyMap<string, string>): [string, string][] =>
    [...map].map(([name, value]) => [`${prefix}/${name}`, value]);
  const facts: Record<string, string | readonly string[]> = {
    "aws:RequestedRegion": region.name,
    "aws:SourceIp": address,
    "aws:userid": key.caller.userId,
    ...Object.fromEntries([...named("aws:RequestTag", tags), ...named("aws:ResourceTag", tagsOfArn(region, resource))]),
    ...(tags.size > 0 ? { "aws:TagKeys": [...tags.keys()] } : {}),
  };
  if (model.id === "ecs")
    facts["ecs:cluster"] = cluster.startsWith("arn:") ? cluster : region.arn("ecs", `cluster/${cluster}`);
  if (model.id === "iam" && typeof input["PolicyArn"] === "string") facts["iam:PolicyARN"] = input["PolicyArn"];
  if (typeof input["AWSServiceName"] === "string") facts["iam:AWSServiceName"] = input["AWSServiceName"];
  return facts;
}

/** The roles that a call hands on: to register a definition with them, and to run one that has them. */
function passedRoles({ region, model, operation, input }: Call): readonly string[] {
  if (model.id !== "ecs") return [];
  const source =
    operation === "RegisterTaskDefinition"
      ? input
      : operation === "RunTask"
        ? definitionOf(region, input["taskDefinition"])
        : undefined;
  return [source?.["executionRoleArn"], source?.["taskRoleArn"]].filter(
    (role): role is string => typeof role === "string" && role !== "",
  );
}

function definitionOf(region: Region, id: unknown): { executionRoleArn?: string; taskRoleArn?: string } | undefined {
  if (typeof id !== "string") return undefined;
  const name = id.split(":task-definition/").at(-1) ?? "";
  const key = name.includes(":") ? name : `${name}:${region.ecs.families.get(name) ?? 0}`;
  return region.ecs.definitions.get(key)?.definition;
}

function refusal(model: Model, arn: string, action: string, resource: string, why: string): ApiError {
  const on = resource === "" ? "" : ` on resource: ${resource}`;
  const text = `User: ${arn} is not authorized to perform: ${action}${on} ${why}`;
  if (model.queryErrors) return new ApiError("AccessDenied", text, 403);
  if (model.protocol === "json") return new ApiError("AccessDeniedException", text);
  if (model.protocol === "ec2")
    return new ApiError("UnauthorizedOperation", `You are not authorized to perform this operation. ${text}`, 403);
  return new ApiError("AccessDenied", text, 403);
}

/** Throws AWS's refusal unless the caller's policies allow the call, with all that it is about and hands on. */
export function authorize(call: Call): void {
  const { world, region, model, operation, input, key } = call;
  if (key.roleName === undefined || operation === "GetCallerIdentity") return;
  const record: RoleRecord | undefined = world.iam.roles.get(key.roleName.toLowerCase());
  // All global keys are known, but the tags of what some services have; of the services' own keys those of factsOf are.
  const isOpen = (name: string): boolean =>
    name.startsWith("aws:resourcetag/") ? !TAGGED.includes(model.id) : !name.startsWith("aws:");
  const judge = (action: string, resource: string, facts: Facts): void => {
    if (record && evaluate(world, record, action, resource, facts, isOpen) === "allowed") return;
    throw refusal(model, key.caller.arn, action, resource, whyDenied(world, record, action, resource, facts));
  };
  const action = `${model.actions ?? model.signing}:${operation}`;
  for (const resource of resourcesOf(model.id, { world, region, operation, input }) ?? [""])
    judge(action, resource, factsOf(call, resource));
  // To make an alarm with tags is to tag it.
  if (operation === "PutMetricAlarm" && requestTags(input).size > 0)
    for (const resource of resourcesOf(model.id, { world, region, operation, input }) ?? [])
      judge("cloudwatch:TagResource", resource, factsOf(call, resource));
  for (const role of passedRoles(call)) {
    const arn = findRole(world, role)?.role.Arn ?? role;
    const facts = { "iam:PassedToService": "ecs-tasks.amazonaws.com", ...factsOf({ ...call, input: {} }, arn) };
    judge("iam:PassRole", arn, facts);
  }
}

/** The condition keys of a call of KMS that another service makes for its caller. */
export const viaService = (region: Region, service: string, key: string): Facts => ({
  "kms:ResourceAliases": [...region.kms.aliases.values()]
    .filter(({ keyId }) => key.endsWith(`/${keyId}`))
    .map(({ name }) => name),
  "aws:RequestedRegion": region.name,
  "kms:ViaService": `${service}.${region.name}.amazonaws.com`,
  "kms:CallerAccount": region.account,
});

/** Whether the caller may have a service open with a customer's key what lies under it. */
export function mayDecrypt({ world, region, roleName }: Context, key: string, service: string): boolean {
  if (roleName === undefined) return true;
  const record = world.iam.roles.get(roleName.toLowerCase());
  return (
    record !== undefined && evaluate(world, record, "kms:Decrypt", key, viaService(region, service, key)) === "allowed"
  );
}
