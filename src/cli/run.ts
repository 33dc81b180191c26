/** `slipway run -- COMMAND…`: its lines on standard output, what is said of it on standard error, its exit code. */
import type { ServiceOperations } from "../core/api";
import type { OneOff, OneOffNews } from "../core/deploy/oneOff";
import { systemClock } from "../machine/clock";
import type { Invocation } from "./arguments";
import type { Terminal } from "./terminal";

/** @returns the command's exit code */
export async function runCommand(
  { say, complain }: Terminal,
  { request, format }: Invocation,
  wish: OneOff,
  operations: ServiceOperations,
  signal: AbortSignal,
): Promise<number> {
  const json = format === "json";
  const result = await operations.run(request, wish, signal, (news) => {
    if (json) say(JSON.stringify(eventOf(news)));
    else if (news.kind === "line") say(news.message);
    else complain(noteOf(news));
  });
  if (json)
    say(JSON.stringify({ outcome: result.exitCode === 0 ? "done" : "failed", url: null, resources: [], ...result }));
  else if (result.exitCode !== 0) complain(`The command ended with ${result.exitCode} (task ${result.task}).`);
  return result.exitCode;
}

function eventOf(news: OneOffNews): Record<string, unknown> {
  const { kind, ...rest } = news;
  return {
    type: kind === "line" ? "log" : kind === "state" ? "taskState" : "taskStarted",
    at: systemClock.now(),
    ...rest,
  };
}

function noteOf(news: Exclude<OneOffNews, { kind: "line" }>): string {
  if (news.kind === "state") return `  ${news.state.toLowerCase()}`;
  const silent =
    news.log === undefined ? ". Its container has no awslogs log, so what it prints is not shown here" : "";
  return `Task ${news.task} of ${news.revision}${silent}`;
}
