/** What stands around the nodes: the VPC, the cluster, and the security groups around what they guard. */
import type { SecurityGroupFacts } from "../ports/inspection";
import { valueOf } from "../service/snapshot/serviceSnapshot";
import { copy, inAws } from "./delivery";
import { merged, stepsState, type MapInput } from "./input";
import type { MapGroup, MapState } from "./diagram";
import { taskGroupId } from "./tasks";
import { balancerOf } from "./traffic";
import { ingressWords } from "./format";
import { balancerEnds, pathFromBalancer, type BalancerPath } from "../service/access/paths";
import { groupSet, rulesFor } from "../service/access/securityGroups";

const isClosedToBalancer = (path: BalancerPath): boolean => path.open === "no" && path.closed === "tasks";

interface Guards {
  loadBalancer: readonly SecurityGroupFacts[];
  tasks: readonly SecurityGroupFacts[];
}

function guardsOf(input: MapInput): Guards {
  const { snapshot } = input;
  const all = snapshot ? (valueOf(snapshot.securityGroups) ?? []) : [];
  const service = snapshot && valueOf(snapshot.service);
  const ofBalancer = balancerOf(input)?.securityGroups ?? [];
  const ofTasks = service?.network?.securityGroups ?? [];
  return {
    loadBalancer: all.filter(({ id }) => ofBalancer.includes(id)),
    tasks: all.filter(({ id }) => ofTasks.includes(id)),
  };
}

const names = (guards: readonly SecurityGroupFacts[], planned: string | undefined): string =>
  guards.map(({ name }) => name).join(", ") || (planned ?? "");

/** At most two rules are said beside the name; the details have them all. */
function rulesOf(guards: readonly SecurityGroupFacts[], nameOf: (id: string) => string): string[] {
  const rules = guards.flatMap((guard) => ingressWords(guard, nameOf));
  if (guards.length === 0) return [];
  if (rules.length === 0) return ["lets nobody in"];
  return rules.length > 2 ? [`in ${rules[0] ?? ""} · and ${rules.length - 1} more`] : [`in ${rules.join(", ")}`];
}

const factsOf = (guards: readonly SecurityGroupFacts[], nameOf: (id: string) => string): [string, string][] =>
  guards.flatMap((guard): [string, string][] => [
    ["Security group", `${guard.name} (${guard.id})`],
    ...ingressWords(guard, nameOf).map((rule): [string, string] => ["Lets in", rule]),
    [
      "Lets out",
      guard.egress.length
        ? guard.egress.map((rule) => (rule.protocol === "-1" ? "everything" : `port ${rule.fromPort}`)).join(", ")
        : "nothing",
    ],
  ]);

/** The groups, outermost first, and why a way in is closed where a security group closes it. */
export function groupsOf(
  input: MapInput,
  balanced: boolean,
): { groups: MapGroup[]; closed: { loadBalancer?: string; tasks?: string } } {
  const { snapshot, deployment, app, checks } = input;
  const guards = guardsOf(input);
  const nameOf = (id: string): string =>
    [...guards.loadBalancer, ...guards.tasks].find((guard) => guard.id === id)?.name ?? id;
  const balancer = balancerOf(input);
  const service = snapshot && valueOf(snapshot.service);
  const groups = snapshot ? (valueOf(snapshot.targetGroups) ?? []) : [];
  const port = service?.loadBalancers[0]?.containerPort ?? app?.port;
  const closed: { loadBalancer?: string; tasks?: string } = {};
  const listeners = balancer ? (valueOf(balancer.listeners) ?? []) : [];
  const shut = listeners.find(
    (listener) =>
      snapshot !== undefined &&
      guards.loadBalancer.length > 0 &&
      rulesFor(groupSet(snapshot.securityGroups, balancer?.securityGroups ?? []), listener.port).length === 0,
  );
  if (shut) closed.loadBalancer = `no security group lets port ${shut.port} in`;
  if (
    balanced &&
    balancer &&
    snapshot &&
    port !== undefined &&
    isClosedToBalancer(pathFromBalancer(balancerEnds(snapshot, balancer), port))
  )
    closed.tasks = `port ${port} is closed to the load balancer`;
  const tooOpen = checks.find((check) => check.id === "securityGroups" && check.state === "failed")?.evidence;
  const guardState = (run: MapState | undefined, seen: boolean, why: string | undefined): MapState =>
    why ? "failing" : merged(run, seen ? "ok" : snapshot?.securityGroups.known === false ? "unknown" : undefined);
  const cluster = snapshot && valueOf(snapshot.cluster);
  const vpc = balancer?.vpc ?? groups[0]?.vpc ?? guards.tasks[0]?.vpc ?? app?.network.vpc;
  const clusterName = cluster?.name ?? snapshot?.subject.cluster ?? app?.cluster ?? "cluster";
  const clusterRun = stepsState(deployment, ["cluster", "clusterActive"]);
  const clusterLive: MapState | undefined = !snapshot
    ? undefined
    : !snapshot.cluster.known
      ? "unknown"
      : !cluster
        ? undefined
        : cluster.status === "ACTIVE"
          ? "ok"
          : "degraded";
  const clusterArn = cluster?.arn ?? deployment.resources.cluster?.arn;
  const taskNames = names(guards.tasks, app?.securityGroups.tasks);
  const taskWhy = closed.tasks ?? (closed.loadBalancer ? undefined : tooOpen);
  const made: MapGroup[] = [
    {
      id: "vpc",
      kind: "vpc",
      title: vpc ? `VPC ${vpc}` : "VPC",
      notes: [],
      state: vpc && snapshot ? "ok" : "idle",
      steps: [],
      facts: [["VPC", vpc ?? ""]],
      actions: copy("ID", vpc),
      ref: {},
    },
    {
      id: "cluster",
      kind: "cluster",
      title: `Cluster ${clusterName}`,
      notes: [],
      parent: "vpc",
      state: merged(clusterRun, clusterLive),
      steps: ["cluster", "clusterActive"],
      ...(clusterArn === undefined ? {} : { arn: clusterArn }),
      ...(clusterLive === "degraded" ? { why: `the cluster is ${cluster?.status ?? ""}` } : {}),
      facts: [
        ["Cluster", clusterName],
        ["Status", cluster?.status ?? ""],
        ["Active services", cluster ? String(cluster.activeServices) : ""],
      ],
      actions: clusterArn === undefined ? [] : [...inAws, ...copy("ARN", clusterArn)],
      path: [{ kind: "clusters" }, { kind: "cluster", key: clusterName }],
      ref: { cluster: clusterName },
    },
    {
      id: taskGroupId,
      kind: taskNames ? "guard" : "tasks",
      title: taskNames ? `Security group ${taskNames}` : "Tasks",
      short: taskNames,
      notes: closed.tasks ? [`${port ?? "the port"} is closed`] : rulesOf(guards.tasks, nameOf),
      parent: "cluster",
      state: guardState(stepsState(deployment, ["taskGroup", "taskRule"]), guards.tasks.length > 0, closed.tasks),
      ...(taskWhy ? { why: taskWhy } : {}),
      steps: ["taskGroup", "taskRule"],
      facts: factsOf(guards.tasks, nameOf),
      actions: copy("ID", guards.tasks[0]?.id),
      ref: {},
    },
  ];
  const balancerNames = names(guards.loadBalancer, app?.securityGroups.loadBalancer);
  if (balanced && balancerNames) {
    made.push({
      id: "guard/loadBalancer",
      kind: "guard",
      title: `Security group ${balancerNames}`,
      short: balancerNames,
      notes: closed.loadBalancer ? ["closed"] : rulesOf(guards.loadBalancer, nameOf),
      parent: "vpc",
      state: guardState(
        stepsState(deployment, ["loadBalancerGroup"]),
        guards.loadBalancer.length > 0,
        closed.loadBalancer,
      ),
      ...(closed.loadBalancer ? { why: closed.loadBalancer } : {}),
      steps: ["loadBalancerGroup"],
      facts: factsOf(guards.loadBalancer, nameOf),
      actions: copy("ID", guards.loadBalancer[0]?.id),
      ref: {},
    });
  }
  return { groups: made, closed };
}
