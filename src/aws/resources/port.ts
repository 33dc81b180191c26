import { DescribeLogGroupsCommand, DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeImagesCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
} from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeScalingPoliciesCommand } from "@aws-sdk/client-application-auto-scaling";
import type { ResourcePort } from "../../core/ports/resources";
import type { ResourceItem, ResourceKind } from "../../core/ports/resourceModel";
import { sendRaw, withDates } from "../rawJson";
import { Caller, type BucketName, type Session } from "../session";
import { act } from "./actions";
import { balancerLoaders } from "./balancers";
import { definitionLoaders } from "./definitions";
import { ecrLoaders, withPlatforms } from "./ecr";
import { ecsLoaders, updateEcs } from "./ecs";
import { diagnoseExec, openSession } from "./exec";
import { logGroupLoaders } from "./logGroups";
import { scalingLoaders, scalingOf } from "./scaling";
import { unique, type Loaders } from "./shared";

const loaders: Loaders = {
  ...ecrLoaders,
  ...ecsLoaders,
  ...definitionLoaders,
  ...balancerLoaders,
  ...logGroupLoaders,
  ...scalingLoaders,
};

/** All that ECS says of one of its things, also what the SDK does not know. */
async function wholeOf<Output>(
  caller: Caller,
  command: Parameters<typeof sendRaw<Output>>[1],
  bucket: BucketName,
  member: keyof Output & string,
): Promise<unknown> {
  const { output, raw } = await sendRaw(caller, command, bucket);
  const [said, read] = [raw[member], output[member]];
  return Array.isArray(said) ? said[0] && withDates(said[0], (read as unknown[])[0]) : said && withDates(said, read);
}

type Describe = (caller: Caller, item: ResourceItem) => Promise<unknown>;

/** The call that says all of a resource, and where in its answer that is. */
const describes: Partial<Record<ResourceKind, Describe>> = {
  repository: async (caller, { ref }) =>
    (
      await caller.send(
        caller.session.ecr,
        new DescribeRepositoriesCommand({ repositoryNames: [ref["repository"] ?? ""] }),
      )
    ).repositories?.[0],
  image: async (caller, { ref }) =>
    (
      await caller.send(
        caller.session.ecr,
        new DescribeImagesCommand({ repositoryName: ref["repository"], imageIds: [{ imageDigest: ref["digest"] }] }),
      )
    ).imageDetails?.[0],
  cluster: (caller, { ref }) =>
    wholeOf(
      caller,
      new DescribeClustersCommand({ clusters: [ref["cluster"] ?? ""], include: ["TAGS", "SETTINGS", "STATISTICS"] }),
      "ecsCluster",
      "clusters",
    ),
  service: (caller, { ref }) =>
    wholeOf(
      caller,
      new DescribeServicesCommand({ cluster: ref["cluster"], services: [ref["service"] ?? ""], include: ["TAGS"] }),
      "ecsService",
      "services",
    ),
  task: (caller, { ref }) =>
    wholeOf(
      caller,
      new DescribeTasksCommand({ cluster: ref["cluster"], tasks: [ref["task"] ?? ""], include: ["TAGS"] }),
      "ecsTask",
      "tasks",
    ),
  revision: (caller, { ref }) =>
    wholeOf(
      caller,
      new DescribeTaskDefinitionCommand({ taskDefinition: ref["definition"], include: ["TAGS"] }),
      "ecsDefinition",
      "taskDefinition",
    ),
  loadBalancer: async (caller, { ref }) =>
    (
      await caller.send(
        caller.session.elb,
        new DescribeLoadBalancersCommand({ LoadBalancerArns: [ref["loadBalancer"] ?? ""] }),
        "elb",
      )
    ).LoadBalancers?.[0],
  listener: async (caller, { ref }) =>
    (
      await caller.send(
        caller.session.elb,
        new DescribeListenersCommand({ ListenerArns: [ref["listener"] ?? ""] }),
        "elb",
      )
    ).Listeners?.[0],
  rule: async (caller, { arn }) =>
    (await caller.send(caller.session.elb, new DescribeRulesCommand({ RuleArns: [arn ?? ""] }), "elb")).Rules?.[0],
  targetGroup: async (caller, { ref }) =>
    (
      await caller.send(
        caller.session.elb,
        new DescribeTargetGroupsCommand({ TargetGroupArns: [ref["targetGroup"] ?? ""] }),
        "elb",
      )
    ).TargetGroups?.[0],
  logGroup: async (caller, { ref }) =>
    (
      await caller.send(caller.session.logs, new DescribeLogGroupsCommand({ logGroupNamePrefix: ref["logGroup"] }))
    ).logGroups?.find((group) => group.logGroupName === ref["logGroup"]),
  logStream: async (caller, { ref }) =>
    (
      await caller.send(
        caller.session.logs,
        new DescribeLogStreamsCommand({ logGroupName: ref["logGroup"], logStreamNamePrefix: ref["logStream"] }),
      )
    ).logStreams?.[0],
  scalingPolicy: async (caller, { ref }) =>
    (
      await caller.send(caller.session.scaling, new DescribeScalingPoliciesCommand(scalingOf(ref)))
    ).ScalingPolicies?.find((policy) => policy.PolicyName === ref["policy"]),
};

/** The resources of one session's account and region. */
export function resourcePort(session: Session): ResourcePort {
  const callerOf = (signal: AbortSignal): Caller => new Caller(session, signal);
  return {
    async load(parent, page, filter, signal) {
      const loader = loaders[parent.kind];
      if (!loader && parent.expandable) throw new Error(`nothing loads what is in a ${parent.kind}`);
      if (!loader) return { items: [] };
      const found = await loader(callerOf(signal), parent, page, filter);
      return { ...found, items: unique(found.items) };
    },
    update: (items, signal) =>
      items[0]?.kind === "image" ? withPlatforms(callerOf(signal), items) : updateEcs(callerOf(signal), items),
    describe: async (item, signal) => describes[item.kind]?.(callerOf(signal), item),
    act: (action, signal) => act(callerOf(signal), action),
    exec: (cluster, task, container, command, signal) =>
      openSession(callerOf(signal), cluster, task, container, command),
    diagnoseExec: (cluster, task, signal) => diagnoseExec(callerOf(signal), cluster, task),
  };
}
