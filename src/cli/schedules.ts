/** `slipway schedules`: when each command runs next, which revision, and how its last run ended. */
import type { ServiceOperations } from "../core/api";
import { alignedRows } from "../core/render/document";
import { runsKnown, scheduleCells, scheduleColumns } from "../core/render/schedules";
import type { Invocation } from "./arguments";

/** In this machine's zone, with its offset: a schedule's own zone stands beside it. */
function local(at: number): string {
  const zone = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "long" }).format(at);
  return zone.replace(/^(\d\d)\/(\d\d)\/(\d{4}), (\d\d:\d\d):\d\d/, "$3-$2-$1 $4");
}

/** @returns 1 where the last run of one of them failed */
export async function schedulesCommand(
  { request, format }: Pick<Invocation, "request" | "format">,
  operations: ServiceOperations,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const look = await operations.schedules(request, signal);
  if (format === "json") say(JSON.stringify(look));
  else if (look.schedules.length === 0) say(`${look.application} has no schedules.`);
  else {
    alignedRows([[...scheduleColumns], ...look.schedules.map((row) => scheduleCells(row, local))]).forEach(say);
    say(runsKnown);
  }
  const failed = look.schedules.some(({ runs: [last] }) => last?.state === "failed" || last?.state === "notStarted");
  return failed ? 1 : 0;
}
