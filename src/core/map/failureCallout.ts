/** What the map says is wrong, and where it says so. */
import type { ActionId } from "../base/errors";
import type { StepId } from "../deploy/phases";
import { hasFailed, isUnderWay, type MapInput } from "./input";
import type { MapAction, MapCallout, MapEdge, MapGroup, MapNode } from "./diagram";

/** What a code is about, where no step failed and no node is red by itself: the first that fits. */
const places: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^BalancerClosed/, ["guard/loadBalancer"]],
  [/PortClosed|SecurityGroup/, ["tasks"]],
  [
    /^(Pull|Image|Digest|Layers|NoRouteToEcr|InvalidImage)|Architecture|Manifest/,
    ["repository>taskDefinition", "repository"],
  ],
  [/^(Repository|Registry|Push|NameUnknown|TagImmutable)/, ["repository"]],
  [/^(Secret|Role|LinkedRole)|Permission/, ["taskDefinition"]],
  [/^Log/, ["logGroup"]],
  [/^(TargetGroupUnused|NoUsableTarget|Listener)/, ["listener"]],
  [/Health|Target|ConnectionRefused|ListensOn|ProtocolMismatch/, ["task", "targetGroup"]],
  [
    /Memory|Exit|Crash|CannotRun|CannotStart|Command|Interpreter|Shebang|NoSpace|Container|Killed|Aborted|Terminated/,
    ["task", "service"],
  ],
  [/^(Url|BadGateway|GatewayTimeout)/, ["internet"]],
  [/Capacity|Quota|NoFreeAddress|NetworkInterface|Zone|Throttled|Size|Scaling/, ["service"]],
];

/** Buttons for the actions that an error names, in the words of VS Code's messages; the caller knows what each does. */
const actionButtons: Partial<Record<ActionId, string>> = {
  signIn: "Sign In",
  chooseConnection: "Choose Connection",
  useSandbox: "Use Local Sandbox",
  tailLogs: "Show Application Logs",
  showLog: "Show Slipway Log",
  retry: "Deploy Again",
  rebuild: "Rebuild and Deploy",
  openDockerfile: "Open Dockerfile",
  openConfig: "Open slipway.json",
  openTaskDefinition: "Open Task Definition",
  rollBack: "Roll Back",
  remove: "Remove…",
};

const mostButtons = 3;

/** The one thing to say first: the diagnosis' cause, else the run's own error, else the first thing in the flow that fails. */
export function calloutOf(
  input: MapInput,
  nodes: readonly MapNode[],
  edges: readonly MapEdge[],
  groups: readonly MapGroup[],
): MapCallout | undefined {
  const { deployment, diagnosis } = input;
  const error =
    hasFailed(deployment) || (!isUnderWay(deployment) && deployment.outcome === "cancelled")
      ? deployment.error
      : undefined;
  const red = firstRed(nodes, edges, groups);
  const failedStep = (Object.keys(deployment.steps) as StepId[]).find(
    (step) => deployment.steps[step]?.state === "failed",
  );
  const ofStep =
    failedStep && hasFailed(deployment)
      ? [...nodes, ...groups].find((thing) => thing.steps.includes(failedStep))
      : undefined;
  const at = (code: string): { id: string; about: string } | undefined => {
    const wanted = places.find(([pattern]) => pattern.test(code))?.[1] ?? [];
    const placed = wanted.flatMap(
      (id) =>
        nodes.find((node) => node.id === id || (node.kind === id && node.state === "failing")) ??
        edges.find((edge) => edge.id === id) ??
        groups.find((group) => group.id === id) ??
        [],
    )[0];
    return named(placed, nodes) ?? red ?? named(ofStep, nodes);
  };
  if (diagnosis) {
    const place = at(diagnosis.code);
    const actions = (diagnosis.actions ?? []).map(({ label, value }): MapAction => ({ id: "fix", label, value }));
    return {
      at: place?.id ?? "service",
      about: place?.about ?? "Service",
      title: diagnosis.sentence,
      text: diagnosis.remedy,
      actions: withDiagnose(actions),
    };
  }
  if (error && error.code !== "Cancelled") {
    const place =
      (ofStep && ofStep.id !== "service" && ofStep.id !== "internet" ? named(ofStep, nodes) : undefined) ??
      at(error.code) ??
      named(ofStep, nodes);
    const actions = error.actions.flatMap((id): MapAction[] =>
      actionButtons[id] ? [{ id: "fix", label: actionButtons[id], value: id }] : [],
    );
    return {
      at: place?.id ?? "service",
      about: place?.about ?? "Deployment",
      title: error.summary,
      text: error.remedy,
      actions: withDiagnose(actions),
    };
  }
  if (!red) return undefined;
  return {
    at: red.id,
    about: red.about,
    title: red.title,
    text: red.why,
    actions: withDiagnose(
      red.kind === "task" || red.kind === "tasks" || red.kind === "service" ? [{ id: "tail", label: "Tail Logs" }] : [],
    ),
  };
}

const withDiagnose = (actions: readonly MapAction[]): MapAction[] =>
  [{ id: "diagnose" as const, label: "Diagnose" }, ...actions].slice(0, mostButtons);

function named(
  thing: MapNode | MapGroup | MapEdge | undefined,
  nodes: readonly MapNode[],
): { id: string; about: string } | undefined {
  if (!thing) return undefined;
  if ("from" in thing)
    return {
      id: thing.id,
      about: [thing.from, thing.to].map((id) => nodes.find((node) => node.id === id)?.title ?? id).join(" → "),
    };
  return {
    id: thing.id,
    about: "name" in thing && thing.kind !== "task" ? `${thing.title} ${thing.name}` : thing.title,
  };
}

interface Red {
  id: string;
  about: string;
  kind: string;
  title: string;
  why: string;
}

/** Causes before their consequences: a closed way in, a task, and only then what suffers from it. */
const order: readonly MapNode["kind"][] = [
  "application",
  "image",
  "repository",
  "taskDefinition",
  "loadBalancer",
  "listener",
  "task",
  "tasks",
  "logGroup",
  "service",
  "targetGroup",
  "internet",
];

function firstRed(nodes: readonly MapNode[], edges: readonly MapEdge[], groups: readonly MapGroup[]): Red | undefined {
  const shut = groups.find((group) => group.state === "failing");
  if (shut)
    return {
      id: shut.id,
      about: shut.title,
      kind: shut.kind,
      title: capital(shut.why ?? "a security group lets nobody in"),
      why: "Requests stop here.",
    };
  const broken = edges.find((edge) => edge.id === "repository>taskDefinition" && edge.state === "failing");
  if (broken)
    return {
      ...(named(broken, nodes) ?? { id: broken.id, about: "" }),
      kind: "edge",
      title: "The image cannot be pulled",
      why: broken.why ?? "",
    };
  const red = order.flatMap((kind) => nodes.filter((node) => node.kind === kind && node.state === "failing"))[0];
  if (!red) return undefined;
  const isTask = red.kind === "task";
  return {
    id: red.id,
    about: isTask ? red.title : `${red.title} ${red.name}`,
    kind: red.kind,
    title: capital(isTask ? red.name : (red.why ?? `${red.title} is failing`)),
    why: isTask ? capital(red.why ?? "") : "",
  };
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
