import type { ErrorReport } from "../base/errors";
import type { DnsRecord } from "../ports/cloud";
import type { Reason } from "./decision";
import type { Plan } from "./plan";
import type { ResourceKind, StepId } from "./phases";

export type Operation = "deploy" | "destroy";
export type StepState = "waiting" | "running" | "done" | "reused" | "leftOut" | "failed" | "cancelled";
export type Outcome = "done" | "doneNotProbed" | "failed" | "rolledBack" | "cancelled" | "declined" | "stoppedWatching";

/** One thing that a deployment uses. `created` means Slipway made it, now or earlier: its tag says so. */
export interface Resource {
  kind: ResourceKind;
  name: string;
  arn: string;
  origin: "created" | "adopted";
}

export interface RolloutCounts {
  deployment?: string;
  state: string;
  desired: number;
  running: number;
  pending: number;
  failed: number;
  /** Where traffic is moved: the stage by ECS's name, and what the new version has of the traffic, in percent. */
  stage?: string;
  share?: number;
  /** Set while it waits for somebody; `until` is when it ends by itself, epoch milliseconds, with CONTINUE or ROLLBACK. */
  pause?: { until?: number; then: string };
}

/** Everything that a listener (tree, map, output, command line) learns of a run. `at` is epoch milliseconds. */
export type DeployEvent =
  | {
      type: "started";
      at: number;
      operation: Operation;
      runId: string;
      application: string;
      environment: string;
      region: string;
      connection: string;
      folder: string;
    }
  | { type: "identified"; at: number; account: string; arn: string }
  | { type: "planned"; at: number; plan: Plan }
  | { type: "consented"; at: number; asked: boolean }
  | { type: "joined"; at: number }
  | {
      type: "step";
      at: number;
      step: StepId;
      state: StepState;
      detail?: string;
      /** Why it is left out. */
      reason?: Reason;
    }
  | { type: "progress"; at: number; step: StepId; message: string; fraction?: number }
  | { type: "resource"; at: number; step: StepId; resource: Resource }
  | { type: "output"; at: number; step: StepId; line: string }
  | { type: "rollout"; at: number; counts: RolloutCounts }
  | {
      type: "note";
      at: number;
      level: "info" | "warning";
      message: string;
      /** Records of DNS that a person has to write. */
      records?: readonly DnsRecord[];
    }
  | {
      type: "removed";
      at: number;
      kind: ResourceKind;
      name: string;
      state: "removing" | "removed" | "kept";
      reason?: string;
    }
  | { type: "finished"; at: number; outcome: Outcome; url?: string; error?: ErrorReport; resources: Resource[] };

export type Emit = (event: DeployEvent) => void;

/** An event without its time, which the runner adds. */
export type TimelessEvent = DeployEvent extends infer E ? (E extends DeployEvent ? Omit<E, "at"> : never) : never;
