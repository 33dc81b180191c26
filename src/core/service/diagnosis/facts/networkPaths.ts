/** Facts about ways: out of the subnet, to the endpoints, from the load balancer to the task. */
import { valueOf } from "../../snapshot/serviceSnapshot";
import { groupSet, internet, isOpenToAll, letsIn, rulesFor, sourcesOf } from "../../access/securityGroups";
import { balancersOf, forwardsTo } from "../../access/paths";
import { balancerReaches, subnetsOf, taskReaches, type NetworkPath } from "../network";
import { proved, refuted, supported, unknown, type Fact, type Verdict, type DiagnosisContext } from "../types";
import { targetsOf } from "../standing";
import { targetSays } from "./targets";

const ecrHost = /^\d{12}\.dkr[.-]ecr[.-]/;
const usesEcr = ({ snapshot }: DiagnosisContext): boolean =>
  snapshot.images.length === 0 ||
  snapshot.images.some((image) => image.repository !== undefined || ecrHost.test(image.reference));
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;

function closed(context: DiagnosisContext, way: NetworkPath): Verdict {
  if (way.open === undefined) return unknown(sentence(way.why));
  if (way.open) return refuted(sentence(way.why));
  const subnet = subnetsOf(context)?.[0];
  return proved(sentence(way.why), {
    why: way.why.replace(/\.$/, ""),
    ...(subnet
      ? { subnet: subnet.id, zone: subnet.zone, ...(subnet.routeTable ? { routeTable: subnet.routeTable } : {}) }
      : {}),
  });
}

/** Neither by the internet nor by endpoints do the tasks get to the registry. */
const noWayToEcr: Fact = (context) => {
  if (usesEcr(context)) return closed(context, taskReaches(context, ["ecr.api", "ecr.dkr"]));
  // No endpoint leads to another registry.
  const verdict = closed(context, taskReaches(context, ["that registry"]));
  return verdict.state === "proved"
    ? { ...verdict, values: { ...verdict.values, registry: "the image's registry" } }
    : verdict;
};

/** ECR is reached by endpoints, and S3, where the layers are, is not. */
const noWayToLayers: Fact = (context) => {
  if (!usesEcr(context)) return refuted("No image of the task is in ECR.");
  if (taskReaches(context, ["ecr.api", "ecr.dkr"]).open === false) return refuted("ECR itself is not reached.");
  return closed(context, taskReaches(context, ["s3"]));
};

const noWayToLogs: Fact = (context) => {
  const logging = context.snapshot.logs.some((item) => item.driver === "awslogs");
  return logging ? closed(context, taskReaches(context, ["logs"])) : refuted("No container logs to CloudWatch.");
};

const noWayToSecrets: Fact = (context) => {
  const kinds = new Set(
    context.snapshot.secrets.map((secret) => (secret.kind === "secret" ? "secretsmanager" : "ssm")),
  );
  if (kinds.size === 0) return refuted("The task definition names no secret.");
  return closed(context, taskReaches(context, [...kinds]));
};

/** Ports on which the load balancer connects: the container's, and the health check's own. */
function balancerPorts(context: DiagnosisContext): { group: string; port: number }[] {
  const service = valueOf(context.snapshot.service);
  const groups = valueOf(context.snapshot.targetGroups) ?? [];
  const uses = service?.loadBalancers.length
    ? service.loadBalancers.map((item) => ({ group: item.targetGroupArn, port: item.containerPort }))
    : targetsOf(context.snapshot).map((target) => ({ group: target.group, port: target.port }));
  return uses.flatMap((use) => {
    const own = Number(groups.find((item) => item.arn === use.group)?.healthCheckPort);
    return Number.isInteger(own) && own > 0 && own !== use.port ? [use, { group: use.group, port: own }] : [use];
  });
}

/** Security groups are between the load balancer and the task. */
const taskPortClosed: Fact = (context) => {
  const ports = balancerPorts(context);
  if (ports.length === 0) return refuted("The service has no load balancer.");
  const ways: NetworkPath[] = [];
  for (const { group, port } of ports) {
    const balancers = balancersOf(context.snapshot, group);
    if (!balancers) return unknown("The load balancers could not be read.");
    for (const balancer of balancers) {
      const way = balancerReaches(context, balancer, port);
      if (way.open === false) {
        const values = {
          why: way.why.replace(/\.$/, ""),
          port: String(port),
          taskGroup: valueOf(context.snapshot.service)?.network?.securityGroups[0] ?? "",
          balancerGroup: balancer.securityGroups[0] ?? "",
        };
        const says = targetSays(context);
        if (says.reason === "Target.ResponseCodeMismatch" || says.reason === "Target.NotInUse")
          return refuted("The application answered the health check, so the way to it was open then.");
        return says.reason === "Target.Timeout"
          ? proved(way.why, values)
          : says.reason === "Target.FailedHealthChecks"
            ? refuted("The connection was refused, so something let it through.")
            : { ...proved(way.why, values) };
      }
      ways.push(way);
    }
  }
  const unclear = ways.find((way) => way.open === undefined);
  if (unclear) return unknown(unclear.why);
  return ways[0] ? refuted(ways[0].why) : unknown("No load balancer sends to the service's target groups.");
};

/** The load balancer does not serve the zone that the task is in. */
const zoneNotServed: Fact = (context) => {
  const service = valueOf(context.snapshot.service);
  const subnets = valueOf(context.snapshot.subnets);
  const groups = service?.loadBalancers.map((item) => item.targetGroupArn) ?? [];
  if (service && groups.length === 0) return refuted("The service has no load balancer.");
  const ids = context.task?.subnet ? [context.task.subnet] : (service?.network?.subnets ?? []);
  const zones = context.task?.zone
    ? [context.task.zone]
    : ids.flatMap((id) => subnets?.find((subnet) => subnet.id === id)?.zone ?? []);
  const balancers = groups.flatMap((group) => balancersOf(context.snapshot, group) ?? []);
  if (balancers.length === 0 || zones.length === 0)
    return unknown("Which zones the load balancer and the task are in is not known.");
  const served = new Set(balancers.flatMap((balancer) => balancer.zones));
  const outside = zones.filter((zone) => !served.has(zone));
  const [first] = outside;
  const balancer = balancers[0];
  if (!first) return refuted(`The load balancer serves ${zones.join(", ")}, where the task is.`);
  const values = {
    zone: first,
    balancer: balancer?.name ?? "",
    balancerArn: balancer?.arn ?? "",
    zones: [...served].join(", "),
  };
  const why =
    `The load balancer ${balancer?.name ?? ""} serves ${[...served].join(", ") || "no zone"}; the tasks run in ` +
    `${zones.join(", ")}.`;
  return outside.length === zones.length ? proved(why, values) : supported(why, values);
};

/** No listener and no rule sends to the target group. */
const groupNotUsed: Fact = (context) => {
  const service = valueOf(context.snapshot.service);
  const groups =
    service?.loadBalancers.map((item) => item.targetGroupArn) ??
    valueOf(context.snapshot.targetGroups)?.map((item) => item.arn) ??
    [];
  if (groups.length === 0) return refuted("The service has no load balancer.");
  if (!context.snapshot.loadBalancers.known)
    return unknown(`The load balancers could not be read: ${context.snapshot.loadBalancers.why}`);
  if (!context.snapshot.targetGroups.known)
    return unknown(`The target groups could not be read: ${context.snapshot.targetGroups.why}`);
  for (const arn of groups) {
    const group = context.snapshot.targetGroups.value.find((item) => item.arn === arn);
    if (!group)
      return proved(`The target group ${arn.split("/")[1] ?? arn} of the service is not there any more.`, {
        groupName: arn.split("/")[1] ?? arn,
      });
    const senders = context.snapshot.loadBalancers.value.filter((balancer) => forwardsTo(balancer, arn));
    const unread = context.snapshot.loadBalancers.value.some(
      (balancer) => !balancer.listeners.known || balancer.listeners.value.some((listener) => !listener.rules.known),
    );
    if (senders.length === 0 && group.loadBalancers.length === 0)
      return proved(`No listener and no rule sends to the target group ${group.name}.`, {
        groupName: group.name,
        targetGroup: group.arn,
      });
    if (senders.length === 0 && unread) return unknown("Not every rule of the load balancers could be read.");
  }
  return refuted("A listener or a rule sends to the target group.");
};

/** The way from outside to the load balancer: its own security group, its scheme, its subnets' route. */
const balancerClosed: Fact = (context) => {
  const { snapshot } = context;
  const balancers = valueOf(snapshot.loadBalancers);
  if (!balancers)
    return unknown(
      snapshot.loadBalancers.known
        ? "No load balancer is known."
        : `The load balancers could not be read: ${snapshot.loadBalancers.why}`,
    );
  const [balancer] = balancers;
  if (!balancer) return unknown("The service has no load balancer that could be read.");
  const port = snapshot.expected?.loadBalancer?.listenerPort ?? valueOf(balancer.listeners)?.[0]?.port ?? 80;
  const values = {
    balancer: balancer.name,
    balancerGroup: balancer.securityGroups[0] ?? "",
    listenerPort: String(port),
  };
  const listeners = valueOf(balancer.listeners);
  if (listeners && !listeners.some((listener) => listener.port === port))
    return proved(`The load balancer ${balancer.name} has no listener on port ${port}.`, {
      ...values,
      why: `it has no listener on port ${port}`,
    });
  const guards = groupSet(snapshot.securityGroups, balancer.securityGroups);
  const read = guards.groups.length > 0 && guards.gone.length === 0;
  const rules = read ? rulesFor(guards, port) : undefined;
  if (rules && !rules.some((rule) => rule.cidrs.length || rule.prefixLists?.length))
    return proved(
      `The load balancer's security group ${balancer.securityGroups.join(", ")} lets nobody in on port ${port}.`,
      { ...values, why: `its security group ${balancer.securityGroups.join(", ")} lets nobody in on port ${port}` },
    );
  if (balancer.scheme === "internal")
    return proved(
      `The load balancer ${balancer.name} is internal: only its VPC, and what is connected to it, reaches it.`,
      { ...values, why: "it is internal" },
    );
  const subnets = valueOf(snapshot.subnets)?.filter((subnet) => balancer.subnets.includes(subnet.id));
  const kept = subnets?.filter(({ blocked }) => blocked?.in) ?? [];
  const why = `VPC Block Public Access keeps the internet out of ${kept.map(({ id }) => id).join(", ")}`;
  if (subnets?.length && kept.length === subnets.length) return proved(`${why}.`, { ...values, why });
  const inside = subnets?.filter((subnet) => subnet.egress !== "internet") ?? [];
  if (subnets?.length && inside.length === subnets.length)
    return proved(
      `The load balancer's subnets ${inside.map((subnet) => subnet.id).join(", ")} have no route to an ` +
        "internet gateway.",
      { ...values, why: "its subnets have no route to an internet gateway" },
    );
  if (inside.length)
    return supported(`The load balancer's subnet ${inside[0]?.id ?? ""} has no route to an internet gateway.`, {
      ...values,
      why: `its subnet ${inside[0]?.id ?? ""} has no route to an internet gateway`,
    });
  const wide = letsIn(guards, internet, port) === "yes" && rules?.some(isOpenToAll);
  if (rules && !wide)
    return supported(`The load balancer's security group lets in only ${rules.flatMap(sourcesOf).join(", ")}.`, {
      ...values,
      why: `its security group lets in only ${rules.flatMap(sourcesOf).join(", ")}`,
    });
  return rules && subnets
    ? refuted(`The load balancer ${balancer.name} is open on port ${port}.`)
    : unknown("The load balancer's security groups or subnets could not be read.");
};

export const networkPathFacts = {
  noWayToEcr,
  noWayToLayers,
  noWayToLogs,
  noWayToSecrets,
  taskPortClosed,
  zoneNotServed,
  groupNotUsed,
  balancerClosed,
};
