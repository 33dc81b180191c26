/** What AWS's Describe calls say about an account, ids and times aside: two worlds with the same text are the same. */
import {
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
} from "@aws-sdk/client-acm";
import { DescribeSecurityGroupsCommand, DescribeTagsCommand } from "@aws-sdk/client-ec2";
import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-ecr";
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand as DescribeElbTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRoleTagsCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import {
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand as ListLogTagsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeScalableTargetsCommand } from "@aws-sdk/client-application-auto-scaling";
import { ListHostedZonesCommand, ListResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import { waitFor } from "../../../scripts/waiting";
import type { World } from "./world";

/** Members that differ between two worlds that are the same; the times in an image change its size by bytes. */
const volatile =
  /^(\$metadata|nextToken|created.*|updated.*|.*At|creationTime|CreateDate|CreatedTime|RoleId|RoleLastUsed|events|taskSets|OwnerId|lastRecordedPullTime|Not(Before|After)|Serial|statistics|revision|imageSizeInBytes)$/i;

/** Ids of applications and their folders, digests (two builds of one source differ by their times) and tags made of them, `sg-…`, the hexadecimal ends of ARNs, revisions, service deployments, DNS numbers: counted in the order in which they appear. */
const ids =
  /\bsha256:[0-9a-f]{64}\b|(?<=")[0-9a-f]{64}(?=")|(?<=:certificate\/)[0-9a-f-]{36}|(?<=hostedzone\/|")Z[0-9A-Z]{12,}|(?<=:task-definition\/[\w-]+:)\d+\b|\b(sg|sgr|eni|ecs-svc)[-/]\w+|(?<=\/)[0-9a-f]{16,32}\b|(?<=")[0-9a-f]{16}(?=")|(?<=")slw-app-\w+\/[\w-]+(?=")|(?<=service-(?:revision|deployment)\/[\w-]+\/[\w-]+\/)\w+|(?<=-)\d+(?=\.[a-z]{2}-[a-z]+-\d\.elb)/g;

/** Everything that Slipway can make, from the account that `world` shows, one line a member. */
export async function describeAll(world: World): Promise<string> {
  const parts = {
    ...(await elb(world)),
    groups: await groups(world),
    ...(await ecs(world)),
    ...(await others(world)),
    ...(await names(world)),
  };
  const seen = new Map<string, string>();
  return JSON.stringify(parts, (key, value: unknown) => (volatile.test(key) ? undefined : sorted(value)), 1).replace(
    ids,
    (id) => {
      if (!seen.has(id)) seen.set(id, `#${seen.size + 1}`);
      return seen.get(id) ?? id;
    },
  );
}

/** {@link describeAll} once nothing is stale any more: three answers in a row that are the same. */
export async function describeSettled(world: World): Promise<string> {
  const seen: string[] = [];
  return waitFor(
    "the account to settle",
    async () => {
      seen.push(await describeAll(world));
      return seen.length >= 3 && new Set(seen.slice(-3)).size === 1 ? seen.at(-1) : undefined;
    },
    { intervalMs: 250 },
  );
}

/** The same members in the same order, and lists of tags or values whose order AWS does not promise too. */
function sorted(value: unknown): unknown {
  if (
    Array.isArray(value) &&
    value.every((item) => typeof item === "object" && item !== null && ("Key" in item || "key" in item))
  ) {
    return [...(value as object[])].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  }
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return [...(value as string[])].sort();
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
}

const byName = <T>(list: readonly T[] | undefined, name: (item: T) => string | undefined): T[] =>
  [...(list ?? [])].sort((a, b) => (name(a) ?? "").localeCompare(name(b) ?? ""));

async function elb({ clients: { elb: client } }: World): Promise<Record<string, unknown>> {
  const tagsOf = async (arn: string | undefined) =>
    arn
      ? (await client.send(new DescribeElbTagsCommand({ ResourceArns: [arn] }))).TagDescriptions?.[0]?.Tags
      : undefined;
  const balancers = byName(
    (await client.send(new DescribeLoadBalancersCommand({}))).LoadBalancers,
    (item) => item.LoadBalancerName,
  );
  const targetGroups = byName(
    (await client.send(new DescribeTargetGroupsCommand({}))).TargetGroups,
    (item) => item.TargetGroupName,
  );
  return {
    balancers: await Promise.all(
      balancers.map(async (balancer) => {
        const listeners =
          (await client.send(new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn }))).Listeners ??
          [];
        return {
          balancer,
          tags: await tagsOf(balancer.LoadBalancerArn),
          listeners: await Promise.all(
            byName(listeners, (item) => String(item.Port)).map(async (listener) => ({
              listener,
              tags: await tagsOf(listener.ListenerArn),
              rules: (await client.send(new DescribeRulesCommand({ ListenerArn: listener.ListenerArn }))).Rules,
            })),
          ),
        };
      }),
    ),
    targetGroups: await Promise.all(
      targetGroups.map(async (group) => ({
        group,
        tags: await tagsOf(group.TargetGroupArn),
        attributes: (
          await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group.TargetGroupArn }))
        ).Attributes,
      })),
    ),
  };
}

async function groups({ clients: { ec2 } }: World): Promise<unknown> {
  const found = byName(
    (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups,
    (item) => item.GroupName,
  );
  return Promise.all(
    found.map(async (group) => ({
      group,
      tags: (
        await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: [group.GroupId ?? ""] }] }))
      ).Tags,
    })),
  );
}

async function ecs({ clients: { ecs: client } }: World): Promise<Record<string, unknown>> {
  const clusterArns = (await client.send(new ListClustersCommand({}))).clusterArns ?? [];
  const clusters = byName(
    clusterArns.length
      ? (
          await client.send(
            new DescribeClustersCommand({ clusters: clusterArns, include: ["TAGS", "SETTINGS", "CONFIGURATIONS"] }),
          )
        ).clusters
      : [],
    (item) => item.clusterName,
  );
  const services = await Promise.all(
    clusters.map(async ({ clusterName: cluster }) => {
      const arns = (await client.send(new ListServicesCommand({ cluster }))).serviceArns ?? [];
      return {
        services: arns.length
          ? (await client.send(new DescribeServicesCommand({ cluster, services: arns, include: ["TAGS"] }))).services
          : [],
        tasks: (await client.send(new ListTasksCommand({ cluster }))).taskArns?.length,
      };
    }),
  );
  const revisions = (
    await Promise.all(
      // What was deleted is DELETE_IN_PROGRESS for a while, and as good as gone.
      (["ACTIVE", "INACTIVE"] as const).map(
        async (status) => (await client.send(new ListTaskDefinitionsCommand({ status }))).taskDefinitionArns ?? [],
      ),
    )
  ).flat();
  return {
    clusters,
    services,
    definitions: await Promise.all(
      revisions
        .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
        .map(async (taskDefinition) =>
          client.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] })),
        ),
    ),
  };
}

async function others({ clients: { ecr, iam, logs, scaling } }: World): Promise<Record<string, unknown>> {
  const repositories = byName(
    (await ecr.send(new DescribeRepositoriesCommand({}))).repositories,
    (item) => item.repositoryName,
  );
  const roles = byName((await iam.send(new ListRolesCommand({}))).Roles, (item) => item.RoleName).filter(
    (role) => !role.Path?.startsWith("/aws-service-role/"),
  );
  const logGroups = byName((await logs.send(new DescribeLogGroupsCommand({}))).logGroups, (item) => item.logGroupName);
  return {
    repositories: await Promise.all(
      repositories.map(async (repository) => ({
        repository,
        tags: (await ecr.send(new ListTagsForResourceCommand({ resourceArn: repository.repositoryArn }))).tags,
        images: byName(
          (await ecr.send(new DescribeImagesCommand({ repositoryName: repository.repositoryName }))).imageDetails,
          (item) => [...(item.imageTags ?? [])].sort().join(),
        ),
        lifecycle: (
          await ecr
            .send(new GetLifecyclePolicyCommand({ repositoryName: repository.repositoryName }))
            .catch(() => undefined)
        )?.lifecyclePolicyText,
      })),
    ),
    roles: await Promise.all(
      roles.map(async (role) => {
        const RoleName = role.RoleName ?? "";
        const inline = (await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? [];
        return {
          role,
          attached: (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies,
          tags: (await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags,
          inline: await Promise.all(
            inline.map(
              async (PolicyName) => (await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument,
            ),
          ),
        };
      }),
    ),
    logGroups: await Promise.all(
      logGroups.map(async (group) => ({
        name: group.logGroupName,
        retention: group.retentionInDays,
        tags: (await logs.send(new ListLogTagsCommand({ resourceArn: group.arn?.replace(/:\*$/, "") }))).tags,
      })),
    ),
    scaling: (await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }))).ScalableTargets,
  };
}

/** Certificates and records. */
async function names({ clients: { acm, route53 } }: World): Promise<Record<string, unknown>> {
  const listed = (await acm.send(new ListCertificatesCommand({}))).CertificateSummaryList ?? [];
  const zones = (await route53.send(new ListHostedZonesCommand({}))).HostedZones ?? [];
  return {
    certificates: await Promise.all(
      byName(listed, (item) => item.DomainName).map(async ({ CertificateArn }) => ({
        certificate: (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate,
        tags: (await acm.send(new ListTagsForCertificateCommand({ CertificateArn }))).Tags,
      })),
    ),
    zones: await Promise.all(
      zones.map(async ({ Id, Name }) => ({
        name: Name,
        records: (await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }))).ResourceRecordSets,
      })),
    ),
  };
}

/** The lines that only one of two descriptions has; which id is where counts only when all else is the same. */
export function differencesBetween(one: string, other: string): string[] {
  if (one === other) return [];
  const plain = (text: string): string[] =>
    text
      .replaceAll(/#\d+/g, "#")
      .split("\n")
      .map((line) => line.trim().replace(/,$/, ""));
  const [a, b] = [tally(plain(one)), tally(plain(other))];
  const lines = [...new Set([...a.keys(), ...b.keys()])].flatMap((line) => {
    const more = (b.get(line) ?? 0) - (a.get(line) ?? 0);
    return more === 0 ? [] : [`${more < 0 ? "-" : "+"} ${line}`];
  });
  if (lines.length) return lines.slice(0, 40);
  const [first, second] = [one.split("\n"), other.split("\n")];
  const at = first.findIndex((line, index) => line !== second[index]);
  return [
    "the same members, but other ids or another order:",
    ...first.slice(at, at + 3).map((line) => `- ${line.trim()}`),
    ...second.slice(at, at + 3).map((line) => `+ ${line.trim()}`),
  ];
}

function tally(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
