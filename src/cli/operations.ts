/** Stopping, starting and scaling from the command line. */
import type { ServiceOperations } from "../core/api";
import type { StandstillResult, StopPlan, TellCounts } from "../core/deploy/standstill";
import { standstillText, stopLines } from "../core/render/standstill";
import { systemClock } from "../machine/clock";
import type { Invocation } from "./arguments";
import { agreed } from "./consent";
import { exitCode } from "./exitCodes";
import type { Terminal } from "./terminal";

type Doing = "stop" | "start" | "scale";

/** @returns the exit code */
export async function runOperation(
  terminal: Terminal,
  what: Doing,
  invocation: Invocation,
  operations: ServiceOperations,
  signal: AbortSignal,
): Promise<number> {
  const { say, complain } = terminal;
  const { request } = invocation;
  const json = invocation.format === "json";
  const tell = counter(terminal, json);
  const run: Readonly<Record<Doing, () => Promise<StandstillResult>>> = {
    stop: () => operations.stop(request, confirmStop(terminal, invocation, signal), signal, tell),
    start: () => operations.start(request, signal, tell),
    scale: () => operations.scale(request, invocation.scale ?? {}, signal, tell),
  };
  const result = await run[what]();
  if (json) say(JSON.stringify({ ...result, resources: [] }));
  else if (result.outcome === "declined") complain("Nothing was changed.");
  else say(standstillText(what, result));
  return exitCode(result.outcome, undefined);
}

/** Says how many run whenever that changes. */
function counter({ say }: Terminal, json: boolean): TellCounts {
  let told = "";
  return ({ running, desired }) => {
    const line = json
      ? JSON.stringify({ type: "tasks", running, desired })
      : `      ${running} running, ${desired} wanted`;
    if (line === told) return;
    told = line;
    say(json ? JSON.stringify({ type: "tasks", at: systemClock.now(), running, desired }) : line);
  };
}

function confirmStop(terminal: Terminal, invocation: Invocation, signal: AbortSignal) {
  const { say } = terminal;
  return async (plan: StopPlan): Promise<boolean> => {
    const evidence = stopLines(plan);
    if (invocation.format === "json") say(JSON.stringify({ type: "stopPlan", at: systemClock.now(), plan }));
    else for (const line of evidence) say(`  ${line}`);
    if (plan.isStopped) return true;
    const asked = { what: "Stopping", question: "Stop it?", name: plan.confirmName, evidence };
    return agreed(terminal, invocation, asked, signal);
  };
}
