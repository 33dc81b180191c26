import type { Application } from "../app";
import { reportOf } from "../errors";
import type { Cloud, Service } from "../ports/cloud";
import type { Clock, Prober, Workspace } from "../ports/machine";
import { logsOf, parseDefinition } from "../taskdef/generate";
import { mergeDefinitions } from "../taskdef/merge";
import { sameDefinition } from "../taskdef/normalise";
import type { TaskDefinition } from "../taskdef/types";
import { parseImageReference, shortDigest } from "../imageUri";
import { checkInAccount } from "./definition";
import type { CheckResult } from "./result";

export type { CheckResult };

export interface VerifyInput {
  app: Application;
  cloud: Cloud;
  clock: Clock;
  prober: Prober;
  workspace: Workspace;
  signal: AbortSignal;
}

interface Looked extends VerifyInput {
  service: Service | undefined;
  definition: TaskDefinition | undefined;
}

interface Check {
  id: string;
  title: string;
  look(input: Looked): Promise<Omit<CheckResult, "id" | "title">>;
}

const passed = (evidence: string) => ({ state: "passed" as const, evidence });
const failed = (evidence: string) => ({ state: "failed" as const, evidence });
const leftOut = (evidence: string) => ({ state: "leftOut" as const, evidence });

/** The guide's eight items. */
const checks: readonly Check[] = [
  {
    id: "image",
    title: "The repository holds the image that runs",
    look: async ({ app, cloud, definition }) => {
      const container = definition?.containerDefinitions?.find((item) => item.name === app.container);
      const digest = parseImageReference(container?.image ?? "").digest;
      if (!digest) return failed(container?.image ? `${container.image} is not named by its digest` : "no service runs an image");
      const found = await cloud.ecr.findImage(app.repository, { digest });
      return found ? passed(`${shortDigest(digest)} ${found.tags.join(", ")}`) : failed(`${app.repository} does not have ${shortDigest(digest)}`);
    },
  },
  {
    id: "cluster",
    title: "The cluster is active",
    look: async ({ app, cloud }) => {
      const cluster = await cloud.ecs.findCluster(app.cluster);
      return cluster?.status === "ACTIVE" ? passed(cluster.arn) : failed(cluster ? `${app.cluster} is ${cluster.status}` : `there is no cluster ${app.cluster}`);
    },
  },
  {
    id: "taskDefinition",
    title: "The task definition is registered and says what the file says",
    look: async ({ app, definition, workspace, service }) => {
      if (!definition || !service) return failed("no service, so no revision runs");
      const text = await workspace.read(app.taskDefinitionFile);
      if (text === undefined) return failed(`${app.taskDefinitionFile} is not there`);
      const file = parseDefinition(text, app.taskDefinitionFile);
      const running = definition.containerDefinitions?.find((item) => item.name === app.container)?.image;
      for (const container of file.containerDefinitions ?? []) if (container.name === app.container && running !== undefined) container.image = running;
      const same = sameDefinition(mergeDefinitions({ file, live: definition }), definition);
      const name = service.taskDefinition.split("/").at(-1) ?? "";
      return same ? passed(name) : failed(`${name} differs from ${app.taskDefinitionFile}: deploy to bring it there`);
    },
  },
  {
    id: "service",
    title: "The service runs its desired count",
    look: ({ app, service }) => {
      if (!service || service.status !== "ACTIVE") return Promise.resolve(failed(service ? `${app.service} is ${service.status}` : `there is no service ${app.service}`));
      const counts = `${service.running} of ${service.desired} running`;
      return Promise.resolve(service.running >= service.desired && service.desired > 0 ? passed(counts) : failed(counts));
    },
  },
  {
    id: "targets",
    title: "The load balancer's health checks pass",
    look: async ({ app, cloud, service }) => {
      if (!app.loadBalancer) return leftOut("no load balancer");
      const arn = service?.loadBalancers[0]?.targetGroupArn ?? (await cloud.elb.findTargetGroup(app.targetGroup))?.arn;
      if (arn === undefined) return failed(`there is no target group ${app.targetGroup}`);
      const health = (await cloud.elb.targetHealth(arn)).filter((target) => target.state !== "draining");
      const bad = health.filter((target) => target.state !== "healthy");
      if (health.length === 0) return failed("no target is registered");
      return bad.length ? failed(bad.map((target) => `${target.target}:${target.port} is ${target.state}: ${target.description ?? target.reason ?? ""}`).join("; ")) : passed(`${health.length} healthy`);
    },
  },
  {
    id: "url",
    title: "The application answers at the load balancer's name",
    look: async ({ app, cloud, prober, signal }) => {
      if (!app.loadBalancer) return leftOut("no load balancer");
      const balancer = await cloud.elb.findLoadBalancer(app.loadBalancer.name);
      if (!balancer) return failed(`there is no load balancer ${app.loadBalancer.name}`);
      const url = prober.urlFor(balancer.dnsName, app.loadBalancer.listenerPort);
      const answer = await prober.get(url, signal);
      const said = answer.status === undefined ? (answer.error ?? "no answer") : `${answer.status} in ${Math.round(answer.milliseconds)} ms`;
      return answer.status !== undefined && answer.status < 500 ? passed(`${url} ${said}`) : failed(`${url} ${said}`);
    },
  },
  {
    id: "logs",
    title: "CloudWatch Logs has the application's output",
    look: async ({ app, cloud, definition }) => {
      const logs = definition && logsOf(definition, app.container);
      if (!logs) return definition ? leftOut("the container logs elsewhere") : failed("no service, so no logs");
      const tasks = await cloud.ecs.listTasks(app.cluster, { service: app.service, stopped: false });
      for (const task of tasks) {
        const [event] = await cloud.logs.lastEvents(logs.group, [logs.prefix, logs.container, task.id].filter(Boolean).join("/"), 1);
        if (event) return passed(`${logs.group}: ${event.message.trim().slice(0, 100)}`);
      }
      return failed(`${logs.group} has nothing from the ${tasks.length} running tasks`);
    },
  },
  {
    id: "securityGroups",
    title: "Security groups let in what is needed and no more",
    look: async ({ app, cloud, service }) => {
      const groups = await Promise.all((service?.network?.securityGroups ?? []).map((id) => cloud.ec2.findSecurityGroupById(id)));
      const rules = groups.flatMap((group) => group?.ingress ?? []);
      if (groups.length === 0) return failed("the service has no security group");
      const balancer = app.loadBalancer ? await cloud.elb.findLoadBalancer(app.loadBalancer.name) : undefined;
      const port = app.port ?? 0;
      const covers = rules.filter((rule) => rule.protocol === "-1" || (rule.fromPort <= port && rule.toPort >= port));
      if (balancer && !covers.some((rule) => rule.groups.some((group) => balancer.securityGroups.includes(group)) || rule.cidrs.length)) return failed(`port ${port} of the tasks is closed to the load balancer`);
      const open = app.loadBalancer ? rules.filter((rule) => rule.cidrs.some((cidr) => cidr === "0.0.0.0/0" || cidr === "::/0")) : [];
      if (open.length) return failed(`the tasks are open to everyone on ${open.map((rule) => (rule.protocol === "-1" ? "every port" : `port ${rule.fromPort}`)).join(", ")}`);
      return passed(app.loadBalancer ? `port ${port} from the load balancer alone` : `${rules.length} rules`);
    },
  },
];

/** Looks at each item now; a check that cannot be made has failed and says why. */
export async function verify(input: VerifyInput): Promise<CheckResult[]> {
  const { app, cloud } = input;
  const cluster = await cloud.ecs.findCluster(app.cluster);
  const service = cluster && cluster.status !== "INACTIVE" ? await cloud.ecs.findService(app.cluster, app.service) : undefined;
  const definition = service && service.status !== "INACTIVE" ? (await cloud.ecs.findTaskDefinition(service.taskDefinition))?.definition : undefined;
  const looked: Looked = { ...input, service, definition };
  const guide = Promise.all(
    checks.map(async ({ id, title, look }) => {
      const result = await look(looked).catch((error: unknown) => failed(`it could not be looked at: ${reportOf(error).summary}`));
      return { id, title, ...result };
    }),
  );
  const named = definition ? checkInAccount(definition, cloud) : Promise.resolve([]);
  // What the definition does not name, or this account may not look at, is no item of a checklist.
  return [...(await guide), ...(await named).filter(({ state }) => state !== "leftOut")];
}
