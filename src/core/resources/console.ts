import type { ResourceItem } from "../ports/resourceModel";

/** The console's host in each partition. Source: the AWS general reference's page on partitions. */
const hosts: Readonly<Record<string, string>> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
  "aws-eusc": "console.amazonaws-eusc.eu",
};

const escaped = encodeURIComponent;
/** CloudWatch's page wants its own escape of an escape. */
const logEscaped = (text: string): string => escaped(escaped(text)).replaceAll("%", "$");

type PathOf = (item: ResourceItem, region: string, account: string) => string;

const ecs = (item: ResourceItem): string => `ecs/v2/clusters/${escaped(item.ref["cluster"] ?? "")}`;

const paths: Partial<Record<ResourceItem["kind"], PathOf>> = {
  repositories: () => "ecr/private-registry/repositories",
  repository: (item, region, account) =>
    `ecr/repositories/private/${account}/${item.ref["repository"] ?? ""}?region=${region}`,
  image: (item, region, account) =>
    `ecr/repositories/private/${account}/${item.ref["repository"] ?? ""}/_/image/${item.ref["digest"] ?? ""}/details?region=${region}`,
  clusters: () => "ecs/v2/clusters",
  cluster: (item) => `${ecs(item)}/services`,
  service: (item) => `${ecs(item)}/services/${escaped(item.ref["service"] ?? "")}/health`,
  deployments: (item) => `${ecs(item)}/services/${escaped(item.ref["service"] ?? "")}/deployments`,
  tasks: (item) =>
    `${ecs(item)}${item.ref["service"] === undefined ? "" : `/services/${escaped(item.ref["service"])}`}/tasks`,
  deployment: (item) => `${ecs(item)}/services/${escaped(item.ref["service"] ?? "")}/deployments`,
  task: (item) => `${ecs(item)}/tasks/${item.ref["task"] ?? ""}/configuration`,
  container: (item) =>
    `${ecs(item)}/tasks/${item.ref["task"] ?? ""}/configuration/containers/${escaped(item.ref["container"] ?? "")}`,
  families: () => "ecs/v2/task-definitions",
  family: (item) => `ecs/v2/task-definitions/${escaped(item.ref["family"] ?? "")}`,
  revision: (item) =>
    `ecs/v2/task-definitions/${(item.ref["definition"] ?? "").split("/").at(-1)?.replace(":", "/") ?? ""}/containers`,
  loadBalancers: () => "ec2/home#LoadBalancers:",
  loadBalancer: (item) => `ec2/home#LoadBalancer:loadBalancerArn=${item.arn ?? ""};tab=listeners`,
  listener: (item) => `ec2/home#ELBListenerV2:listenerArn=${item.arn ?? ""}`,
  targetGroups: () => "ec2/home#TargetGroups:",
  targetGroup: (item) => `ec2/home#TargetGroup:targetGroupArn=${item.arn ?? ""}`,
  logGroups: () => "cloudwatch/home#logsV2:log-groups",
  logGroup: (item) => `cloudwatch/home#logsV2:log-groups/log-group/${logEscaped(item.ref["logGroup"] ?? "")}`,
  logStream: (item) =>
    `cloudwatch/home#logsV2:log-groups/log-group/${logEscaped(item.ref["logGroup"] ?? "")}/log-events/${logEscaped(item.ref["logStream"] ?? "")}`,
};

/** Whether an endpoint is AWS itself: none that was chosen, or one of its own, such as a FIPS or VPC endpoint. */
export const isAws = (endpoint: string | undefined): boolean =>
  endpoint === undefined || /\.(amazonaws\.(com|com\.cn|eu)|api\.aws)$/.test(new URL(endpoint).hostname);

/** The resource's page in AWS's console, in the right partition; undefined where it has none. */
export function consoleUrl(
  item: ResourceItem,
  place: { region: string; account: string; partition: string },
): string | undefined {
  const path = paths[item.kind]?.(item, place.region, place.account);
  if (path === undefined) return undefined;
  const withRegion = path.includes("region=")
    ? path
    : path.replace(
        /([?#].*)?$/,
        (rest) => `?region=${place.region}${rest.startsWith("?") ? `&${rest.slice(1)}` : rest}`,
      );
  return `https://${place.region}.${hosts[place.partition] ?? hosts["aws"] ?? ""}/${withRegion}`;
}
