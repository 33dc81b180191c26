/** Whether tasks get what they need: a way to AWS, roles that may, secrets that are there, a load balancer that reaches them. */
import { balancerOf, statedGroups } from "../steps/network";
import { isOurs, type RunInput, type World } from "../observedState";
import type { RoleFacts } from "../../ports/inspection";
import { valueOf, type Read } from "../../service/snapshot/serviceSnapshot";
import { roleMay, trusts } from "../../service/access/policy";
import { letsIn, reachesServices, serviceNeeds } from "../../service/access/reach";
import { logsOf } from "../../taskDefinition/model/generate";
import type { TaskDefinition } from "../../base/taskDefinition";
import type { Problem } from "./problem";

const secretNeeds = (world: World): string[] => [
  ...(world.secrets.some(({ reference }) => reference.includes(":secretsmanager:")) ? serviceNeeds.secrets : []),
  ...(world.secrets.some(({ reference }) => !reference.includes(":secretsmanager:")) ? serviceNeeds.parameters : []),
];

/** Every subnet that a task may start in has to reach ECR, CloudWatch Logs and what holds the secrets. */
export function routes(world: World, input: RunInput, definition: TaskDefinition): Problem | undefined {
  const { network } = world;
  const guards = valueOf(world.guards) ?? [];
  const own = statedGroups(world, input) ?? (world.taskGroup ? [world.taskGroup.id] : []);
  const services = [
    ...serviceNeeds.pull,
    ...(logsOf(definition, input.app.container) ? serviceNeeds.logs : []),
    ...secretNeeds(world),
  ];
  const groups = guards.filter((group) => own.includes(group.id));
  const lost = network.taskSubnets
    .map((subnet) =>
      reachesServices(
        { subnet, groups, publicIp: network.assignPublicIp },
        services,
        valueOf(world.endpoints) ?? [],
        guards,
      ),
    )
    .filter(({ ok }) => !ok);
  if (lost.length === 0) return undefined;
  const unknown = !world.endpoints.known;
  return {
    code: "NoRoute",
    severity: unknown ? "warn" : "stop",
    sentence: `Tasks could not pull their image: ${lost.map(({ why }) => why).join("; ")}${unknown ? " (the VPC's endpoints may not be looked at)" : ""}.`,
    remedy: `In a public subnet set network.assignPublicIp; in a private one add a NAT gateway, or endpoints for ${services.join(", ")}; or name other subnets as network.subnets in slipway.json.`,
    actions: ["openConfig"],
  };
}

const tasksService = "ecs-tasks.amazonaws.com";

function roleProblem(
  read: Read<RoleFacts | undefined> | undefined,
  what: string,
  needs: readonly string[],
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
  if (!trusts(role, tasksService))
    return {
      code: "RoleNotTrusted",
      severity: "stop",
      sentence: `The ${what} role ${role.name} does not trust ${tasksService}, so ECS cannot act as it.`,
      remedy: `Let its trust policy name ${tasksService} with sts:AssumeRole.`,
      actions: ["openConfig"],
    };
  const denied = needs.filter((action) => roleMay(role, action, "*") === "denied");
  if (denied.length === 0) return undefined;
  return {
    code: "RoleDenied",
    severity: "stop",
    sentence: `The ${what} role ${role.name} is not allowed ${denied.join(", ")}, which tasks need to start.`,
    remedy: "Attach AmazonECSTaskExecutionRolePolicy to it (and for secrets a policy that reads them).",
    actions: ["openConfig"],
  };
}

export function roles(world: World, input: RunInput, definition: TaskDefinition): Problem[] {
  const needs = [
    "ecr:GetAuthorizationToken",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    ...(logsOf(definition, input.app.container) ? ["logs:CreateLogStream", "logs:PutLogEvents"] : []),
    ...(secretNeeds(world).includes("secretsmanager") ? ["secretsmanager:GetSecretValue"] : []),
    ...(secretNeeds(world).includes("ssm") ? ["ssm:GetParameters"] : []),
  ];
  return [
    roleProblem(world.namedRoles.execution, "execution", needs),
    roleProblem(world.namedRoles.task, "task", []),
  ].filter((problem) => problem !== undefined);
}

export function secrets(world: World): Problem | undefined {
  const gone = world.secrets.filter(({ exists }) => exists.known && !exists.value).map(({ reference }) => reference);
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
export function zones(world: World, input: RunInput): Problem | undefined {
  if (!balancerOf(world, input) || input.app.port === undefined) return undefined;
  const balancer = world.loadBalancer;
  if (balancer && balancer.vpc !== world.network.vpc)
    return {
      code: "OtherVpc",
      severity: "stop",
      sentence: `The load balancer ${balancer.name} is in ${balancer.vpc}, and the tasks would be in ${world.network.vpc}.`,
      remedy: "Name another load balancer, or the same VPC as network.vpc in slipway.json.",
      actions: ["openConfig"],
    };
  const subnets = balancer
    ? world.network.all.filter((subnet) => balancer.subnets.includes(subnet.id))
    : world.network.loadBalancerSubnets;
  const covered = new Set(subnets.map((subnet) => subnet.zone));
  const outside = world.network.taskSubnets.filter((subnet) => !covered.has(subnet.zone));
  if (subnets.length === 0 || outside.length === 0) return undefined;
  return {
    code: "ZoneNotCovered",
    severity: "stop",
    sentence: `Tasks may start in ${outside.map((subnet) => `${subnet.zone} (${subnet.id})`).join(", ")}, and the load balancer covers ${[...covered].join(", ")} only: there they would get no traffic and never be healthy.`,
    remedy:
      "Name task subnets in the load balancer's zones as network.subnets in slipway.json, or add a subnet to the load balancer.",
    actions: ["openConfig"],
  };
}

/** Groups that slipway.json names are not Slipway's to open. */
export function guards(world: World, input: RunInput): Problem | undefined {
  const { app } = input;
  const stated = app.network.securityGroups;
  if (!stated || !balancerOf(world, input) || app.port === undefined || !world.guards.known) return undefined;
  const own = world.guards.value.filter((group) => stated.includes(group.id));
  const gone = stated.filter((id) => !own.some((group) => group.id === id));
  if (gone.length)
    return {
      code: "SecurityGroupMissing",
      severity: "stop",
      sentence: `The security group ${gone.join(", ")} that slipway.json names is not there.`,
      remedy: "Correct network.securityGroups in slipway.json.",
      actions: ["openConfig"],
    };
  const balancers =
    world.loadBalancer && !isOurs(world.loadBalancer.tags, app)
      ? world.loadBalancer.securityGroups
      : world.loadBalancerGroup
        ? [world.loadBalancerGroup.id]
        : [];
  const peer = { groups: balancers, addresses: world.network.loadBalancerSubnets.map((subnet) => subnet.cidr) };
  if (letsIn(own, peer, app.port)) return undefined;
  return {
    code: "PortClosed",
    severity: balancers.length ? "stop" : "warn",
    sentence: `${stated.join(", ")} does not let the load balancer in on port ${app.port}, and a group that slipway.json names is not Slipway's to open.`,
    remedy:
      balancers[0] === undefined
        ? `Let the group ${app.securityGroups.loadBalancer}, once it is made, in on port ${app.port}.`
        : `aws ec2 authorize-security-group-ingress --group-id ${stated[0] ?? ""} --protocol tcp --port ${app.port} --source-group ${balancers[0]}`,
    actions: ["openConfig"],
  };
}
