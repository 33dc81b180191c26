/** Which tasks stopped by themselves, and which deployments were taken back: what every judge of a snapshot asks. */
import type { ServiceDeployment } from "../../ports/cloud";
import type { SeenTask } from "./serviceSnapshot";

export const isStopped = (task: SeenTask): boolean => task.lastStatus === "STOPPED" || task.desiredStatus === "STOPPED";

/**
 * True when the task was stopped by a deployment, a scaling or a person, as far as AWS says.
 * @param newest the id of the service's newest deployment
 */
export function stoppedOnPurpose(task: SeenTask, newest: string | undefined): boolean {
  const said = `${task.stoppedReason ?? ""}`;
  const failed = task.containers.some(
    (container) => container.exitCode !== undefined && ![0, 137, 143].includes(container.exitCode),
  );
  if (/^Scaling act|^Task stopped by/i.test(said) || task.stopCode === "UserInitiated") return !failed;
  // The scheduler's stop without its reason: of a deployment that is being replaced it is the replacing.
  if (task.stopCode === "ServiceSchedulerInitiated" && said.length < 12)
    return !failed && newest !== undefined && task.startedBy !== newest;
  return false;
}

export const isRolledBack = (deployment: ServiceDeployment | undefined): boolean =>
  deployment !== undefined &&
  (deployment.status.startsWith("ROLLBACK") ||
    (deployment.status === "STOPPED" && deployment.circuitBreaker?.status === "TRIGGERED"));

/** A task ran, and ended without having been asked to. */
export const hasDied = (task: SeenTask, newest: string | undefined): boolean =>
  isStopped(task) &&
  (task.stopCode === "EssentialContainerExited" || task.stopCode === "ServiceSchedulerInitiated") &&
  !stoppedOnPurpose(task, newest);
