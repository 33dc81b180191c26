import type { Task } from "../../ports/cloud";
import type { Read, ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { diagnose } from "./diagnose";

/** Why a task stopped, in one sentence, with what proves it. */
export interface StopDiagnosis {
  /** Stable, for machines: `ContainerExited`, `OutOfMemory`, … */
  code: string;
  sentence: string;
  remedy: string;
  /** True when trying again may help without anybody doing anything. */
  mayCure: boolean;
  evidence: string[];
  /** What ECS and the application said, to the letter. */
  quotes: string[];
  /** The line of the evidence that says most: ECS's own reason, or the exit code. */
  proof?: string;
}

/** True when the task was stopped by a deployment, a scaling or a person, not by a fault of its own. */
export function stoppedOnPurpose(task: Task): boolean {
  return (
    /Scaling activity initiated by|Task stopped by|UserInitiated/i.test(
      `${task.stopCode ?? ""} ${task.stoppedReason ?? ""}`,
    ) &&
    !task.containers.some(
      (container) => container.exitCode !== undefined && ![0, 137, 143].includes(container.exitCode),
    )
  );
}

const unread: Read<never> = { known: false, why: "It was not looked at.", code: "NotRead" };

/** A task and nothing else: what can be said at once, before anything else is read. */
function aloneWith(task: Task, lastLines: readonly string[]): ServiceSnapshot {
  return {
    at: task.stoppedAt ?? task.createdAt,
    identity: { account: "", arn: "", region: "", partition: "aws" },
    subject: { cluster: "", task: task.arn },
    cluster: unread,
    service: unread,
    serviceDeployments: unread,
    revision: unread,
    newestRevision: unread,
    tasks: { known: true, value: [{ ...task, lastStatus: "STOPPED", lastLines: [...lastLines] }] },
    targetGroups: unread,
    loadBalancers: unread,
    securityGroups: unread,
    subnets: unread,
    endpoints: unread,
    executionRole: unread,
    taskRole: unread,
    images: [],
    secrets: [],
    logs: [],
    fargateCpus: unread,
  };
}

/** Causes that say no more than how the process ended. */
const endings: ReadonlySet<string> = new Set([
  "ExitedCleanly",
  "KilledAtStop",
  "Crashed",
  "Aborted",
  "Terminated",
  "CannotRun",
  "ContainerExited",
]);

/**
 * The cause of one stopped task, from itself alone: as soon as it is seen.
 * @param lastLines what its container printed last, oldest first
 */
export function diagnoseStop(task: Task, lastLines: readonly string[]): StopDiagnosis {
  const { cause } = diagnose(aloneWith(task, lastLines));
  const failed =
    task.containers.find((container) => container.exitCode !== undefined && container.exitCode !== 0) ??
    task.containers.find((container) => container.exitCode !== undefined);
  const text = [task.stoppedReason ?? "", ...task.containers.map((container) => container.reason ?? "")].filter(
    Boolean,
  );
  const facts = [
    ...text.map((line) => `ECS says: ${line}`),
    ...(failed ? [`Exit code ${failed.exitCode} of container ${failed.name}.`] : []),
  ];
  const proof = facts[0] === undefined ? {} : { proof: facts[0] };
  const evidence = [
    ...facts,
    ...(lastLines.length
      ? ["It printed last:", ...lastLines.map((line) => `  ${line}`)]
      : [failed ? "It printed nothing." : "No container started, so there are no logs."]),
  ];
  if (cause && cause.certainty !== "unknown")
    return {
      code: endings.has(cause.code) ? "ContainerExited" : cause.code,
      sentence: cause.sentence,
      remedy: cause.remedy,
      mayCure: cause.mayCure,
      evidence,
      quotes: [...text, ...lastLines],
      ...proof,
    };
  return {
    code: "TaskStopped",
    sentence: `A task stopped: ${task.stoppedReason ?? "ECS does not say why"}.`,
    remedy: "The evidence is all that ECS gives.",
    mayCure: true,
    evidence,
    quotes: [...text, ...lastLines],
    ...proof,
  };
}
