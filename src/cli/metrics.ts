import type { Backend, Connection, MonitorTime, RunRequest, ServiceMonitoring } from "../core/api";
import { isCancelled } from "../core/base/errors";
import { requireOrder } from "../core/logs/since";
import type { MonitorSubject } from "../core/monitor/look";
import { monitorJson, monitorLines } from "../core/render/monitor";
import { systemClock } from "../machine/clock";
import type { MetricsArguments } from "./figuresArguments";
import { momentOf } from "./moment";

const defaultSince = "1h";
/** CloudWatch has new figures once a minute. */
const watchMilliseconds = 60_000;

/** `2026-11-30 17:05` on the clock of this machine. */
const here = (at: number): string => {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace("T", " ");
};

function timeOf({ since = defaultSince, until }: MetricsArguments): MonitorTime {
  const begin = momentOf(since);
  if (until === undefined) return { since: begin };
  const end = momentOf(until);
  const now = systemClock.now();
  const last = "from" in end ? end.from : now - end.back;
  requireOrder(begin, last, now);
  return { since: begin, until: last };
}

/**
 * `slipway metrics`: a service's figures, once or each minute.
 * @returns 0, or 130 where --watch was ended
 */
export async function runMetrics(
  given: MetricsArguments,
  { request, json, region }: { request: RunRequest; json: boolean; region: string },
  engine: Backend,
  connection: ServiceMonitoring & Pick<Connection, "choice" | "identity">,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<number> {
  const time = timeOf(given);
  const { service, cluster, watch } = given;
  const where = async (): Promise<string> =>
    cluster ?? (await engine.project(request.folder, request, connection)).app.cluster;
  const of: RunRequest | MonitorSubject = service === undefined ? request : { cluster: await where(), service };
  for (let looks = 0; ; looks++) {
    if (looks > 0) {
      try {
        await systemClock.sleep(watchMilliseconds, signal);
      } catch (error) {
        if (isCancelled(error)) return 130;
        throw error;
      }
      if (!json) say("");
    }
    const look = await connection.monitor(of, time, signal);
    if (json) say(JSON.stringify(monitorJson(look)));
    else monitorLines(look, here, region).forEach(say);
    if (!watch) return 0;
  }
}
