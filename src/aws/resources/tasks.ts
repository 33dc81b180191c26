/** Tasks and containers as items of the AWS Resources view. */
import { type Container, type Task } from "@aws-sdk/client-ecs";
import {
  ago,
  exitText,
  type ContainerExit,
  type ResourceItem,
  type ResourceState,
} from "../../core/ports/resourceModel";
import { lastOf } from "./shared";

function taskState(found: Task): ResourceState {
  // A task on its own that has done its work has nothing wrong with it; a service's should go on.
  const isDone =
    !found.group?.startsWith("service:") &&
    (found.containers ?? []).length > 0 &&
    (found.containers ?? []).every((item) => item.exitCode === 0);
  if (found.lastStatus === "STOPPED")
    return isDone || found.stopCode === "ServiceSchedulerInitiated" || found.stopCode === "UserInitiated"
      ? "off"
      : "bad";
  if (found.lastStatus !== "RUNNING" || found.desiredStatus === "STOPPED") return "busy";
  return found.healthStatus === "UNHEALTHY" ? "bad" : "good";
}

export const detail = (task: Task, name: string): string | undefined =>
  task.attachments?.flatMap((item) => item.details ?? []).find((item) => item.name === name)?.value;

/** Exit codes and reasons of the containers that have one. */
const exitsOf = (containers: readonly Container[] | undefined): ContainerExit[] =>
  (containers ?? []).flatMap((item) =>
    item.exitCode === undefined
      ? []
      : [{ container: item.name ?? "", exitCode: item.exitCode, ...(item.reason ? { reason: item.reason } : {}) }],
  );

export const taskItem = (found: Task, publicIps: ReadonlyMap<string, string>): ResourceItem => {
  const id = lastOf(found.taskArn);
  const cluster = lastOf(found.clusterArn);
  const stopped = found.lastStatus === "STOPPED";
  const privateIp = detail(found, "privateIPv4Address") ?? "";
  const publicIp = publicIps.get(detail(found, "networkInterfaceId") ?? "") ?? "";
  const health =
    found.healthStatus === undefined || found.healthStatus === "UNKNOWN" ? "" : found.healthStatus.toLowerCase();
  const status = (found.lastStatus ?? "").toLowerCase();
  const why = found.stoppedReason ?? "";
  const exitCodes = exitsOf(found.containers);
  return {
    kind: "task",
    key: found.taskArn ?? id,
    label: id.slice(0, 8),
    state: taskState(found),
    expandable: !stopped,
    description: [
      status,
      stopped ? why : "",
      stopped ? exitText(exitCodes) : health,
      lastOf(found.taskDefinitionArn),
      stopped ? "" : (found.availabilityZone ?? ""),
      stopped ? "" : publicIp || privateIp,
      ago((stopped ? found.stoppedAt : found.createdAt)?.getTime(), Date.now()),
    ]
      .filter(Boolean)
      .join(" · "),
    can: [
      stopped ? "stopped" : "running",
      ...(found.enableExecuteCommand ? ["exec"] : []),
      ...(publicIp ? ["publicIp"] : []),
    ],
    ...(found.taskArn === undefined ? {} : { arn: found.taskArn }),
    ref: {
      cluster,
      task: id,
      definition: found.taskDefinitionArn ?? "",
      group: found.group ?? "",
      ...(privateIp ? { privateIp } : {}),
      ...(publicIp ? { publicIp } : {}),
    },
    facts: [
      ["ARN", found.taskArn ?? ""],
      ["Status", `${found.lastStatus ?? ""}, wanted ${found.desiredStatus ?? ""}`],
      ["Health", found.healthStatus ?? ""],
      ["Zone", found.availabilityZone ?? ""],
      ["Private IP", privateIp],
      ["Public IP", publicIp],
      ["Started by", found.startedBy ?? ""],
      ["Stop code", found.stopCode ?? ""],
      ["Stopped because", why],
      ["Containers", exitText(exitCodes)],
    ],
    ...(exitCodes.length ? { exitCodes } : {}),
    ...(why ? { stoppedReason: why } : {}),
  };
};

export const containerItem = (found: Container, task: Task): ResourceItem => {
  const running = found.lastStatus === "RUNNING";
  return {
    kind: "container",
    key: found.name ?? "",
    label: found.name ?? "",
    state: found.healthStatus === "UNHEALTHY" || (found.exitCode ?? 0) !== 0 ? "bad" : running ? "good" : "busy",
    expandable: false,
    description: [
      (found.lastStatus ?? "").toLowerCase(),
      found.healthStatus === "UNKNOWN" ? "" : (found.healthStatus ?? "").toLowerCase(),
      found.exitCode === undefined ? "" : `exit code ${found.exitCode}`,
      found.reason,
    ]
      .filter(Boolean)
      .join(" · "),
    can: [...(running ? ["running"] : []), ...(task.enableExecuteCommand ? ["exec"] : [])],
    ...(found.containerArn === undefined ? {} : { arn: found.containerArn }),
    ref: {
      cluster: lastOf(task.clusterArn),
      task: lastOf(task.taskArn),
      container: found.name ?? "",
      image: found.image ?? "",
      digest: found.imageDigest ?? "",
      definition: task.taskDefinitionArn ?? "",
      group: task.group ?? "",
    },
    facts: [
      ["Image", found.image ?? ""],
      ["Digest", found.imageDigest ?? ""],
      ["CPU", found.cpu ?? ""],
      ["Memory", found.memory ?? ""],
      ["Runtime id", found.runtimeId ?? ""],
    ],
  };
};
