/** StartLiveTail: one update a second, at most 500 events in each. */
import { uuid } from "../ids";
import type { StartLiveTailRequest } from "../model/logs.types";
import { Streaming } from "../registry";
import type { LogEvent, LogGroupRecord } from "../states";
import { ApiError } from "../wire/errors";
import { eventFrame, exceptionFrame } from "../wire/eventStream";
import type { Region, SandboxState } from "../world";
import { compilePattern } from "./pattern";

const MAX_EVENTS = 500;
const SESSION_MS = 3 * 3600 * 1000;

/** The stream of one session; it ends when the client goes away, or after three hours. */
export function liveTail(
  world: SandboxState,
  region: Region,
  input: StartLiveTailRequest,
  groups: readonly LogGroupRecord[],
): Streaming {
  let test: (message: string) => boolean;
  try {
    test = compilePattern(input.logEventFilterPattern ?? "");
  } catch {
    throw new ApiError("InvalidParameterException", "Invalid filter pattern");
  }
  const wanted = (stream: string): boolean =>
    (!input.logStreamNames?.length || input.logStreamNames.includes(stream)) &&
    (!input.logStreamNamePrefixes?.length || input.logStreamNamePrefixes.some((p) => stream.startsWith(p)));
  return new Streaming(async (write, closed) => {
    let pending: { group: LogGroupRecord; stream: string; event: LogEvent }[] = [];
    const listener = (group: LogGroupRecord, stream: string, event: LogEvent): void => {
      if (groups.some((g) => g.name === group.name) && wanted(stream) && test(event.message))
        pending.push({ group, stream, event });
    };
    region.logs.listeners.add(listener);
    try {
      write(eventFrame("initial-response", {}));
      write(
        eventFrame("sessionStart", {
          requestId: uuid(),
          sessionId: uuid(),
          logGroupIdentifiers: input.logGroupIdentifiers,
          logStreamNames: input.logStreamNames ?? [],
          logStreamNamePrefixes: input.logStreamNamePrefixes ?? [],
          logEventFilterPattern: input.logEventFilterPattern ?? "",
        }),
      );
      const end = Date.now() + world.clock.timer(SESSION_MS);
      while (!closed.aborted) {
        await world.clock.wait(world.options.time === "instant" ? 250 : 1000, closed);
        const batch = pending;
        pending = [];
        // Sampling leaves events out of the middle, not only of the end.
        const lessened = batch.length > 1 && world.faultFires("sample-live-tail", "logs") !== undefined;
        const chosen = lessened ? batch.filter((_event, i) => i % 3 !== 1) : batch.slice(0, MAX_EVENTS);
        const results = chosen.map((p) => ({
          logGroupIdentifier: `${world.account}:${p.group.name}`,
          logStreamName: p.stream,
          message: p.event.message,
          timestamp: p.event.timestamp,
          ingestionTime: p.event.ingestionTime,
        }));
        write(
          eventFrame("sessionUpdate", {
            sessionMetadata: { sampled: chosen.length < batch.length },
            sessionResults: results,
          }),
        );
        // The connection is cut: what has not been sent by then is lost to this session.
        if (world.faultFires("cut-live-tail", "logs"))
          throw new ApiError("InternalFailure", "Injected: the live tail is cut.", 500);
        if (Date.now() > end || world.faultFires("end-live-tail", "logs")) {
          write(exceptionFrame("SessionTimeoutException", "Session Timed out."));
          return;
        }
      }
    } finally {
      region.logs.listeners.delete(listener);
    }
  });
}
