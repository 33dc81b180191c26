/**
 * What a call is about, as policies name it: by operation, from its input. Source: the Service Authorization Reference
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
 * A call that is not here is judged without its resource.
 */
import { findKey, sealedBy } from "../secrets/keyStore";
import { keyArn } from "../secrets/kms";
import { findParameter, selected } from "../secrets/parameterStore";
import { findSecret } from "../secrets/secretStore";
import type { Structure, Value } from "../wire/model";
import type { Region, SandboxState } from "../world";

/** What is known of a call. */
export interface Asked {
  readonly world: SandboxState;
  readonly region: Region;
  readonly operation: string;
  readonly input: Structure;
}

const text = (value: Value | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
const texts = (value: Value | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === "string") : [];
const last = (id: string): string => id.split("/").at(-1) ?? id;

/** Calls that have no resource: only a policy for `*` allows them. */
const WITHOUT: Readonly<Record<string, RegExp>> = {
  ecr: /^(GetAuthorizationToken|DescribeRegistry|GetRegistryScanningConfiguration)$/,
  ecs: /^(ListClusters|ListTaskDefinitions|ListTaskDefinitionFamilies)$/,
  elbv2: /^Describe/,
  ec2: /^Describe/,
  logs: /^(GetQueryResults|StopQuery|DescribeQueries|GetLogRecord|(Put|Delete)QueryDefinition|DescribeQueryDefinitions)$/,
  cloudwatch: /^(GetMetricData|GetMetricStatistics|ListMetrics|PutMetricData)$/,
  secrets: /^ListSecrets$/,
  ssm: /^DescribeParameters$/,
  kms: /^(CreateKey|ListKeys|ListAliases)$/,
  acm: /^(ListCertificates|RequestCertificate|ImportCertificate)$/,
  scheduler: /^List(Schedules|ScheduleGroups)$/,
  route53: /^(CreateHostedZone|ListHostedZones|ListHostedZonesByName)$/,
};

function ecr({ region, input, operation }: Asked): readonly string[] | undefined {
  const arn = (name: string): string => region.arn("ecr", `repository/${name}`);
  const name = text(input["repositoryName"]);
  if (name !== undefined) return [arn(name)];
  if (operation === "DescribeRepositories") {
    const names = texts(input["repositoryNames"]);
    return (names.length > 0 ? names : ["*"]).map(arn);
  }
  const given = text(input["resourceArn"]);
  return given === undefined ? undefined : [given];
}

/** A definition by its full name; of a family alone the latest revision is meant. */
function definitionArn(region: Region, id: string): string {
  const name = id.split(":task-definition/").at(-1) ?? "";
  const full = name.includes(":") ? name : `${name}:${region.ecs.families.get(name) ?? 0}`;
  return region.arn("ecs", `task-definition/${full}`);
}

function ecs({ region, input, operation }: Asked): readonly string[] | undefined {
  const cluster = last(text(input["cluster"]) ?? "default");
  const within = (kind: string, ids: readonly string[]): readonly string[] =>
    ids.map((id) => (id.startsWith("arn:") ? id : region.arn("ecs", `${kind}/${cluster}/${last(id)}`)));
  const one = (name: string): readonly string[] => [text(input[name]) ?? ""];
  switch (operation) {
    case "CreateService":
      return within("service", one("serviceName"));
    case "UpdateService":
    case "DeleteService":
      return within("service", one("service"));
    case "DescribeServices":
      return within("service", texts(input["services"]));
    case "StopServiceDeployment":
    case "ContinueServiceDeployment":
      return one("serviceDeploymentArn");
    case "StopTask":
      return within("task", one("task"));
    case "RunTask":
      return [definitionArn(region, text(input["taskDefinition"]) ?? "")];
    case "DescribeTasks":
      return within("task", texts(input["tasks"]));
    case "DeleteCluster":
    case "UpdateCluster":
    case "UpdateClusterSettings":
    case "PutClusterCapacityProviders":
      return [region.arn("ecs", `cluster/${cluster}`)];
    default:
      return undefined;
  }
}

/** The operations of CloudWatch Logs that came first are about streams, also where they name none. */
function logs({ region, input, operation }: Asked): readonly string[] | undefined {
  const given = text(input["resourceArn"]);
  if (given !== undefined) return [given];
  const several = [...texts(input["logGroupNames"]), ...texts(input["logGroupIdentifiers"])];
  if (operation === "StartQuery" && several.length > 0)
    return several.map((id) => {
      const name = id.startsWith("arn:") ? (id.split(":log-group:")[1] ?? "").replace(/:\*$/, "") : id;
      return region.arn("logs", `log-group:${name}:log-stream:`);
    });
  const group = operation === "DescribeLogGroups" ? "" : text(input["logGroupName"]);
  if (group === undefined) return undefined;
  return [region.arn("logs", `log-group:${group}:log-stream:${text(input["logStreamName"]) ?? ""}`)];
}

function iam({ world, input, operation }: Asked): readonly string[] | undefined {
  const arn = (what: string): string => `arn:aws:iam::${world.account}:${what}`;
  const user = text(input["UserName"]);
  if (user !== undefined) return [world.iam.users.get(user.toLowerCase())?.role.Arn ?? arn(`user/${user}`)];
  const role = text(input["RoleName"]);
  if (role !== undefined)
    return [world.iam.roles.get(role.toLowerCase())?.role.Arn ?? arn(`role${text(input["Path"]) ?? "/"}${role}`)];
  if (operation === "ListRoles") return [arn("role/")];
  const policy = text(input["PolicyArn"]) ?? text(input["PolicySourceArn"]);
  return policy === undefined ? undefined : [policy];
}

/** The most particular thing that a call of ELB names. */
function elbv2({ input, operation }: Asked): readonly string[] | undefined {
  if (operation === "SetRulePriorities") return undefined;
  for (const member of ["RuleArn", "ListenerArn", "TargetGroupArn", "LoadBalancerArn"]) {
    const arn = text(input[member]);
    if (arn !== undefined) return [arn];
  }
  return undefined;
}

function ec2({ region, input }: Asked): readonly string[] | undefined {
  const group = text(input["GroupId"]);
  return group === undefined ? undefined : [region.arn("ec2", `security-group/${group}`)];
}

/** Alarms by their names; where none is named it is about all of them. */
function cloudwatch({ region, input }: Asked): readonly string[] | undefined {
  const given = text(input["ResourceARN"]);
  if (given !== undefined) return [given];
  const one = text(input["AlarmName"]);
  const names = one === undefined ? texts(input["AlarmNames"]) : [one];
  return (names.length > 0 ? names : ["*"]).map((name) => region.arn("cloudwatch", `alarm:${name}`));
}

/** A secret that is not there yet is judged by the ARN that it could get: a policy names it with its suffix. */
function secrets({ region, input }: Asked): readonly string[] | undefined {
  const id = text(input["SecretId"]) ?? text(input["Name"]);
  if (id === undefined) return undefined;
  const known = findSecret(region, id)?.arn;
  return [known ?? (id.startsWith("arn:") ? id : region.arn("secretsmanager", `secret:${id}-??????`))];
}

/** Parameters, by name, ARN or path, without what selects a version. */
function ssm({ region, input }: Asked): readonly string[] | undefined {
  const given = [
    ...texts(input["Names"]),
    ...[text(input["Name"]), text(input["Path"]), text(input["ResourceId"])].filter((v) => v !== undefined),
  ];
  return given.map((name) => region.arn("ssm", `parameter/${selected(name).name.replace(/^\//, "")}`));
}

/** Keys; to make an alias takes the right to both. */
function kms({ region, input, operation }: Asked): readonly string[] | undefined {
  const sealed = operation === "Decrypt" ? input["CiphertextBlob"] : undefined;
  if (sealed instanceof Uint8Array) return [sealedBy(region, sealed)?.metadata.Arn ?? ""];
  const key = text(input["KeyId"]) ?? text(input["TargetKeyId"]);
  const alias = text(input["AliasName"]);
  return [
    ...(key === undefined ? [] : [keyArn(region, key)]),
    ...(alias === undefined ? [] : [region.arn("kms", alias)]),
  ];
}

function acm({ input }: Asked): readonly string[] | undefined {
  const arn = text(input["CertificateArn"]);
  return arn === undefined ? undefined : [arn];
}

/** Zones and changes, which belong to no region and no account. */
function route53({ input, operation }: Asked): readonly string[] | undefined {
  const id = last(text(input["HostedZoneId"]) ?? text(input["Id"]) ?? "");
  return [`arn:aws:route53:::${operation === "GetChange" ? "change" : "hostedzone"}/${id}`];
}

/** Schedules by group and name, and groups. */
function scheduler({ region, input, operation }: Asked): readonly string[] | undefined {
  const given = text(input["ResourceArn"]);
  if (given !== undefined) return [given];
  const name = text(input["Name"]);
  if (/Group$/.test(operation)) return [region.arn("scheduler", `schedule-group/${name ?? ""}`)];
  if (name === undefined) return ["*"];
  return [region.arn("scheduler", `schedule/${text(input["GroupName"]) ?? "default"}/${name}`)];
}

/** The role that a caller becomes. */
function sts({ input }: Asked): readonly string[] | undefined {
  const arn = text(input["RoleArn"]);
  return arn === undefined ? undefined : [arn];
}

const BY_SERVICE: Readonly<Record<string, (asked: Asked) => readonly string[] | undefined>> = {
  ecr,
  ecs,
  logs,
  iam,
  elbv2,
  ec2,
  cloudwatch,
  secrets,
  ssm,
  kms,
  acm,
  route53,
  scheduler,
  sts,
};

/** The ARNs that a call is about, each of which has to be allowed; undefined where they are not known here. */
export function resourcesOf(service: string, asked: Asked): readonly string[] | undefined {
  if (WITHOUT[service]?.test(asked.operation)) return ["*"];
  const found = BY_SERVICE[service]?.(asked);
  return found !== undefined && found.length > 0 ? found : undefined;
}

/** The tags of what an ARN names, where that is there. */
export function tagsOfArn(region: Region, arn: string): ReadonlyMap<string, string> {
  const repository = /^arn:[^:]+:ecr:[^:]*:[^:]*:repository\/(.+)$/.exec(arn)?.[1];
  const group = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(arn)?.[1];
  const found =
    region.ecr.repositories.get(repository ?? "") ??
    region.logs.groups.get(group ?? "") ??
    region.alarms.alarms.get(/^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(arn)?.[1] ?? "") ??
    region.ecs.services.get(arn) ??
    region.ecs.clusters.get(arn) ??
    region.ecs.tasks.get(arn) ??
    (arn.includes(":secretsmanager:") ? findSecret(region, arn) : undefined) ??
    (arn.includes(":ssm:") ? findParameter(region, arn) : undefined) ??
    region.acm.certificates.get(arn) ??
    (arn.includes(":kms:") ? findKey(region, arn) : undefined);
  return found?.tags ?? new Map<string, string>();
}

/** The tags that a request carries, in either style. */
export function requestTags(input: Structure): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  const given = input["tags"] ?? input["Tags"];
  if (!Array.isArray(given)) return tags;
  for (const tag of given as readonly Value[]) {
    if (typeof tag !== "object" || tag === null || Array.isArray(tag)) continue;
    const { key, value, Key, Value, TagKey, TagValue } = tag as Structure;
    const name = text(key) ?? text(Key) ?? text(TagKey);
    if (name !== undefined) tags.set(name, text(value) ?? text(Value) ?? text(TagValue) ?? "");
  }
  return tags;
}
