import type { Application } from "../app/app";
import type { StepState } from "../deploy/events";
import type { PhaseId, StepId } from "../deploy/phases";
import { phases } from "../deploy/phases";
import { hasBegun, phaseState, rowSnapshots, type DeploymentState } from "../deploy/state";
import type { ServiceSnapshot } from "../service/snapshot/serviceSnapshot";
import type { CheckResult } from "../service/checks/result";
import type { MapPhase, MapState } from "./diagram";
import { duration } from "./format";

/** What a diagnosis says is wrong, as far as the map shows it. */
export interface MapDiagnosis {
  code: string;
  sentence: string;
  remedy: string;
  /** Commands behind buttons, which the caller knows by these ids. */
  actions?: readonly { label: string; value: string }[];
}

/** All that a map is made of; what is not known yet is absent. */
export interface MapInput {
  /** The application's own files, read without AWS. */
  app?: Application;
  snapshot?: ServiceSnapshot;
  deployment: DeploymentState;
  checks: readonly CheckResult[];
  diagnosis?: MapDiagnosis;
  /** Where it is: connection, account, region. */
  place: string;
  /** True where all of it stays on this machine: it costs nothing. */
  isLocal?: boolean;
  /** Epoch milliseconds. */
  now: number;
  /** What the service uses and answers, in words; absent where nobody looked. */
  figures?: string;
  /** A line of the Dockerfile and the like: `node:22-alpine`. */
  base?: string;
}

const ofStep: Readonly<Record<StepState, MapState>> = {
  waiting: "waiting",
  running: "running",
  done: "ok",
  reused: "ok",
  leftOut: "leftOut",
  failed: "failing",
  cancelled: "idle",
};
const order: readonly MapState[] = ["failing", "running", "waiting", "ok", "idle", "leftOut"];

/** What the run says of these steps together; undefined when it says nothing. */
export function stepsState(deployment: DeploymentState, steps: readonly StepId[]): MapState | undefined {
  if (!hasBegun(deployment)) return undefined;
  const states = steps.flatMap((step) => {
    const snapshot = deployment.steps[step];
    return snapshot ? [ofStep[snapshot.state]] : [];
  });
  if (states.length === 0) return isUnderWay(deployment) && steps.length ? "waiting" : undefined;
  const worst = order.find((state) => states.includes(state));
  return worst === "waiting" && states.includes("ok") ? "running" : worst;
}

export const isUnderWay = (deployment: DeploymentState): boolean =>
  deployment.startedAt !== undefined && deployment.outcome === undefined;

/** A failure of the run that was the last thing to happen. */
export const hasFailed = (deployment: DeploymentState): boolean =>
  deployment.outcome === "failed" || deployment.outcome === "rolledBack";

/**
 * The run and the look at AWS in one: what a step does now comes before what AWS showed a moment ago, and what AWS shows
 * before what a step once did.
 */
export function merged(run: MapState | undefined, live: MapState | undefined): MapState {
  if (run === "failing" || run === "running") return live === "failing" ? "failing" : run;
  if (live !== undefined && live !== "idle") return live;
  return run ?? live ?? "idle";
}

/** How long a step took, in words; empty while it has not ended. */
export function stepTime(deployment: DeploymentState, step: StepId): string {
  const snapshot = deployment.steps[step];
  return snapshot?.state === "done" ? duration(snapshot.startedAt, snapshot.endedAt) : "";
}

/** What a running step says of itself. */
export function stepMessage(deployment: DeploymentState, steps: readonly StepId[]): string {
  for (const step of steps) {
    const snapshot = deployment.steps[step];
    if (snapshot?.state === "running" && snapshot.message) return snapshot.message;
  }
  return "";
}

const phaseWords: Readonly<Record<StepState, string>> = {
  waiting: "waiting",
  running: "running",
  done: "done",
  reused: "as it is",
  leftOut: "left out",
  failed: "failed",
  cancelled: "cancelled",
};

/** The seven phases with their durations. */
export function phaseChips(deployment: DeploymentState): MapPhase[] {
  const rows = rowSnapshots(deployment);
  const begun = hasBegun(deployment);
  return phases.map(({ id, title }: { id: PhaseId; title: string }): MapPhase => {
    const state = phaseState(deployment, id);
    const own = rows.filter((row) => row.id.startsWith(`${id}.`));
    const starts = own.flatMap((row) => (row.startedAt === undefined ? [] : [row.startedAt]));
    const ends = own.flatMap((row) => (row.endedAt === undefined ? [] : [row.endedAt]));
    const ended = state === "done" || state === "failed";
    return {
      id,
      title,
      state: begun ? ofStep[state] : "idle",
      word: begun ? phaseWords[state] : "",
      time: ended && starts.length && ends.length ? duration(Math.min(...starts), Math.max(...ends)) : "",
    };
  });
}
