/** `slipway logs`: the tail on the command line. Lines go to standard output; what the tail says of itself to standard error. */
import type { ConnectionChoice, SignInPrompts } from "../core/base/connection";
import type { Backend, RunRequest } from "../core/api";
import { isCancelled, SlipwayError } from "../core/base/errors";
import { harmless } from "../core/base/harmless";
import type { LogsConnection, TailRequest } from "../core/logs/api";
import { newestFirstFrom } from "../core/logs/history";
import { defaultFormat } from "../core/logs/format";
import { isNote, type TailEvent, type TailMode, type TailSink } from "../core/logs/tailTypes";
import { patternProblem } from "../core/logs/pattern";
import { requireOrder } from "../core/logs/since";
import type { TailTarget } from "../core/logs/target";
import { systemClock } from "../machine/clock";
import { momentOf } from "./moment";

export interface LogsArguments {
  /** A service, or a log group; the application of slipway.json without one. */
  what?: string;
  follow: boolean;
  /** Of the past so many last lines. */
  lines?: number;
  since?: string;
  until?: string;
  filter?: string;
  mode: TailMode;
  task?: string;
  container?: string;
}

/** What `aws logs tail` and people's patience suggest. */
const defaultSince = "15m";
/** How often new credentials are looked for, in milliseconds. */
const credentialsEvery = 5_000;
/** Source: the CloudWatch pricing page. */
const price = "Live Tail costs $0.01 a minute after the 1,800 free minutes of a month; --mode polling costs nothing.";

interface LogsRun {
  engine: Backend;
  choice: ConnectionChoice;
  request: RunRequest;
  format: "text" | "json";
  prompts: SignInPrompts;
  signal: AbortSignal;
}

// Notes stand among the lines on a terminal; in a pipe they would be lines that nobody logged.

/** Runs to the history's end, or with --follow until Ctrl+C (exit code 130). A closed pipe ends it without a word (0). */
export async function runLogs(run: LogsRun, given: LogsArguments): Promise<number> {
  const problem = given.filter === undefined ? undefined : patternProblem(given.filter);
  if (problem?.severity === "error")
    throw new SlipwayError({
      code: "Usage",
      summary: `--filter cannot be read at character ${problem.at + 1}: ${problem.message}`,
      actions: [],
    });
  const range = rangeOf(given);
  const out = new Output();
  const stop = new AbortController();
  const onStop = () => stop.abort();
  run.signal.addEventListener("abort", onStop, { once: true });
  out.onClosed = onStop;
  const logs = await run.engine.openLogs(run.choice, run.prompts, run.signal);
  try {
    const target = await targetOf(run, logs, given);
    if (given.follow && given.mode !== "polling" && logs.endpoint === undefined) complain(price);
    const tail = logs.tail(
      {
        target,
        mode: given.mode,
        follow: given.follow,
        format: { ...defaultFormat, dates: true, ansi: process.stdout.isTTY, notes: process.stdout.isTTY },
        ...range,
        ...(given.filter ? { pattern: given.filter } : {}),
      },
      sinkOf(run, out, given.follow),
    );
    const onAbort = () => void tail.stop();
    stop.signal.addEventListener("abort", onAbort, { once: true });
    if (stop.signal.aborted) onAbort();
    const { error } = await tail.done;
    await out.drained();
    if (error) throw new SlipwayError(error);
    return out.closed || !run.signal.aborted ? 0 : 130;
  } catch (error) {
    if (out.closed && isCancelled(error)) return 0;
    throw error;
  } finally {
    run.signal.removeEventListener("abort", onStop);
    await logs.close();
  }
}

type Range = Pick<TailRequest, "back" | "from" | "until" | "sinceDeployment" | "lines">;

function rangeOf({ since, until, lines }: LogsArguments): Range {
  const begin =
    since === "deployment"
      ? { sinceDeployment: true, back: 3_600_000 }
      : since === undefined && lines !== undefined
        ? { from: newestFirstFrom }
        : momentOf(since ?? defaultSince);
  const range = { ...begin, ...(lines === undefined ? {} : { lines }) };
  if (until === undefined) return range;
  const end = momentOf(until);
  const now = Date.now();
  const last = "from" in end ? end.from : now - end.back;
  // A deployment's beginning is known later; it is not before the hour that is looked at.
  if (since !== "deployment") requireOrder(begin, last, now);
  return { ...range, until: last };
}

async function targetOf(run: LogsRun, logs: LogsConnection, given: LogsArguments): Promise<TailTarget> {
  const { what, task, container } = given;
  const narrow = <T extends { cluster: string; service: string; group?: string }>(found: T): TailTarget =>
    task !== undefined
      ? { kind: "task", task, ...found, ...(container === undefined ? {} : { container }) }
      : { kind: "service", ...found, ...(container === undefined ? {} : { container }) };
  if (what === undefined) {
    const at = { choice: run.choice, identity: logs.identity };
    const { app } = await run.engine.project(run.request.folder, run.request, at);
    return narrow({ cluster: app.cluster, service: app.service, group: app.logGroup });
  }
  const named = what.startsWith("/")
    ? []
    : (await logs.services(run.signal)).filter(
        ({ cluster, service }) => service === what || `${cluster}/${service}` === what,
      );
  const [first, second] = named;
  if (first && !second) return narrow(first);
  if (second)
    throw new SlipwayError({
      code: "WhichService",
      summary: `Several clusters have a service ${what}.`,
      evidence: named.map(({ cluster, service }) => `${cluster}/${service}`),
      remedy: "Name one as CLUSTER/SERVICE.",
      actions: [],
    });
  const groups = await logs.groups(what, run.signal);
  if (groups.includes(what))
    return task === undefined
      ? { kind: "group", group: what }
      : { kind: "task", cluster: "default", task, group: what };
  throw new SlipwayError({
    code: "NothingToTail",
    summary: `There is neither a service nor a log group "${what}" here.`,
    evidence: groups.length ? [`Groups with a name like it: ${groups.slice(0, 5).join(", ")}`] : [],
    remedy: "Name a service, CLUSTER/SERVICE or a log group.",
    actions: [],
  });
}

function sinkOf(run: LogsRun, out: Output, follow: boolean): TailSink {
  return {
    async write(batch) {
      if (run.format === "text") {
        if (!process.stdout.isTTY) for (const item of batch.items) if (isNote(item)) complain(item.note);
        return out.write(batch.text);
      }
      for (const item of batch.items) if (isNote(item)) complain(item.note);
      return out.write(batch.items.map((item) => (isNote(item) ? "" : `${jsonLine(item)}\n`)).join(""));
    },
    changed: () => undefined,
    async credentials(report, signal) {
      if (!follow) throw new SlipwayError(report);
      complain(`${report.summary} ${report.remedy} New ones are looked for every ${credentialsEvery / 1000} s.`);
      await systemClock.sleep(credentialsEvery, signal);
    },
  };
}

function jsonLine({ at, ingestedAt, group, stream, task, container, id, late, message }: TailEvent): string {
  // The same value for whoever parses it, and nothing in it that a terminal acts on.
  return harmless(
    JSON.stringify({
      timestamp: new Date(at).toISOString(),
      ingestionTime: new Date(ingestedAt).toISOString(),
      group,
      stream,
      task,
      container,
      eventId: id,
      ...(late ? { late } : {}),
      message,
    }),
    false,
  );
}

function complain(line: string): void {
  process.stderr.write(`${harmless(line, false)}\n`);
}

/** Standard output, at its reader's pace; a reader that has gone away is no error. */
class Output {
  closed = false;
  onClosed: () => void = () => undefined;

  constructor() {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      this.closed = true;
      this.onClosed();
    });
  }

  async write(text: string): Promise<void> {
    if (text === "" || this.closed) return;
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
  }

  drained(): Promise<void> {
    return this.closed ? Promise.resolve() : new Promise((resolve) => process.stdout.write("", () => resolve()));
  }
}
