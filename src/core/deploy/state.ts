import type { ErrorReport } from "../base/errors";
import type { DeployEvent, Operation, Outcome, Resource, RolloutCounts, StepState } from "./events";
import type { Reason } from "./decision";
import { rows, stepRows, type PhaseId, type RowId, type StepId } from "./phases";
import type { Plan } from "./plan";

export interface StepSnapshot {
  state: StepState;
  startedAt?: number;
  endedAt?: number;
  detail?: string;
  /** Why it is left out. */
  reason?: Reason;
  message?: string;
  fraction?: number;
}

/** All that is known of a run: plain data, made of events by `reduce` alone. */
export interface DeploymentState {
  operation?: Operation;
  runId?: string;
  application?: string;
  environment?: string;
  region?: string;
  connection?: string;
  account?: string;
  startedAt?: number;
  endedAt?: number;
  plan?: Plan;
  joined: boolean;
  /** False while the person is asked. */
  consented: boolean;
  steps: Partial<Record<StepId, StepSnapshot>>;
  resources: Partial<Record<StepId, Resource>>;
  rollout?: RolloutCounts;
  notes: { level: "info" | "warning"; message: string }[];
  removed: { kind: string; name: string; state: "removing" | "removed" | "kept"; reason?: string }[];
  outcome?: Outcome;
  url?: string;
  error?: ErrorReport;
}

export const emptyState: DeploymentState = {
  joined: false,
  consented: false,
  steps: {},
  resources: {},
  notes: [],
  removed: [],
};

/** The next state. Pure; never changes what it is given. */
export function reduce(state: DeploymentState, event: DeployEvent): DeploymentState {
  switch (event.type) {
    case "started": {
      const { operation, runId, application, environment, region, connection, at } = event;
      return {
        ...emptyState,
        operation,
        runId,
        application,
        environment,
        region,
        connection,
        startedAt: at,
        steps:
          operation === "deploy"
            ? { configure: { state: "done", startedAt: at, endedAt: at, detail: `${connection}, ${region}` } }
            : {},
      };
    }
    case "identified":
      return { ...state, account: event.account };
    case "planned":
      return { ...state, plan: event.plan };
    case "joined":
      return { ...state, joined: true };
    case "consented":
      return { ...state, consented: true };
    case "output":
      return state;
    case "step":
      return withStep(state, event.step, nextStep(state.steps[event.step], event));
    case "progress": {
      const before = state.steps[event.step] ?? { state: "running" as const, startedAt: event.at };
      const { fraction: _fraction, ...rest } = before;
      return withStep(state, event.step, {
        ...rest,
        message: event.message,
        ...(event.fraction === undefined ? {} : { fraction: event.fraction }),
      });
    }
    case "resource":
      return { ...state, resources: { ...state.resources, [event.step]: event.resource } };
    case "rollout":
      return { ...state, rollout: event.counts };
    case "note":
      return { ...state, notes: [...state.notes, { level: event.level, message: event.message }] };
    case "removed": {
      const { kind, name, state: removal, reason } = event;
      const others = state.removed.filter((item) => item.kind !== kind || item.name !== name);
      return {
        ...state,
        removed: [...others, { kind, name, state: removal, ...(reason === undefined ? {} : { reason }) }],
      };
    }
    case "finished":
      return {
        ...state,
        outcome: event.outcome,
        endedAt: event.at,
        ...(event.url === undefined ? {} : { url: event.url }),
        ...(event.error === undefined ? {} : { error: event.error }),
      };
  }
}

function withStep(state: DeploymentState, step: StepId, snapshot: StepSnapshot): DeploymentState {
  return { ...state, steps: { ...state.steps, [step]: snapshot } };
}

function nextStep(before: StepSnapshot | undefined, event: Extract<DeployEvent, { type: "step" }>): StepSnapshot {
  const snapshot: StepSnapshot = { state: event.state };
  const startedAt = before?.startedAt ?? (event.state === "waiting" ? undefined : event.at);
  if (startedAt !== undefined) snapshot.startedAt = startedAt;
  if (event.state !== "running" && event.state !== "waiting") snapshot.endedAt = event.at;
  const detail = event.detail ?? before?.detail;
  if (detail !== undefined) snapshot.detail = detail;
  if (event.reason) snapshot.reason = event.reason;
  return snapshot;
}

export interface RowSnapshot {
  id: RowId;
  state: StepState;
  /** What the person reads: Building, Built, Left out, … */
  text: string;
  startedAt?: number;
  endedAt?: number;
  message?: string;
  fraction?: number;
  /** What there is to say of its steps; a reason is put into words by who shows it. */
  details: (string | Reason)[];
  resources: Resource[];
}

const order: readonly StepState[] = ["failed", "cancelled", "running", "waiting", "done", "reused", "leftOut"];

/** The nineteen rows; a row is what its steps are together. */
export function rowSnapshots(state: DeploymentState): RowSnapshot[] {
  return rows.map((row) => {
    const ids = (Object.keys(stepRows) as StepId[]).filter((id) => stepRows[id] === row.id);
    const steps = ids.flatMap((id) => (state.steps[id] ? [{ id, ...state.steps[id] }] : []));
    const combined = combine(steps, isOver(state));
    const starts = steps.flatMap((step) => (step.startedAt === undefined ? [] : [step.startedAt]));
    const ends = steps.flatMap((step) => (step.endedAt === undefined ? [] : [step.endedAt]));
    const active = steps.find((step) => step.state === "running" && step.message !== undefined);
    const ended = combined !== "running" && combined !== "waiting";
    return {
      id: row.id,
      state: combined,
      text: rowText(combined, row.running, row.done),
      ...(starts.length ? { startedAt: Math.min(...starts) } : {}),
      ...(ended && ends.length ? { endedAt: Math.max(...ends) } : {}),
      ...(active?.message === undefined ? {} : { message: active.message }),
      ...(active?.fraction === undefined ? {} : { fraction: active.fraction }),
      // What was left out says why only where the whole row was left out; a failure speaks alone.
      details: steps.flatMap((step) => {
        const said = step.reason ?? step.detail;
        const tells =
          (step.state !== "leftOut" || combined === "leftOut") && (combined !== "failed" || step.state === "failed");
        return said && tells ? [said] : [];
      }),
      resources: ids.flatMap((id) => (state.resources[id] ? [state.resources[id]] : [])),
    };
  });
}

/** Nothing goes on any more, whatever it came to. */
const isOver = (state: DeploymentState): boolean => state.outcome !== undefined;

/** Some of a row done and some waiting reads as running, while anything runs. */
function combine(steps: readonly { readonly state: StepState }[], over: boolean): StepState {
  if (steps.length === 0) return "waiting";
  const worst = order.find((candidate) => steps.some((step) => step.state === candidate)) ?? "waiting";
  const begun = steps.some((step) => step.state === "done");
  return worst === "waiting" && begun && !over ? "running" : worst;
}

function rowText(state: StepState, running: string, done: string): string {
  switch (state) {
    case "waiting":
      return "";
    case "running":
      return running;
    case "done":
    case "reused":
      return done;
    case "leftOut":
      return "Left out";
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
  }
}

/** Whether the rows tell of a deployment: before the first one, and for a removal, they tell nothing. */
export const hasBegun = (state: DeploymentState): boolean =>
  state.startedAt !== undefined && state.operation === "deploy";

/** A phase is what its rows are together. */
export function phaseState(state: DeploymentState, phase: PhaseId): StepState {
  return combine(
    rowSnapshots(state).filter((row) => row.id.startsWith(`${phase}.`)),
    isOver(state),
  );
}

/** The resources of a finished or broken run, in the order of the guide. */
export function resourcesOf(state: DeploymentState): Resource[] {
  return (Object.keys(stepRows) as StepId[]).flatMap((id) => (state.resources[id] ? [state.resources[id]] : []));
}
