import {
  cancelled,
  errorCode,
  isCancelled,
  isSlipwayError,
  reportOf,
  SlipwayError,
  throwIfCancelled,
  type ErrorReport,
} from "../base/errors";
import { elapsed } from "../base/elapsed";
import type { StopDiagnosis } from "../service/diagnosis/stopped";
import type { DeploymentRecord, OnRead } from "../ports/machine";
import type { Emit, Outcome, Resource } from "./events";
import { noteDeployment } from "./journal";
import { runGraph, withNeeds } from "./graph";
import type { PhaseId, StepId } from "./phases";
import { stepRows } from "./phases";
import type { Decision } from "./decision";
import { changesNothing, takings, type Plan } from "./plan";
import { prepare, type Prepared } from "./prepare";
import { Recorder } from "./recorder";
import { emptyState, reduce, resourcesOf, type DeploymentState } from "./state";
import { outageNote, readSoFar, type Outputs, type RunContext, type StuckAnswer } from "./step";
import { steps } from "./steps/index";
import { certificateTakesLong } from "./steps/certificate";
import { rolloutTakesLong } from "./steps/rolloutPatience";
import type { RunInput } from "./observedState";

/** What a run may ask of the person. */
export interface Interaction {
  /** The one consent. Called again when the world changed between showing the plan and carrying it out. */
  confirm(plan: Plan, again: boolean): Promise<boolean>;
  /** A task of the new version stopped for a reason that does not cure itself: wait for the circuit breaker, or stop now? */
  taskFailed?(cause: StopDiagnosis, canRollBack: boolean): Promise<StuckAnswer>;
  /** AWS takes the credentials no more, in the middle of a wait: resolves when it is worth another try; false gives up. */
  credentials?(report: ErrorReport, signal: AbortSignal): Promise<boolean>;
}

export interface DeployOptions {
  interaction: Interaction;
  record: DeploymentRecord;
  emit: Emit;
  signal: AbortSignal;
  runId: string;
  /** How the person knows the account: the profile's name, or "Local sandbox". */
  connection: string;
  region: string;
  /** Only this phase and what it needs; everything when absent. */
  onlyPhase?: PhaseId;
}

export interface DeployResult {
  outcome: Outcome;
  url?: string;
  resources: Resource[];
  error?: ReturnType<typeof reportOf>;
  plan?: Plan;
  state: DeploymentState;
}

/** One whole deployment: plan, consent, graph. Never throws; what went wrong is in the result and in the last event. */
export async function deploy(input: RunInput, options: DeployOptions): Promise<DeployResult> {
  let state = emptyState;
  // Durations are read off the events' times: those go on from the beginning, whatever the machine's time is set to.
  const zero = input.clock.now() - elapsed(input.clock);
  const record = new Recorder(
    options,
    (event) => {
      state = reduce(state, event);
    },
    () => Math.round(zero + elapsed(input.clock)),
  );
  const finish = (
    outcome: Outcome,
    extra: { url?: string; error?: ReturnType<typeof reportOf> } = {},
  ): DeployResult => {
    const resources = resourcesOf(state);
    record.emit({ type: "finished", outcome, resources, ...extra });
    return { outcome, resources, state, ...extra, ...(state.plan ? { plan: state.plan } : {}) };
  };
  const { app } = input;
  let running: RunContext | undefined;
  /** The same, once the notes have it. */
  const end = async (...how: Parameters<typeof finish>): Promise<DeployResult> => {
    if (running) await noteDeployment(running, how[0], state.startedAt ?? zero);
    return finish(...how);
  };
  input.cloud.tellOutages?.((report) => record.emit(outageNote(report)));
  try {
    record.emit({
      type: "started",
      operation: "deploy",
      runId: options.runId,
      application: app.name,
      environment: app.environment,
      region: options.region,
      connection: options.connection,
      folder: input.workspace.root,
    });
    record.emit({ type: "step", step: "identity", state: "running" });
    const onRead: OnRead = (files, bytes) =>
      record.emit({ type: "progress", step: "identity", message: readSoFar(files, bytes) });
    const prepared = await consented({ ...input, onRead }, options, record);
    if (!prepared) return finish("declined");
    const context = contextFor(prepared, options, record);
    running = context;
    try {
      await runSteps(context, options);
    } catch (error) {
      if (isRollback(error)) await undo(context);
      throw error;
    } finally {
      await context.outputs.login?.logout();
    }
    input.journal.account = prepared.plan.account;
    await context.saveJournal();
    const { url, probed } = context.outputs;
    return await end(
      url !== undefined && probed === false ? "doneNotProbed" : "done",
      url === undefined ? {} : { url },
    );
  } catch (error) {
    if (state.steps.identity?.state === "running")
      record.emit({ type: "step", step: "identity", state: isCancelled(error) ? "cancelled" : "done" });
    if (isCancelled(error) || options.signal.aborted) {
      const inRollout = state.steps.rollout?.state === "running" || state.steps.rollout?.state === "cancelled";
      return await end(inRollout ? "stoppedWatching" : "cancelled", { error: cancelReport(state, inRollout) });
    }
    const report = reportOf(error);
    if (isDetached(error)) return await end("stoppedWatching", { error: report });
    return await end(report.code === "RolledBack" ? "rolledBack" : "failed", { error: report });
  } finally {
    await record.release();
  }
}

/** What is left to itself, a rollout or a certificate's validation, has not failed. */
const isDetached = (error: unknown): boolean => [rolloutTakesLong, certificateTakesLong].includes(errorCode(error));
const isRollback = (error: unknown): boolean => error instanceof SlipwayError && error.code === "RolledBack";

/** So long after a look its network and quotas are not read again. */
const lookHoldsMilliseconds = 60_000;

/** So many plans in a row, each unlike the one that was consented to, are the work of something that does not rest. */
const mostLooks = 5;

const neverTheSame = () =>
  new SlipwayError({
    code: "PlanKeepsChanging",
    summary: `The account changed after each of ${mostLooks} plans, so nothing was started.`,
    remedy: "See who else changes this application (another deployment, a pipeline), then deploy again.",
    actions: ["retry"],
  });

/** Plan, ask, lock, look again: what was consented to is what is done. */
async function consented(input: RunInput, options: DeployOptions, record: Recorder): Promise<Prepared | undefined> {
  let prepared = await prepare(input);
  const looked = elapsed(input.clock);
  const { plan } = prepared;
  record.emit({ type: "identified", account: plan.account, arn: plan.arn });
  record.emit({
    type: "step",
    step: "identity",
    state: "done",
    detail: `${plan.account}, ${plan.region}, ${plan.arn}`,
  });
  record.emit({ type: "planned", plan });
  throwIfCancelled(options.signal);
  // Whose it is comes first: what is wrong with somebody else's service is not this person's to fix.
  if (takings(plan).length === 0) refuseWhatCannotWork(plan);
  let asked = plan.consentReasons.length > 0;
  if (asked && !(await options.interaction.confirm(plan, false))) return undefined;
  throwIfCancelled(options.signal);
  await record.lock(options.signal);
  if (asked || !changesNothing(plan)) {
    let consentedTo = prepared.consentKey;
    for (let looks = 1; ; looks++) {
      const fresh = elapsed(input.clock) - looked < lookHoldsMilliseconds;
      const again = await prepare(input, { observed: prepared.observed, fresh });
      prepared = again;
      refuseWhatCannotWork(again.plan);
      if (again.consentKey === consentedTo) break;
      if (looks === mostLooks) throw neverTheSame();
      record.emit({ type: "planned", plan: again.plan });
      asked = true;
      if (!(await options.interaction.confirm(again.plan, true))) return undefined;
      throwIfCancelled(options.signal);
      consentedTo = again.consentKey;
    }
  }
  record.emit({ type: "consented", asked });
  const { app, journal, workspace } = prepared.input;
  if (app.owner.id !== undefined && journal.ids?.[workspace.root] !== app.owner.id) {
    // Before anything is made: a run that is killed before slipway.json has the id finds its own things again.
    journal.ids = { ...journal.ids, [workspace.root]: app.owner.id };
    await options.record.writeJournal(journal);
  }
  return prepared;
}

/** A deployment that cannot come to its end does not start; one that changes nothing hurts nobody. */
function refuseWhatCannotWork(plan: Plan): void {
  const stops = plan.problems.filter(({ severity }) => severity === "stop");
  const [first, ...others] = stops;
  if (!first || changesNothing(plan)) return;
  throw new SlipwayError({
    code: first.code,
    summary: `This deployment cannot work, so nothing was started. ${first.sentence}`,
    evidence: others.flatMap(({ sentence, remedy }) => [
      `Also: ${sentence}`,
      ...(remedy === first.remedy ? [] : [`  ${remedy}`]),
    ]),
    remedy: first.remedy,
    actions: [...first.actions, "retry"],
  });
}

function contextFor(prepared: Prepared, options: DeployOptions, record: Recorder): RunContext {
  const { input } = prepared;
  const outputs: Partial<Outputs> = {};
  return {
    ...input,
    observed: prepared.observed,
    definition: prepared.definition,
    decisions: prepared.decisions,
    signal: options.signal,
    outputs,
    onRollback: [],
    ...awaitingCredentials(input, options),
    ...(options.interaction.taskFailed ? { taskFailed: options.interaction.taskFailed.bind(options.interaction) } : {}),
    emit: (event) => record.emit(event),
    saveJournal: notesKeeper(input, options, record),
    reportResource: (step, resource) => {
      if (prepared.decisions.get(step)?.action === "create") input.journal.created[step] = resource.arn;
      record.emit({ type: "resource", step, resource });
    },
  };
}

/** Notes help the next run and are never needed: where they cannot be written, that is said, once, and ends nothing. */
function notesKeeper(input: RunInput, options: DeployOptions, record: Recorder): () => Promise<void> {
  let isSaid = false;
  return async () => {
    try {
      await options.record.writeJournal(input.journal);
    } catch (error) {
      if (!isSaid)
        record.emit({
          type: "note",
          level: "warning",
          message: `${reportOf(error).summary} The deployment goes on without its notes.`,
        });
      isSaid = true;
    }
  };
}

function awaitingCredentials(
  { cloud }: RunInput,
  { interaction, signal }: DeployOptions,
): Pick<RunContext, "awaitCredentials"> {
  if (!interaction.credentials) return {};
  return {
    awaitCredentials: async (report) => {
      const isWorthIt = (await interaction.credentials?.(report, signal)) ?? false;
      if (isWorthIt) cloud.renew();
      return isWorthIt;
    },
  };
}

const waitingActions: readonly Decision["action"][] = ["reuse", "adopt", "leaveOut"];

/** The error with the step that it is of; what is not Slipway's own stays as it is. */
function atStep(error: unknown, step: StepId): unknown {
  return isSlipwayError(error) && error.step === undefined
    ? new SlipwayError({ ...reportOf(error), step }, { cause: error })
    : error;
}

async function runSteps(context: RunContext, options: DeployOptions): Promise<void> {
  const wanted =
    options.onlyPhase === undefined
      ? undefined
      : withNeeds(
          steps,
          steps.filter((step) => stepRows[step.id].startsWith(`${options.onlyPhase}.`)).map((step) => step.id),
        );
  const chosen = wanted ? steps.filter((step) => wanted.has(step.id)) : steps;
  // The identity was verified before anything could be planned.
  for (const step of chosen)
    if (step.id !== "identity") context.emit({ type: "step", step: step.id, state: "waiting" });
  await runGraph(
    chosen,
    async (id, signal) => {
      const step = chosen.find((item) => item.id === id);
      const decision = context.decisions.get(id);
      if (!step || !decision || id === "identity") return;
      const scoped: RunContext = { ...context, signal, cloud: context.cloud.withSignal(signal) };
      try {
        if (decision.action === "leaveOut")
          return context.emit({ type: "step", step: id, state: "leftOut", reason: decision.reason });
        const idle = waitingActions.includes(decision.action);
        if (!idle) context.emit({ type: "step", step: id, state: "running" });
        await (idle ? step.reuse?.(scoped) : step.apply(scoped, decision));
        const detail = step.detail?.(scoped);
        context.emit({
          type: "step",
          step: id,
          state: idle ? "reused" : "done",
          ...(detail === undefined ? {} : { detail }),
        });
      } catch (error) {
        const stopped = signal.aborted && (isCancelled(error) || options.signal.aborted);
        const isOver = stopped || isCancelled(error) || isDetached(error);
        context.emit({
          type: "step",
          step: id,
          state: isOver ? "cancelled" : "failed",
          detail: reportOf(error).summary,
        });
        throw stopped ? cancelled() : atStep(error, id);
      }
    },
    context.signal,
  );
}

/** ECS has rolled the service back; what Slipway itself changed for the new version goes back too. */
async function undo(context: RunContext): Promise<void> {
  for (const back of context.onRollback.reverse()) {
    await back(context).catch((error: unknown) =>
      context.emit({ type: "note", level: "warning", message: `Could not undo a change: ${reportOf(error).summary}` }),
    );
  }
}

function cancelReport(state: DeploymentState, inRollout: boolean): ReturnType<typeof reportOf> {
  const made = resourcesOf(state).filter((resource) => resource.origin === "created");
  return {
    code: "Cancelled",
    summary: inRollout ? "Slipway stopped watching; the rollout goes on in AWS." : "The deployment was cancelled.",
    evidence: made.length
      ? ["These exist by now:", ...made.map((resource) => `  ${resource.kind} ${resource.name}`)]
      : ["Nothing was created."],
    remedy: inRollout
      ? "Deploy again to pick up the wait; roll back or remove it if it is not wanted."
      : made.length
        ? "Deploy again to go on from here, or remove what exists."
        : "",
    actions: made.length ? (inRollout ? ["retry", "rollBack", "remove"] : ["retry", "remove"]) : ["retry"],
  };
}
