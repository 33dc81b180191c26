/** Log groups and streams, as tasks and API calls write them. */
import { digits } from "../ids";
import type { LogEvent, LogGroupRecord, LogStreamRecord } from "../states";
import { ApiError } from "../wire/errors";
import { vend } from "../cloudwatch/vended";
import type { Region, SandboxState } from "../world";

const noGroup = (): ApiError => new ApiError("ResourceNotFoundException", "The specified log group does not exist.");

export function logGroupOf(region: Region, name: string): LogGroupRecord {
  const group = region.logs.groups.get(name);
  if (!group) throw noGroup();
  return group;
}

export function makeGroup(
  region: Region,
  name: string,
  more: Partial<Pick<LogGroupRecord, "class" | "kmsKeyId" | "isProtected">> = {},
): LogGroupRecord {
  const group: LogGroupRecord = {
    name,
    arn: region.arn("logs", `log-group:${name}`),
    creationTime: Date.now(),
    tags: new Map(),
    class: "STANDARD",
    isProtected: false,
    streams: new Map(),
    storedBytes: 0,
    ...more,
  };
  region.logs.groups.set(name, group);
  return group;
}

export function makeStream(group: LogGroupRecord, name: string): LogStreamRecord {
  const stream: LogStreamRecord = { name, creationTime: Date.now(), events: [], sequenceToken: digits(56), dropped: 0 };
  group.streams.set(name, stream);
  return stream;
}

/** How many events of a stream are kept, the newest; what is dropped is counted (`GET logs`). */
const MOST_KEPT = 20_000;

let sequence = 0;

/** Appends events, which become visible to reads after the ingestion delay, and to live tails at once. */
export function append(
  world: SandboxState,
  region: Region,
  group: LogGroupRecord,
  stream: LogStreamRecord,
  events: readonly { timestamp: number; message: string }[],
): void {
  const held = world.faultFires("hold-events", `${group.name}/${stream.name}`);
  if (!held) return ingest(world, region, group, stream, events);
  // What an agent keeps is ingested late, under the timestamps that it had.
  world.background(
    "held events",
    world.clock.wait(held.delayMs ?? 10_000).then(() => ingest(world, region, group, stream, events)),
  );
}

function ingest(
  world: SandboxState,
  region: Region,
  group: LogGroupRecord,
  stream: LogStreamRecord,
  events: readonly { timestamp: number; message: string }[],
): void {
  const now = Date.now();
  const visibleAt = now + world.lag("logs");
  const before = group.storedBytes;
  for (const e of events) {
    const event: LogEvent = {
      id: `3${String(now).padStart(15, "0")}${String(sequence++).padStart(12, "0")}${digits(28)}`,
      timestamp: e.timestamp,
      ingestionTime: now,
      message: e.message,
      visibleAt,
    };
    stream.events.push(event);
    group.storedBytes += Buffer.byteLength(e.message) + 26;
    for (const listener of region.logs.listeners) listener(group, stream.name, event);
  }
  const of = { LogGroupName: group.name };
  if (events.length > 0) {
    vend(world, region, "AWS/Logs", "IncomingLogEvents", of, events.length, "None");
    vend(world, region, "AWS/Logs", "IncomingBytes", of, group.storedBytes - before, "Bytes");
  }
  stream.sequenceToken = digits(56);
  const excess = stream.events.length - MOST_KEPT;
  if (excess > 0) {
    stream.events.splice(0, excess);
    stream.dropped += excess;
  }
  stream.lastIngestion = now;
}
