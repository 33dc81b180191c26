/** The upper half: the way of a request from the internet to the tasks, and the service that keeps them running. */
import { valueOf, type SeenLoadBalancer, type SeenTargetGroup } from "../service/snapshot/serviceSnapshot";
import { copy, inAws, lines } from "./delivery";
import { merged, stepMessage, stepsState, type MapInput } from "./input";
import type { MapNode, MapState } from "./diagram";
import { joined, plural } from "./format";

/** The balancer in front of the service, and its listeners. */
export const balancerOf = ({ snapshot }: MapInput): SeenLoadBalancer | undefined =>
  snapshot ? valueOf(snapshot.loadBalancers)?.[0] : undefined;

/** Whether requests come through a load balancer: as it is in AWS, else as it is planned. */
export function isBalanced(input: MapInput): boolean {
  const { snapshot, app, deployment } = input;
  const service = snapshot && valueOf(snapshot.service);
  if (service && service.status !== "INACTIVE") return service.loadBalancers.length > 0;
  if (app) return app.loadBalancer !== undefined && app.port !== undefined;
  return deployment.plan
    ? deployment.plan.items.some((item) => item.step === "loadBalancer" && item.action !== "leaveOut")
    : Boolean(snapshot?.expected?.loadBalancer);
}

/** What of a URL a person recognises it by. */
const shortHost = (host: string): string => host.replace(/^https?:\/\//, "").replace(/\/$/, "");

export function internetNode(input: MapInput, balanced: boolean): MapNode | undefined {
  const { snapshot, deployment, app } = input;
  const balancer = balancerOf(input);
  const internal = balancer ? balancer.scheme === "internal" : app?.loadBalancer?.internal;
  const url = snapshot?.url;
  const address = balanced
    ? undefined
    : (snapshot ? valueOf(snapshot.tasks) : undefined)?.find(
        (task) => task.lastStatus === "RUNNING" && task.publicAddress,
      )?.publicAddress;
  if (!balanced && app?.port === undefined && address === undefined) return undefined;
  const link =
    url?.url ?? deployment.url ?? (address && app?.port !== undefined ? `http://${address}:${app.port}` : undefined);
  const host = shortHost(link ?? balancer?.dnsName ?? "");
  const answered = url?.status !== undefined && url.status < 500;
  const live: MapState | undefined = !url
    ? deployment.outcome === "done" && deployment.url && !snapshot
      ? "ok"
      : undefined
    : answered
      ? "ok"
      : "failing";
  const said = url
    ? url.status === undefined
      ? (url.error ?? "no answer")
      : url.status < 500
        ? `answers ${url.status} in ${Math.round(url.milliseconds)} ms`
        : `answers ${url.status}`
    : "";
  const state = merged(stepsState(deployment, ["domain", "live"]), live);
  return {
    id: "internet",
    kind: "internet",
    title: internal ? "The VPC's network" : "Internet",
    name: host || (internal ? "Callers" : "Visitors"),
    state,
    ...(live === "failing" ? { why: said } : {}),
    lines: lines({ text: said || stepMessage(deployment, ["live"]) || (state === "ok" ? "answers" : ""), tells: true }),
    phase: 7,
    steps: ["domain", "live"],
    facts: [
      ["URL", link ?? ""],
      ["Answer", said],
      ["Time", url ? `${Math.round(url.milliseconds)} ms` : ""],
      ["Certificate", url?.certificate ? (url.certificate.error ?? url.certificate.names.join(", ")) : ""],
      ["Begins", url?.start.slice(0, 120) ?? ""],
    ],
    actions:
      link === undefined
        ? []
        : [
            { id: "openUrl", label: "Open the URL", value: link },
            ...copy("URL", link),
            ...(live === "failing" ? [{ id: "diagnose" as const, label: "Diagnose" }] : []),
          ],
    ref: {},
  };
}

export function balancerNode(input: MapInput, guarded: boolean): MapNode {
  const { snapshot, deployment, app } = input;
  const balancer = balancerOf(input);
  const read = snapshot?.loadBalancers;
  const steps = ["loadBalancer", "loadBalancerActive"] as const;
  const live: MapState | undefined =
    read && !read.known
      ? "unknown"
      : balancer
        ? ({ active: "ok", provisioning: "running", active_impaired: "degraded", failed: "failing" } as const)[
            balancer.state as "active"
          ]
        : undefined;
  const why =
    read && !read.known ? read.why : balancer && balancer.state !== "active" ? balancer.stateReason : undefined;
  const arn = balancer?.arn ?? deployment.resources.loadBalancer?.arn;
  const name = balancer?.name ?? deployment.resources.loadBalancer?.name ?? app?.loadBalancer?.name ?? "Load balancer";
  return {
    id: "loadBalancer",
    kind: "loadBalancer",
    title: "Load balancer",
    name,
    state: merged(stepsState(deployment, steps), live),
    ...(why ? { why } : {}),
    ...(arn === undefined ? {} : { arn }),
    lines: lines(
      balancer
        ? joined([balancer.scheme, plural(balancer.zones.length || balancer.subnets.length, "zone")])
        : app?.loadBalancer?.internal
          ? "internal"
          : "internet-facing",
      { text: why ?? (stepMessage(deployment, steps) || (balancer?.state.replace("_", " ") ?? "")), tells: true },
    ),
    phase: 6,
    steps,
    ...(guarded ? { group: "guard/loadBalancer" } : { group: "vpc" }),
    facts: [
      ["Name", name],
      ["DNS name", balancer?.dnsName ?? ""],
      ["Scheme", balancer?.scheme ?? ""],
      ["Zones", balancer?.zones.join(", ") ?? ""],
      ["State", joined([balancer?.state, balancer?.stateReason])],
      ["VPC", balancer?.vpc ?? ""],
    ],
    actions: arn === undefined ? [] : [...inAws, ...copy("ARN", arn), ...copy("Address", balancer?.dnsName)],
    path: [{ kind: "loadBalancers" }, { kind: "loadBalancer", key: arn ?? name }],
    ref: { address: balancer?.dnsName ?? "" },
  };
}

/** One node for all listeners that lead here: each its line. */
export function listenerNode(input: MapInput, guarded: boolean): MapNode {
  const { deployment, app, snapshot } = input;
  const balancer = balancerOf(input);
  const seen = balancer && valueOf(balancer.listeners);
  const groups = new Map(
    (snapshot ? (valueOf(snapshot.targetGroups) ?? []) : []).map((group) => [group.arn, group.name]),
  );
  const leads = (seen ?? []).map((listener) => {
    const forwards = [...listener.forwards, ...(valueOf(listener.rules) ?? []).flatMap((rule) => rule.forwards)].filter(
      ({ weight }) => weight > 0,
    );
    const own = [...new Set(forwards.flatMap(({ arn }) => groups.get(arn) ?? []))];
    const sends = listener.redirect
      ? `sends people to ${listener.redirect.protocol} ${listener.redirect.port}`
      : "forwards elsewhere";
    return { listener, own, text: own.length ? `forwards to ${own.join(", ")}` : sends };
  });
  const ours = leads.filter(({ own }) => own.length > 0);
  const live: MapState | undefined = !balancer
    ? undefined
    : !balancer.listeners.known
      ? "unknown"
      : leads.length === 0 || ours.length === 0
        ? "failing"
        : "ok";
  const why =
    live === "failing"
      ? leads.length === 0
        ? "the load balancer has no listener"
        : "no listener forwards to this service"
      : balancer && !balancer.listeners.known
        ? balancer.listeners.why
        : undefined;
  const shown = ours.length ? ours : leads;
  const name = shown.length
    ? shown.map(({ listener }) => `${listener.protocol} ${listener.port}`).join(", ")
    : `${app?.loadBalancer?.certificate === undefined ? "HTTP" : "HTTPS"} ${app?.loadBalancer?.listenerPort ?? 80}`;
  const arn = shown[0]?.listener.arn ?? deployment.resources.listener?.arn;
  const steps = ["certificate", "certificateIssued", "listener", "shiftRole", "shiftRule", "redirect"] as const;
  return {
    id: "listener",
    kind: "listener",
    title: shown.length > 1 ? "Listeners" : "Listener",
    name,
    state: merged(stepsState(deployment, steps), live),
    ...(why ? { why } : {}),
    ...(arn === undefined ? {} : { arn }),
    lines: lines({ text: why ?? (stepMessage(deployment, steps) || (shown[0]?.text ?? "")), tells: true }),
    phase: 6,
    steps,
    ...(guarded ? { group: "guard/loadBalancer" } : { group: "vpc" }),
    facts: leads.map(({ listener, text }): [string, string] => [`${listener.protocol} ${listener.port}`, text]),
    actions: arn === undefined ? [] : [...inAws, ...copy("ARN", arn)],
    path: [
      { kind: "loadBalancers" },
      { kind: "loadBalancer", key: balancer?.arn ?? "" },
      { kind: "listener", key: arn ?? "" },
    ],
    ref: {},
  };
}

export function targetGroupNodes(input: MapInput): MapNode[] {
  const { snapshot, app, deployment } = input;
  const seen = snapshot ? (valueOf(snapshot.targetGroups) ?? []) : [];
  if (seen.length) return seen.map((group) => targetGroupNode(input, group));
  const planned = deployment.resources.targetGroup;
  const state = merged(
    stepsState(deployment, ["targetGroup", "alternateGroup"]),
    snapshot?.targetGroups.known === false ? "unknown" : undefined,
  );
  return [
    {
      id: "targetGroup",
      kind: "targetGroup",
      title: "Target group",
      name: planned?.name ?? app?.targetGroup ?? "Target group",
      state,
      group: "vpc",
      lines: lines(`HTTP${app?.port === undefined ? "" : ` ${app.port}`} · ip`, {
        text: app ? `GET ${app.healthCheck.path} every ${app.healthCheck.intervalSeconds} s` : "",
        tells: false,
      }),
      phase: 6,
      steps: ["targetGroup", "alternateGroup"],
      facts: [],
      actions: planned ? [...inAws, ...copy("ARN", planned.arn)] : [],
      path: [{ kind: "targetGroups" }, { kind: "targetGroup", key: planned?.arn ?? "" }],
      ref: {},
      ...(planned ? { arn: planned.arn } : {}),
    },
  ];
}

function targetGroupNode({ deployment }: MapInput, group: SeenTargetGroup): MapNode {
  const targets = valueOf(group.health);
  const counted = (targets ?? []).filter((target) => target.state !== "draining");
  const healthy = counted.filter((target) => target.state === "healthy").length;
  const bad = counted.filter((target) => target.state === "unhealthy");
  const live: MapState = !targets
    ? "unknown"
    : counted.length === 0
      ? "idle"
      : healthy === counted.length
        ? "ok"
        : healthy > 0
          ? bad.length
            ? "degraded"
            : "running"
          : bad.length
            ? "failing"
            : "running";
  const reason = bad[0]?.description ?? bad[0]?.reason;
  const why = bad.length
    ? `${plural(bad.length, "target")} unhealthy${reason ? `: ${reason}` : ""}`
    : !targets && !group.health.known
      ? group.health.why
      : undefined;
  const { path, intervalSeconds, matcher, timeoutSeconds, healthyThreshold, unhealthyThreshold } = group.healthCheck;
  return {
    id: `targetGroup/${group.name}`,
    kind: "targetGroup",
    title: "Target group",
    name: group.name,
    state: merged(stepsState(deployment, ["targetGroup", "alternateGroup"]), live),
    arn: group.arn,
    ...(why ? { why } : {}),
    group: "vpc",
    lines: lines(`${group.protocol} ${group.port} · ${group.targetType}`, `GET ${path} every ${intervalSeconds} s`, {
      text: counted.length ? `${healthy} of ${counted.length} healthy` : "no targets",
      tells: true,
    }),
    phase: 6,
    steps: ["targetGroup", "alternateGroup"],
    facts: [
      ["Name", group.name],
      ["Forwards", `${group.protocol} ${group.port}, targets by ${group.targetType}`],
      ["Health check", `GET ${path}, every ${intervalSeconds} s, ${timeoutSeconds} s timeout, expects ${matcher}`],
      ["Thresholds", `healthy after ${healthyThreshold}, unhealthy after ${unhealthyThreshold}`],
      ...(targets ?? [])
        .slice(0, 12)
        .map((target): [string, string] => [
          `${target.target}:${target.port}`,
          joined([target.state, target.description ?? target.reason]),
        ]),
    ],
    actions: [
      ...(bad.length ? [{ id: "diagnose" as const, label: "Diagnose" }] : []),
      ...inAws,
      ...copy("ARN", group.arn),
    ],
    path: [{ kind: "targetGroups" }, { kind: "targetGroup", key: group.arn }],
    ref: {},
  };
}
