import { estimateCost } from "../base/cost";
import { costInShort } from "../base/costText";
import { valueOf } from "../service/snapshot/serviceSnapshot";
import { applicationNode, imageNode, logNode, repositoryNode, taskDefinitionNode } from "./delivery";
import { edgesOf } from "./edges";
import { groupsOf } from "./groups";
import { hasFailed, isUnderWay, phaseChips, type MapInput } from "./input";
import { stateWords, type MapModel, type MapNode } from "./diagram";
import { taskNodes } from "./tasks";
import { balancerNode, balancerOf, internetNode, isBalanced, listenerNode, targetGroupNodes } from "./traffic";
import { calloutOf } from "./failureCallout";
import { plural } from "./format";
import { serviceNode } from "./serviceNode";

/** The whole map out of what is known. Pure; nodes come in the order of the flow, which is the order of Tab. */
export function buildMap(input: MapInput): MapModel {
  const { snapshot, deployment, app } = input;
  const balanced = isBalanced(input);
  const { groups, closed } = groupsOf(input, balanced);
  const guarded = groups.some((group) => group.id === "guard/loadBalancer");
  const nodes: MapNode[] = [
    applicationNode(input),
    imageNode(input),
    repositoryNode(input),
    taskDefinitionNode(input),
    ...listOf(internetNode(input, balanced)),
    ...(balanced ? [balancerNode(input, guarded), listenerNode(input, guarded), ...targetGroupNodes(input)] : []),
    serviceNode(input),
    ...taskNodes(input),
    ...listOf(logNode(input)),
  ];
  const edges = edgesOf(input, nodes, closed);
  const callout = calloutOf(input, nodes, edges, groups);
  const service = snapshot && valueOf(snapshot.service);
  const exists = service !== undefined && service.status !== "INACTIVE";
  const broken = nodes.some((node) => node.state === "failing") || groups.some((group) => group.state === "failing");
  const mode = isUnderWay(deployment)
    ? "deploying"
    : hasFailed(deployment) || (exists && broken)
      ? "failed"
      : exists || deployment.outcome === "done" || deployment.outcome === "doneNotProbed"
        ? "running"
        : "planned";
  const name =
    app?.name ??
    deployment.application ??
    snapshot?.expected?.application ??
    snapshot?.subject.service ??
    "Application";
  const environment = app?.environment ?? deployment.environment ?? snapshot?.expected?.environment;
  return {
    title: environment && environment !== "default" ? `${name} · ${environment}` : name,
    place: input.place,
    mode,
    phases: phaseChips(deployment),
    nodes,
    edges,
    groups,
    ...(callout ? { callout } : {}),
    notes: [costNote(input), checkNote(input)].filter((note) => note !== ""),
    summary: summaryOf(name, mode, nodes, callout?.title),
  };
}

const listOf = <T>(item: T | undefined): T[] => (item === undefined ? [] : [item]);

const modeWords: Readonly<Record<MapModel["mode"], string>> = {
  planned: "planned, nothing is in AWS yet",
  deploying: "a deployment is under way",
  running: "running",
  failed: "something fails",
};

function summaryOf(
  name: string,
  mode: MapModel["mode"],
  nodes: readonly MapNode[],
  trouble: string | undefined,
): string {
  const counts = (["failing", "degraded", "running", "unknown"] as const).flatMap((state) => {
    const count = nodes.filter((node) => node.state === state).length;
    return count ? [`${count} ${stateWords[state]}`] : [];
  });
  return `${name}: ${modeWords[mode]}${counts.length ? `; ${counts.join(", ")}` : ""}.${trouble ? ` ${trouble}` : ""}`;
}

/** By the plan, else by what runs. */
function costNote(input: MapInput): string {
  const { deployment, snapshot } = input;
  if (input.isLocal) return "costs nothing on this machine";
  const service = snapshot && valueOf(snapshot.service);
  const definition = (snapshot && valueOf(snapshot.revision))?.definition;
  if (service && definition?.cpu && definition.memory && snapshot) {
    const balancer = balancerOf(input);
    const cost = estimateCost({
      region: snapshot.identity.region,
      prices: snapshot.prices,
      architecture: JSON.stringify(definition["runtimePlatform"] ?? "").includes("ARM64") ? "ARM64" : "X86_64",
      cpu: Number(definition.cpu),
      memory: Number(definition.memory),
      tasks: service.desired,
      publicTasks: service.network?.assignPublicIp ?? false,
      loadBalancer: balancer !== undefined,
      loadBalancerZones:
        balancer && balancer.scheme !== "internal" ? balancer.zones.length || balancer.subnets.length : 0,
    });
    return costInShort(cost, snapshot.identity.region);
  }
  return deployment.plan ? costInShort(deployment.plan.cost, deployment.plan.region) : "";
}

function checkNote({ checks }: MapInput): string {
  const asked = checks.filter((check) => check.state !== "leftOut");
  if (asked.length === 0) return "";
  const passed = asked.filter((check) => check.state === "passed").length;
  const failed = asked
    .filter((check) => check.state === "failed")
    .map((check) => check.title.charAt(0).toLowerCase() + check.title.slice(1));
  return (
    `checklist ${passed} of ${plural(asked.length, "item")} ` +
    `passed${failed.length ? `; failed: ${failed[0] ?? ""}${failed.length > 1 ? ` and ${failed.length - 1} more` : ""}` : ""}`
  );
}
