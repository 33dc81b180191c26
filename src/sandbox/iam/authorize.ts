/** Whether a caller may make a call, and hand a role on with it, in AWS's own words. */
import type { LoadBalancer } from "../model/ecs.types";
import type { Target } from "../model/scheduler.types";
import type { PolicyHolder } from "../states";
import { ApiError } from "../wire/errors";
import { answersJson, isRest, type Model, type Structure } from "../wire/model";
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
  readonly key: Pick<Key, "roleName" | "userName" | "sessionPolicy" | "caller">;
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

/** A role that a call hands on, and the service that gets it. */
interface Passed {
  readonly role: string;
  readonly service: string;
}

/** The roles that move a service's traffic: ECS itself becomes them. */
function shiftingRoles(input: Structure): readonly Passed[] {
  const balancers = Array.isArray(input["loadBalancers"]) ? input["loadBalancers"] : [];
  return (balancers as readonly LoadBalancer[]).flatMap(({ advancedConfiguration: more }) =>
    more?.roleArn ? [{ role: more.roleArn, service: "ecs.amazonaws.com" }] : [],
  );
}

/** The roles that a call hands on: to register a definition with them, and to run one that has them. */
function passedRoles({ region, model, operation, input }: Call): readonly Passed[] {
  if (model.id === "scheduler") {
    const role = (input["Target"] as Target | undefined)?.RoleArn;
    return role === undefined ? [] : [{ role, service: "scheduler.amazonaws.com" }];
  }
  if (model.id !== "ecs") return [];
  if (operation === "CreateService" || operation === "UpdateService") return shiftingRoles(input);
  const source =
    operation === "RegisterTaskDefinition"
      ? input
      : operation === "RunTask"
        ? definitionOf(region, input["taskDefinition"])
        : undefined;
  return [source?.["executionRoleArn"], source?.["taskRoleArn"]].flatMap((role) =>
    typeof role === "string" && role !== "" ? [{ role, service: "ecs-tasks.amazonaws.com" }] : [],
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
  if (answersJson(model)) return new ApiError("AccessDeniedException", text, isRest(model) ? 403 : 400);
  if (model.protocol === "ec2")
    return new ApiError("UnauthorizedOperation", `You are not authorized to perform this operation. ${text}`, 403);
  return new ApiError("AccessDenied", text, 403);
}

interface Holder {
  readonly roleName?: string | undefined;
  readonly userName?: string | undefined;
}

/** Whether nothing limits the caller: the sandbox's own key, which is nobody's of the account. */
const isUnbound = ({ roleName, userName }: Holder): boolean => roleName === undefined && userName === undefined;

/** Whose policies say what the caller may do; undefined for a role or a user that is gone, which may do nothing. */
function holderOf(world: SandboxState, { roleName, userName }: Holder): PolicyHolder | undefined {
  if (userName !== undefined) return world.iam.users.get(userName.toLowerCase());
  return world.iam.roles.get((roleName ?? "").toLowerCase());
}

/**
 * What Application Auto Scaling does in CloudWatch in its caller's name.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
 */
function behind({ region, model, operation, input }: Call): readonly (readonly [action: string, resource: string])[] {
  if (model.id !== "autoscaling") return [];
  const resource = typeof input["ResourceId"] === "string" ? input["ResourceId"] : "";
  const alarms = region.arn("cloudwatch", `alarm:TargetTracking-${resource}-*`);
  if (operation === "PutScalingPolicy" && input["TargetTrackingScalingPolicyConfiguration"] !== undefined)
    return [
      ["cloudwatch:DescribeAlarms", alarms],
      ["cloudwatch:PutMetricAlarm", alarms],
    ];
  return operation === "DeleteScalingPolicy" ? [["cloudwatch:DeleteAlarms", alarms]] : [];
}

/** Throws AWS's refusal unless the caller's policies allow the call, with all that it is about and hands on. */
export function authorize(call: Call): void {
  const { world, region, model, operation, input, key } = call;
  if (isUnbound(key) || operation === "GetCallerIdentity") return;
  const record = holderOf(world, key);
  // All global keys are known, but the tags of what some services have; of the services' own keys those of factsOf are.
  const isOpen = (name: string): boolean =>
    name.startsWith("aws:resourcetag/") ? !TAGGED.includes(model.id) : !name.startsWith("aws:");
  const judge = (action: string, resource: string, facts: Facts): void => {
    if (record && evaluate(world, record, action, resource, facts, isOpen, key.sessionPolicy) === "allowed") return;
    const why = whyDenied(world, record, action, resource, facts, key.sessionPolicy);
    throw refusal(model, key.caller.arn, action, resource, why);
  };
  const action = `${model.actions ?? model.signing}:${operation}`;
  for (const resource of resourcesOf(model.id, { world, region, operation, input }) ?? [""])
    judge(action, resource, factsOf(call, resource));
  // To make an alarm with tags is to tag it.
  if (operation === "PutMetricAlarm" && requestTags(input).size > 0)
    for (const resource of resourcesOf(model.id, { world, region, operation, input }) ?? [])
      judge("cloudwatch:TagResource", resource, factsOf(call, resource));
  // So it is to run a task with tags: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
  if (model.id === "ecs" && operation === "RunTask" && requestTags(input).size > 0) {
    const cluster = (typeof input["cluster"] === "string" ? input["cluster"] : "default").split("/").at(-1) ?? "";
    judge("ecs:TagResource", region.arn("ecs", `task/${cluster}/*`), {
      ...factsOf(call, ""),
      "ecs:CreateAction": "RunTask",
    });
  }
  for (const [needed, resource] of behind(call)) judge(needed, resource, factsOf({ ...call, input: {} }, resource));
  for (const { role, service } of passedRoles(call)) {
    const arn = findRole(world, role)?.role.Arn ?? role;
    const facts = { "iam:PassedToService": service, ...factsOf({ ...call, input: {} }, arn) };
    judge("iam:PassRole", arn, facts);
  }
}

/** Why a caller may not do something that is no call of an API, such as a request to the registry; undefined if it may. */
export function denial(
  world: SandboxState,
  region: Region,
  of: Holder & Pick<Key, "caller"> & { readonly sessionPolicy: string | undefined },
  action: string,
  resource: string,
): string | undefined {
  if (isUnbound(of)) return undefined;
  const record = holderOf(world, of);
  const tags = [...tagsOfArn(region, resource)].map(([name, value]) => [`aws:ResourceTag/${name}`, value] as const);
  const facts = { "aws:RequestedRegion": region.name, "aws:userid": of.caller.userId, ...Object.fromEntries(tags) };
  const said = record && evaluate(world, record, action, resource, facts, undefined, of.sessionPolicy);
  if (said === "allowed") return undefined;
  const why = whyDenied(world, record, action, resource, facts, of.sessionPolicy);
  return `User: ${of.caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
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
export function mayDecrypt(context: Context, key: string, service: string): boolean {
  if (isUnbound(context)) return true;
  const { world, region } = context;
  const record = holderOf(world, context);
  return (
    record !== undefined && evaluate(world, record, "kms:Decrypt", key, viaService(region, service, key)) === "allowed"
  );
}
