/** Deploying and going back from the command line: consent, events, and the exit code. */
import path from "node:path";
import type { Deployments } from "../core/api";
import type { DeployResult, Interaction } from "../core/deploy/deploy";
import type { DeployEvent } from "../core/deploy/events";
import type { Promotion } from "../core/deploy/observedState";
import { consentReasonText } from "../core/render/decisions";
import { eventJson } from "../core/render/json";
import { planSummary } from "../core/render/plan";
import { systemClock } from "../machine/clock";
import { resolvedSync } from "../machine/workspaceFiles";
import type { Invocation } from "./arguments";
import { agreed, refuseUndecided } from "./consent";
import { exitCode } from "./exitCodes";
import { errorLines, TextOutput } from "./output";
import type { Terminal } from "./terminal";

/** New credentials are looked for so often, and where nobody can sign in so many times. */
const [credentialsEveryMs, triesUnattended] = [5000, 24];

/** Credentials that end in mid-rollout: whoever sits there signs in elsewhere; a pipeline has two minutes. */
function waitForCredentials({ interactive }: Terminal, signal: AbortSignal): NonNullable<Interaction["credentials"]> {
  let tries = 0;
  return async () => {
    if (!interactive() && ++tries > triesUnattended) return false;
    await systemClock.sleep(credentialsEveryMs, signal);
    return true;
  };
}

/** Whether the command line names a path outside of the folder: by a flag, or as the context of a new application. */
function isAllowed({ allowed, request: { folder, answers } }: Invocation): (at: string) => boolean {
  const named = allowed.map((each) => path.resolve(each));
  if (answers?.context !== undefined) named.push(path.resolve(folder, answers.context));
  const real = named.map(resolvedSync);
  return (at) => real.includes(at);
}

/** A deployment: what is running already is joined. */
export const runDeploy = (
  terminal: Terminal,
  invocation: Invocation,
  connection: Deployments,
  signal: AbortSignal,
): Promise<number> =>
  run(terminal, invocation, connection, signal, {
    question: "Deploy?",
    start: (interaction, emit) => connection.deploy(invocation.request, interaction, emit, signal),
    joins: true,
  });

/**
 * Back to an earlier revision; without one that is named, a rollout under way is taken back, and nothing else happens.
 */
export async function runRollback(
  terminal: Terminal,
  invocation: Invocation,
  connection: Deployments,
  signal: AbortSignal,
): Promise<number> {
  const { request, to } = invocation;
  if (to === undefined && (await connection.rolloutUnderWay(request, signal)))
    return takeBack(terminal, invocation, connection, signal);
  return run(terminal, invocation, connection, signal, {
    question: "Go back?",
    start: (interaction, emit) => connection.goBack(request, to, interaction, emit, signal),
    joins: false,
  });
}

/** A rollout that waits at a pause goes on; whoever deployed it watches it. */
export async function runContinue(
  { say }: Terminal,
  { request, format }: Invocation,
  connection: Deployments,
  signal: AbortSignal,
): Promise<number> {
  const { revision, stage } = await connection.continueRollout(request, signal);
  if (format === "json") say(JSON.stringify({ outcome: "done", url: null, resources: [], revision, stage }));
  else say(`The deployment of ${revision} goes on from ${stage}.`);
  return exitCode("done", undefined);
}

/** What runs in another environment is brought here. */
export const runPromote = (
  terminal: Terminal,
  invocation: Invocation,
  connection: Deployments,
  promotion: Promotion,
  signal: AbortSignal,
): Promise<number> =>
  run(terminal, invocation, connection, signal, {
    question: "Promote?",
    start: (interaction, emit) => connection.promote(invocation.request, promotion, interaction, emit, signal),
    joins: false,
  });

/** The tasks of what runs are started again. */
export const runRestart = (
  terminal: Terminal,
  invocation: Invocation,
  connection: Deployments,
  signal: AbortSignal,
): Promise<number> =>
  run(terminal, invocation, connection, signal, {
    question: "Start them again?",
    start: (interaction, emit) => connection.restart(invocation.request, interaction, emit, signal),
    joins: false,
  });

/** Has ECS take back the rollout that is under way, whoever began it. */
async function takeBack(
  terminal: Terminal,
  invocation: Invocation,
  connection: Deployments,
  signal: AbortSignal,
): Promise<number> {
  const { say, complain } = terminal;
  const { request, format } = invocation;
  const json = format === "json";
  const what = "A rollout is under way: ECS takes it back to the revision before. Nothing else happens.";
  if (!json) say(`  ${what}`);
  const question = { what: "Taking the rollout back", question: "Take it back?", evidence: [what] };
  if (!(await agreed(terminal, invocation, question, signal))) {
    complain("Nothing was changed.");
    return exitCode("declined", undefined);
  }
  let told = "";
  const { revision, settled } = await connection.rollBack(request, signal, (counts) => {
    if (json) return say(JSON.stringify({ type: "rollout", at: systemClock.now(), counts }));
    const line = `      ${counts.running} of ${counts.desired} running`;
    if (line !== told) say((told = line));
  });
  if (json) say(JSON.stringify({ outcome: settled ? "done" : "stoppedWatching", url: null, resources: [], revision }));
  else say(settled ? `Rolled back to ${revision}.` : "ECS still rolls it back, which takes longer than usual.");
  return exitCode(settled ? "done" : "stoppedWatching", undefined);
}

interface Run {
  readonly question: string;
  start(interaction: Interaction, emit: (event: DeployEvent) => void): Promise<DeployResult>;
  /** Whether a deployment that is under way is followed instead. */
  readonly joins: boolean;
}

async function run(
  terminal: Terminal,
  invocation: Invocation,
  connection: Deployments,
  signal: AbortSignal,
  { question, start, joins }: Run,
): Promise<number> {
  const { say, complain } = terminal;
  const { request, format, yes } = invocation;
  const json = format === "json";
  const output = new TextOutput(say);
  const emit = (event: DeployEvent) => {
    if (joins && event.type === "finished" && event.error?.code === "AlreadyRunning") return;
    if (!json) output.emit(event);
    // The last line is the result, which says the same and more.
    else if (event.type !== "finished") say(JSON.stringify(eventJson(event)));
  };
  const join = () => joinRunning(terminal, connection, request, emit, json, signal);
  const joined = joins && (await connection.isDeploying(request, signal)) ? await join() : undefined;
  if (typeof joined === "number") return joined;
  const interaction: Interaction = {
    credentials: waitForCredentials(terminal, signal),
    async confirm(plan, again) {
      if (!json) {
        if (again) say("What is in AWS has changed meanwhile; this is the new plan.");
        planSummary(plan).forEach((line) => say(`  ${line}`));
      }
      if (yes) refuseUndecided(plan, invocation, isAllowed(invocation));
      const evidence = plan.consentReasons.map((reason) => consentReasonText(reason, plan.local));
      return agreed(terminal, invocation, { what: "The plan", question, name: plan.confirmName, evidence }, signal);
    },
  };
  const result = await start(interaction, emit);
  const { outcome, url, resources, error } = result;
  // Another one took the lock while this one was still looking.
  const lateJoined = joins && error?.code === "AlreadyRunning" ? await join() : undefined;
  if (typeof lateJoined === "number") return lateJoined;
  if (json) say(JSON.stringify({ outcome, url: url ?? null, resources, ...(error ? { error } : {}) }));
  else {
    if (url && (outcome === "done" || outcome === "doneNotProbed"))
      say(`${outcome === "done" ? "Live" : "Done, not probed"}: ${url}`);
    else if (outcome === "done") say("Done: the service runs.");
    if (outcome === "declined") complain("Nothing was changed.");
    if (error) errorLines(error).forEach(complain);
  }
  return exitCode(outcome, error);
}

/**
 * The lock is held: its deployment is followed to its end instead of starting another. Undefined where that end came
 * before there was anything to follow.
 */
async function joinRunning(
  { say, complain }: Terminal,
  connection: Deployments,
  request: Invocation["request"],
  emit: (event: DeployEvent) => void,
  json: boolean,
  signal: AbortSignal,
): Promise<number | undefined> {
  let last: Extract<DeployEvent, { type: "finished" }> | undefined;
  await connection.follow(
    request,
    (event) => {
      if (event.type === "finished") last = event;
      emit(event);
    },
    signal,
  );
  if (!last) return undefined;
  const { outcome, url, resources, error } = last;
  if (json) say(JSON.stringify({ outcome, url: url ?? null, resources, ...(error ? { error } : {}) }));
  else {
    if (url) say(`Live: ${url}`);
    if (error) errorLines(error).forEach(complain);
  }
  return exitCode(outcome, error);
}
