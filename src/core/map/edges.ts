/** What flows from where to where, and where it stops. */
import { stepsState, stepTime, type MapInput } from "./input";
import type { MapEdge, MapNode, MapState } from "./diagram";
import { taskGroupId } from "./tasks";

/** The lesser of two ends: what has to be there for anything to flow. */
const rank: readonly MapState[] = ["failing", "unknown", "idle", "leftOut", "waiting", "running", "degraded", "ok"];
const lesser = (a: MapState, b: MapState): MapState => (rank.indexOf(a) < rank.indexOf(b) ? a : b);

/** Along an edge something is on its way, flows, or stops; an end that is merely degraded still lets it through. */
function between(from: MapNode, to: MapNode): MapState {
  const state = lesser(from.state, to.state);
  return state === "degraded" ? "ok" : state;
}

/** Traffic stops at the first thing that fails: what lies behind it is not at fault for that. */
const edge = (from: string, to: string, state: MapState, label = "", why?: string): MapEdge => ({
  id: `${from}>${to}`,
  from,
  to,
  label,
  state,
  flows: state === "ok" || state === "running",
  ...(why ? { why } : {}),
});

export function edgesOf(
  input: MapInput,
  nodes: readonly MapNode[],
  closed: { loadBalancer?: string; tasks?: string },
): MapEdge[] {
  const { deployment, snapshot } = input;
  const of = (kind: MapNode["kind"]): MapNode | undefined => nodes.find((node) => node.kind === kind);
  const tasks = nodes.filter((node) => node.kind === "task" || node.kind === "tasks");
  const [internet, balancer, listener, service, definition, logs] = [
    of("internet"),
    of("loadBalancer"),
    of("listener"),
    of("service"),
    of("taskDefinition"),
    of("logGroup"),
  ];
  const [application, image, repository] = [of("application"), of("image"), of("repository")];
  const groups = nodes.filter((node) => node.kind === "targetGroup");
  const serves = tasks.some((task) => task.state === "ok" || task.state === "degraded");
  const found: MapEdge[] = [];
  const url = snapshot?.url;
  if (internet && balancer) {
    // A request that nothing answers has got as far as the load balancer, where something behind that is broken.
    const behind = closed.tasks !== undefined || [listener, ...groups].some((node) => node?.state === "failing");
    const state = closed.loadBalancer
      ? "failing"
      : url
        ? url.status === undefined && !behind
          ? "failing"
          : balancer.state === "running"
            ? "running"
            : "ok"
        : internet.state === "failing" && !behind
          ? "failing"
          : lesser(internet.state === "idle" ? balancer.state : internet.state, balancer.state);
    found.push(edge(internet.id, balancer.id, state, "", closed.loadBalancer));
  }
  if (balancer && listener) found.push(edge(balancer.id, listener.id, between(balancer, listener)));
  if (listener)
    for (const group of groups)
      found.push(
        edge(
          listener.id,
          group.id,
          listener.state === "failing"
            ? "failing"
            : group.state === "failing" || (group.state !== "idle" && serves)
              ? "ok"
              : between(listener, group),
          "",
          listener.why,
        ),
      );
  const entries = groups.length ? groups : internet && !balancer ? [internet] : [];
  for (const entry of entries) {
    for (const task of tasks) {
      if (groups.length > 1 && !isTargetOf(input, entry, task)) continue;
      // A target group that fails does so because its targets do; each edge says so for its own task.
      const state = closed.tasks
        ? "failing"
        : entry.kind === "targetGroup" && entry.state !== "idle"
          ? task.state === "degraded"
            ? "ok"
            : task.state
          : between(entry, task);
      found.push(edge(entry.id, task.id, state, "", closed.tasks ?? task.why));
    }
  }
  if (service)
    found.push(
      edge(
        service.id,
        taskGroupId,
        service.state === "degraded" || service.state === "failing" ? "ok" : lesser(service.state, "ok"),
      ),
    );
  if (application && image)
    found.push(
      edge(
        application.id,
        image.id,
        stepsState(deployment, ["build"]) ?? between(application, image),
        stepTime(deployment, "build"),
      ),
    );
  if (image && repository)
    found.push(
      edge(
        image.id,
        repository.id,
        stepsState(deployment, ["push"]) ?? between(image, repository),
        stepTime(deployment, "push"),
      ),
    );
  if (repository && definition)
    found.push(
      edge(
        repository.id,
        definition.id,
        pullTrouble(tasks) ? "failing" : between(repository, definition),
        "",
        pullTrouble(tasks),
      ),
    );
  if (definition && service) {
    const rollout = stepsState(deployment, ["service", "rollout"]);
    found.push(
      edge(
        definition.id,
        service.id,
        rollout === "running"
          ? "running"
          : service.state === "failing" || service.state === "degraded"
            ? "ok"
            : between(definition, service),
      ),
    );
  }
  if (logs) {
    const anyRan = tasks.some((task) => task.state !== "idle" && task.state !== "waiting");
    found.push(edge(taskGroupId, logs.id, logs.state === "ok" && !anyRan ? "idle" : logs.state, "stdout"));
  }
  return found;
}

/** Which of two groups a task is in is told by its address. */
function isTargetOf({ snapshot }: MapInput, group: MapNode, task: MapNode): boolean {
  const address = task.task?.address;
  const seen = snapshot?.targetGroups.known
    ? snapshot.targetGroups.value.find((item) => item.arn === group.arn)
    : undefined;
  if (!seen?.health.known || !address) return true;
  return seen.health.value.some((target) => target.target === address);
}

function pullTrouble(tasks: readonly MapNode[]): string | undefined {
  return tasks.find((node) => node.task?.pullFailed)?.why;
}
