/** What the AWS Resources view needs of one account and region. `aws/` implements it over the SDK. */
import type { Page, ResourceItem } from "./resourceModel";

/** A change that somebody asked for in the view. */
export type ResourceAction =
  | { do: "createRepository"; name: string }
  | { do: "createCluster"; name: string }
  | { do: "deleteRepository"; repository: string }
  | { do: "deleteImages"; repository: string; digests: readonly string[] }
  | { do: "deleteService"; cluster: string; service: string }
  | { do: "deleteCluster"; cluster: string }
  | { do: "scale"; cluster: string; service: string; desired: number }
  | { do: "forceDeployment"; cluster: string; service: string }
  | { do: "enableExec"; cluster: string; service: string }
  | { do: "stopTask"; cluster: string; task: string }
  | { do: "deregister"; arn: string }
  | { do: "deployImage"; cluster: string; service: string; image: string; container?: string }
  | {
      do: "setScaling";
      cluster: string;
      service: string;
      minimum: number;
      maximum: number;
      metric: ScalingMetric;
      value: number;
      label?: string;
    }
  | { do: "removeScaling"; cluster: string; service: string }
  | { do: "runTask"; cluster: string; definition: string; like: string; container: string; command: readonly string[] };

export type ScalingMetric =
  | "ECSServiceAverageCPUUtilization"
  | "ECSServiceAverageMemoryUtilization"
  | "ALBRequestCountPerTarget";

/** A shell's session, to be handed to the session manager plugin by its environment. */
export interface ExecSession {
  sessionId: string;
  streamUrl: string;
  tokenValue: string;
  /** `ecs:CLUSTER_TASK_RUNTIMEID`, which the plugin wants to see. */
  target: string;
}

/** What stands in the way of a shell, for machines. */
export type ExecProblemCode =
  | "TaskGone"
  | "TaskNotRunning"
  | "ExecOff"
  | "PlatformTooOld"
  | "AgentNotRunning"
  | "NoTaskRole"
  | "RoleDenied"
  | "RoleUnknown"
  | "ReadOnlyRoot";

export interface ExecProblem {
  code: ExecProblemCode;
  sentence: string;
}

export interface ResourcePort {
  /**
   * One page of what is in `parent`; what is not expanded is never asked for.
   * @param filter only what has this in its name, where AWS lets names be listed without the rest
   */
  load(parent: ResourceItem, page: string | undefined, filter: string | undefined, signal: AbortSignal): Promise<Page>;
  /** These services and tasks as they are now, those that are gone left out; images with what their list does not say. */
  update(items: readonly ResourceItem[], signal: AbortSignal): Promise<ResourceItem[]>;
  /** All that AWS says of it, for a read-only document. */
  describe(item: ResourceItem, signal: AbortSignal): Promise<unknown>;
  /** Carries a change out; what it gave, e.g. the ARN of a task. */
  act(action: ResourceAction, signal: AbortSignal): Promise<string>;
  exec(cluster: string, task: string, container: string, command: string, signal: AbortSignal): Promise<ExecSession>;
  /** Why a shell cannot work there; empty when nothing stands in the way. */
  diagnoseExec(cluster: string, task: string, signal: AbortSignal): Promise<ExecProblem[]>;
}
