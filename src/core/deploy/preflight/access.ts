/** Whether tasks get what they need: a way to AWS, roles that may, secrets that are there, a load balancer that reaches them. */
import { balancerOf, statedGroups } from "../steps/network";
import { isOurs, type RunInput, type ObservedState } from "../observedState";
import type { RoleFacts } from "../../ports/inspection";
import type { Read } from "../../service/snapshot/serviceSnapshot";
import { isSecretArn } from "../../base/secretReference";
import { executionNeeds, roleMeets, type Need } from "../../service/access/needs";
import { tasksService, trustsTasks } from "../../service/access/policy";
import { pathToServices, serviceNeeds, servicePathText } from "../../service/access/paths";
import { groupSet, letsIn, newGroup } from "../../service/access/securityGroups";
import { logsOf } from "../../taskDefinition/model/generate";
import type { TaskDefinition } from "../../base/taskDefinition";
import type { Problem } from "./problem";

const secretNeeds = (observed: ObservedState): string[] => [
  ...(observed.secrets.some(({ reference }) => isSecretArn(reference)) ? serviceNeeds.secrets : []),
  ...(observed.secrets.some(({ reference }) => !isSecretArn(reference)) ? serviceNeeds.parameters : []),
];

/** Every subnet that a task may start in has to reach ECR, CloudWatch Logs and what holds the secrets. */
export function routes(observed: ObservedState, input: RunInput, definition: TaskDefinition): Problem | undefined {
  const { network } = observed;
  const own = statedGroups(observed, input) ?? (observed.taskGroup ? [observed.taskGroup.id] : undefined);
  const services = [
    ...serviceNeeds.pull,
    ...(logsOf(definition, input.app.container) ? serviceNeeds.logs : []),
    ...secretNeeds(observed),
  ];
  // A group that is still to be made lets everything out.
  const groups = own ? groupSet(observed.securityGroups, own) : newGroup;
  const lost = network.taskSubnets
    .map((subnet) =>
      pathToServices(
        { subnet, groups, publicIp: network.assignPublicIp },
        services,
        observed.endpoints,
        observed.securityGroups,
      ),
    )
    .filter(({ open }) => open !== "yes");
  if (lost.length === 0) return undefined;
  const closed = lost.filter(({ open }) => open === "no");
  if (closed.length === 0)
    return {
      code: "RouteUnknown",
      severity: "warn",
      sentence:
        "Whether tasks can pull their image cannot be told: " +
        `${[...new Set(lost.map(servicePathText))].join("; ")}.`,
      remedy:
        "Ask for ec2:DescribeSecurityGroups and ec2:DescribeVpcEndpoints where they could not be read, or go on: the " +
        "deployment itself will tell.",
      actions: ["openConfig"],
    };
  return {
    code: "NoRoute",
    severity: "stop",
    sentence: `Tasks could not pull their image: ${closed.map(servicePathText).join("; ")}.`,
    remedy:
      "In a public subnet set network.assignPublicIp; in a private one add a NAT gateway, or endpoints for " +
      `${services.join(", ")}; or name other subnets as network.subnets in slipway.json.`,
    actions: ["openConfig"],
  };
}

/** With VPC Block Public Access everything is made and becomes healthy, and nobody outside gets an answer. */
export function publicAccess({ network }: ObservedState, { app }: RunInput): Problem | undefined {
  const closed = network.loadBalancerSubnets.filter(({ blocked }) => blocked?.in);
  if (!app.loadBalancer || app.loadBalancer.internal || closed.length === 0) return undefined;
  const all = closed.length === network.loadBalancerSubnets.length;
  return {
    code: "PublicAccessBlocked",
    severity: all ? "stop" : "warn",
    sentence:
      `VPC Block Public Access of this account keeps the internet out of ${closed.map(({ id }) => id).join(", ")}: ` +
      `${all ? "nobody outside would reach the load balancer." : "requests to these zones of the load balancer get no answer."}`,
    remedy:
      "Ask for an exclusion of the subnets (allow-bidirectional), name other subnets as network.loadBalancerSubnets, " +
      'or make it internal ("loadBalancer": { "internal": true }).',
    actions: ["openConfig"],
  };
}

function roleProblem(
  read: Read<RoleFacts | undefined> | undefined,
  what: string,
  needs: readonly Need[],
  region: string,
): Problem | undefined {
  // Whoever may not look at roles may still deploy with them.
  if (!read?.known) return undefined;
  const role = read.value;
  if (!role)
    return {
      code: "RoleMissing",
      severity: "stop",
      sentence: `The ${what} role that the task definition names is not in this account.`,
      remedy: "Create it, or name another.",
      actions: ["openTaskDefinition", "openConfig"],
    };
  if (trustsTasks(role, region) === "denied")
    return {
      code: "RoleNotTrusted",
      severity: "stop",
      sentence: `The ${what} role ${role.name} does not trust ${tasksService}, so ECS cannot act as it.`,
      remedy: `Let its trust policy name ${tasksService} with sts:AssumeRole.`,
      actions: ["openConfig"],
    };
  const denied = needs.filter((need) => roleMeets(role, need) === "denied").map(({ action }) => action);
  if (denied.length === 0) return undefined;
  return {
    code: "RoleDenied",
    severity: "stop",
    sentence: `The ${what} role ${role.name} is not allowed ${[...new Set(denied)].join(", ")}, which tasks need to start.`,
    remedy: "Attach AmazonECSTaskExecutionRolePolicy to it (and for secrets a policy that reads them).",
    actions: ["openConfig"],
  };
}

export function roles(observed: ObservedState, input: RunInput, definition: TaskDefinition): Problem[] {
  // The log group is made by this deployment, and only where it is gone would a task make it.
  const needs = executionNeeds(definition, observed.identity, [input.app.repository]).filter(
    ({ what }) => what !== "make the log group",
  );
  return [
    roleProblem(observed.namedRoles.execution, "execution", needs, observed.identity.region),
    roleProblem(observed.namedRoles.task, "task", [], observed.identity.region),
  ].filter((problem) => problem !== undefined);
}

export function secrets(observed: ObservedState): Problem | undefined {
  const gone = observed.secrets.filter(({ exists }) => exists.known && !exists.value).map(({ reference }) => reference);
  if (gone.length === 0) return undefined;
  return {
    code: "SecretMissing",
    severity: "stop",
    sentence: `The task definition names ${gone.join(", ")}, which is not there: its tasks could not start.`,
    remedy: "Create it, or correct the name: an ARN of Secrets Manager ends in six characters of its own.",
    actions: ["openTaskDefinition"],
  };
}

/** A target in a zone that the load balancer does not cover gets no traffic, and its task is never healthy. */
export function zones(observed: ObservedState, input: RunInput): Problem | undefined {
  if (!balancerOf(observed, input) || input.app.port === undefined) return undefined;
  const balancer = observed.loadBalancer;
  if (balancer && balancer.vpc !== observed.network.vpc)
    return {
      code: "OtherVpc",
      severity: "stop",
      sentence:
        `The load balancer ${balancer.name} is in ${balancer.vpc}, and the tasks would be in ` +
        `${observed.network.vpc}.`,
      remedy: "Name another load balancer, or the same VPC as network.vpc in slipway.json.",
      actions: ["openConfig"],
    };
  const subnets = balancer
    ? observed.network.all.filter((subnet) => balancer.subnets.includes(subnet.id))
    : observed.network.loadBalancerSubnets;
  const covered = new Set(subnets.map((subnet) => subnet.zone));
  const outside = observed.network.taskSubnets.filter((subnet) => !covered.has(subnet.zone));
  if (subnets.length === 0 || outside.length === 0) return undefined;
  return {
    code: "ZoneNotCovered",
    severity: "stop",
    sentence:
      `Tasks may start in ${outside.map((subnet) => `${subnet.zone} (${subnet.id})`).join(", ")}, and the load ` +
      `balancer covers ${[...covered].join(", ")} only: there they would get no traffic and never be healthy.`,
    remedy:
      "Name task subnets in the load balancer's zones as network.subnets in slipway.json, or add a subnet to " +
      "the load balancer.",
    actions: ["openConfig"],
  };
}

/** Groups that slipway.json names are not Slipway's to open. */
export function securityGroups(observed: ObservedState, input: RunInput): Problem | undefined {
  const { app } = input;
  const stated = app.network.securityGroups;
  if (!stated || !balancerOf(observed, input) || app.port === undefined || !observed.securityGroups.known)
    return undefined;
  const own = groupSet(observed.securityGroups, stated);
  const { gone } = own;
  if (gone.length)
    return {
      code: "SecurityGroupMissing",
      severity: "stop",
      sentence: `The security group ${gone.join(", ")} that slipway.json names is not there.`,
      remedy: "Correct network.securityGroups in slipway.json.",
      actions: ["openConfig"],
    };
  const balancers =
    observed.loadBalancer && !isOurs(observed.loadBalancer.tags, app)
      ? observed.loadBalancer.securityGroups
      : observed.loadBalancerGroup
        ? [observed.loadBalancerGroup.id]
        : [];
  const peer = { groups: balancers, addresses: observed.network.loadBalancerSubnets.map((subnet) => subnet.cidr) };
  if (letsIn(own, peer, app.port) !== "no") return undefined;
  return {
    code: "PortClosed",
    severity: balancers.length ? "stop" : "warn",
    sentence:
      `${stated.join(", ")} does not let the load balancer in on port ${app.port}, and a group that slipway.json ` +
      "names is not Slipway's to open.",
    remedy:
      balancers[0] === undefined
        ? `Let the group ${app.securityGroups.loadBalancer}, once it is made, in on port ${app.port}.`
        : `aws ec2 authorize-security-group-ingress --group-id ${stated[0] ?? ""} --protocol tcp --port ` +
          `${app.port} --source-group ${balancers[0]}`,
    actions: ["openConfig"],
  };
}
