/** The service on the map. */
import { valueOf } from "../service/snapshot/serviceSnapshot";
import { copy, inAws, lines } from "./delivery";
import { hasFailed, merged, stepMessage, stepsState, type MapInput } from "./input";
import type { MapNode, MapState } from "./diagram";
import { joined, lastPart, plural, revisionOf } from "./format";

export function serviceNode(input: MapInput): MapNode {
  const { snapshot, deployment, app } = input;
  const read = snapshot?.service;
  const service = read && valueOf(read);
  const steps = ["release", "service", "scaling", "alarms", "scheduleRole", "rollout", "schedules", "settle"] as const;
  const primary = service?.deployments.find((item) => item.status === "PRIMARY");
  const older = service?.deployments.find((item) => item !== primary && item.running > 0);
  const rollout = primary?.rolloutState;
  const short = service ? service.running < service.desired : false;
  const live: MapState | undefined =
    read && !read.known
      ? "unknown"
      : !service || service.status === "INACTIVE"
        ? undefined
        : rollout === "FAILED"
          ? "failing"
          : service.status === "DRAINING"
            ? "running"
            : rollout === "IN_PROGRESS"
              ? (primary?.failed ?? 0) > 0
                ? "degraded"
                : "running"
              : short || service.desired === 0
                ? service.desired === 0
                  ? "idle"
                  : "degraded"
                : "ok";
  const counts = service
    ? service.running > service.desired
      ? `${service.running} running, ${service.desired} wanted`
      : `${service.running} of ${service.desired} running`
    : deployment.rollout
      ? `${deployment.rollout.running} of ${deployment.rollout.desired} running`
      : app
        ? plural(app.desiredCount, "task")
        : "";
  const revision =
    older && primary
      ? `revision ${revisionOf(older.taskDefinition)} → ${revisionOf(primary.taskDefinition)}`
      : service
        ? `revision ${revisionOf(service.taskDefinition)}`
        : "";
  const failures = primary && primary.failed > 0 ? plural(primary.failed, "failure") : "";
  const going = service
    ? joined([
        { IN_PROGRESS: "rolling out", COMPLETED: "steady", FAILED: "rollout failed" }[rollout ?? ""] ??
          service.status.toLowerCase(),
        failures,
      ])
    : "";
  const failed = hasFailed(deployment) && stepsState(deployment, steps) === "failing";
  const why =
    read && !read.known
      ? read.why
      : failed
        ? deployment.error?.summary
        : rollout === "FAILED"
          ? primary?.rolloutStateReason
          : undefined;
  const arn = service?.arn ?? deployment.resources.service?.arn;
  const cluster = snapshot?.subject.cluster ?? app?.cluster ?? "";
  const name = service?.name ?? app?.service ?? snapshot?.subject.service ?? deployment.application ?? "Service";
  return {
    id: "service",
    kind: "service",
    title: "Service",
    name,
    state: merged(stepsState(deployment, steps), live),
    ...(why ? { why } : {}),
    ...(arn === undefined ? {} : { arn }),
    group: "cluster",
    lines: lines(counts || undefined, revision || undefined, {
      text: going || stepMessage(deployment, steps),
      tells: true,
    }),
    phase: 7,
    steps,
    facts: [
      ["Service", name],
      ["Tasks", counts],
      ...(input.figures ? [["Last minutes", input.figures] as [string, string]] : []),
      ["Pending", service ? String(service.pending) : ""],
      ["Revision", service ? lastPart(service.taskDefinition) : ""],
      ["Rollout", joined([rollout, primary?.rolloutStateReason])],
      [
        "Circuit breaker",
        service
          ? service.circuitBreaker.enable
            ? service.circuitBreaker.rollback
              ? "on, rolls back"
              : "on"
            : "off"
          : "",
      ],
      ["Platform", service?.platformVersion ?? ""],
      ["Public addresses", service?.network ? (service.network.assignPublicIp ? "yes" : "no") : ""],
      ...(service?.events ?? [])
        .slice(0, 3)
        .map((event): [string, string] => [
          "Event",
          event.message.replace(/^\(service [^)]*\) /, "").replaceAll(/arn:[\w:-]+[/:]([^\s)]+)/g, "$1"),
        ]),
    ],
    actions:
      arn === undefined
        ? []
        : [
            { id: "tail", label: "Tail Logs" },
            { id: "monitor", label: "Show Monitor" },
            ...(live === "ok" ? [] : [{ id: "diagnose" as const, label: "Diagnose" }]),
            ...inAws,
            ...copy("ARN", arn),
          ],
    path: [{ kind: "clusters" }, { kind: "cluster", key: cluster }, { kind: "service", key: arn ?? name }],
    ref: { cluster, service: name },
  };
}
