import type { Task } from "../ports/cloud";

/** Why a task stopped, in one sentence, with what proves it. */
export interface StopDiagnosis {
  /** Stable, for machines: `ContainerExited`, `OutOfMemory`, … */
  code: string;
  sentence: string;
  remedy: string;
  /** True when trying again may help without anybody doing anything. */
  mayCure: boolean;
  evidence: string[];
}

interface StopPattern {
  code: string;
  /** Tested on stopCode, stoppedReason and the containers' reasons, joined by new lines. */
  pattern: RegExp;
  sentence: string;
  remedy: string;
  mayCure: boolean;
}

/** Read from above; the first that fits is the cause. Texts of AWS as its ECS troubleshooting guide shows them. */
const patterns: readonly StopPattern[] = [
  { code: "NoRouteToEcr", pattern: /unable to pull (secrets or )?registry auth.*connection issue|CannotPullContainer.*(request canceled|i\/o timeout|context canceled)/is, sentence: "The task could not reach ECR to pull its image: its subnet has no way out.", remedy: "In a public subnet the task needs a public IP; in a private one a NAT gateway, or endpoints for ecr.api, ecr.dkr, logs and S3.", mayCure: false },
  { code: "PullDenied", pattern: /pull access denied|not authorized to perform: ecr|CannotPullContainer.*403|registry auth.*AccessDenied/is, sentence: "The execution role may not pull the image.", remedy: "Attach AmazonECSTaskExecutionRolePolicy to the execution role.", mayCure: true },
  { code: "WrongArchitecture", pattern: /does not contain descriptor matching platform|exec format error/i, sentence: "The image was built for another architecture than the task asks for.", remedy: "Rebuild for the task's platform, or set runtimePlatform.cpuArchitecture to the image's.", mayCure: false },
  { code: "ImageMissing", pattern: /CannotPullContainer.*(not found|manifest unknown)/is, sentence: "The image is not in the repository.", remedy: "Push it again: it may have been deleted since.", mayCure: false },
  { code: "PullLimited", pattern: /toomanyrequests|pull rate limit/i, sentence: "The registry limits how often its images are pulled.", remedy: "Use an image in ECR instead, or a pull-through cache.", mayCure: true },
  { code: "NoSpace", pattern: /no space left on device/i, sentence: "The image or the application needs more disk than the task has.", remedy: "Set ephemeralStorage in the task definition (21 to 200 GiB).", mayCure: false },
  { code: "SecretDenied", pattern: /unable to (retrieve|pull) secrets?/i, sentence: "The task could not read a secret that its definition names.", remedy: "Check the secret's ARN, and that the execution role may read it.", mayCure: false },
  { code: "LogGroupMissing", pattern: /failed to validate logger args|failed to initialize logging driver|log group does not exist/i, sentence: "The task could not write its logs.", remedy: "Create the log group, or let the execution role create it.", mayCure: false },
  { code: "RoleNotAssumed", pattern: /unable to assume the role/i, sentence: "ECS could not act as the task's role.", remedy: "Its trust policy must name ecs-tasks.amazonaws.com. A role made a moment ago needs some seconds.", mayCure: true },
  { code: "OutOfMemory", pattern: /OutOfMemory/i, sentence: "The container used more memory than the task has and was killed.", remedy: "Raise memory in the task definition.", mayCure: false },
  { code: "CannotStart", pattern: /CannotStartContainer|executable file not found|no such file or directory/i, sentence: "The container's command could not be started.", remedy: "Check ENTRYPOINT, CMD and the task definition's command: the path, and that the file has no Windows line ends.", mayCure: false },
  { code: "LoadBalancerHealth", pattern: /failed ELB health checks/i, sentence: "The load balancer's health checks failed, so ECS stopped the task.", remedy: "Check that the application listens on 0.0.0.0 at the container's port and answers the health check's path.", mayCure: false },
  { code: "ContainerHealth", pattern: /failed container health checks/i, sentence: "The container's own health check failed, so ECS stopped the task.", remedy: "Check its command (is curl in the image?) and startPeriod.", mayCure: false },
  { code: "NetworkInterface", pattern: /network interface provisioning|EphemeralStorage provisioning/i, sentence: "AWS could not provide the task's network interface in time.", remedy: "Check that the subnets have free addresses; AWS tries again by itself.", mayCure: true },
];

const exitCodes: Readonly<Record<number, string>> = {
  0: "its process ended by itself; a service needs one that stays in the foreground",
  126: "its command cannot be executed",
  127: "its command was not found",
  134: "it aborted",
  137: "it was killed",
  139: "it crashed (segmentation fault)",
  143: "it was terminated",
  255: "its command could not be run",
};

/** True when the task was stopped by a deployment, a scaling or a person, not by a fault of its own. */
export function stoppedOnPurpose(task: Task): boolean {
  return /Scaling activity initiated by|Task stopped by|UserInitiated/i.test(`${task.stopCode ?? ""} ${task.stoppedReason ?? ""}`) && !task.containers.some((container) => container.exitCode !== undefined && ![0, 137, 143].includes(container.exitCode));
}

/**
 * The cause of one stopped task.
 * @param lastLines what its container printed last, oldest first
 */
export function diagnoseStop(task: Task, lastLines: readonly string[]): StopDiagnosis {
  const failed = task.containers.find((container) => container.exitCode !== undefined && container.exitCode !== 0) ?? task.containers.find((container) => container.exitCode !== undefined);
  const text = [task.stoppedReason ?? "", ...task.containers.map((container) => container.reason ?? "")].filter(Boolean);
  const evidence = [
    ...text.map((line) => `ECS says: ${line}`),
    ...(failed ? [`Exit code ${failed.exitCode} of container ${failed.name}.`] : []),
    ...(lastLines.length ? ["It printed last:", ...lastLines.map((line) => `  ${line}`)] : [failed ? "It printed nothing." : "No container started, so there are no logs."]),
  ];
  const match = patterns.find((item) => item.pattern.test([...text, ...lastLines.slice(-3)].join("\n")));
  if (match) return { code: match.code, sentence: match.sentence, remedy: match.remedy, mayCure: match.mayCure, evidence };
  if (failed?.exitCode !== undefined) {
    const meaning = exitCodes[failed.exitCode];
    return {
      code: "ContainerExited",
      sentence: `The container ${failed.name} exited with code ${failed.exitCode}${meaning ? `: ${meaning}` : ""}.`,
      remedy: "Its last lines say why; run the image on this machine to try a mend.",
      mayCure: false,
      evidence,
    };
  }
  return { code: "TaskStopped", sentence: `A task stopped: ${task.stoppedReason ?? "ECS does not say why"}.`, remedy: "The evidence is all that ECS gives.", mayCure: true, evidence };
}
