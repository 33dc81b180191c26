/** CloudWatch Logs' API. */
import type { FilteredLogEvent, LogGroup, LogsOperations, LogStream, OutputLogEvent } from "../model/logs.types";
import type { Table } from "../registry";
import { findKey } from "../secrets/keyStore";
import type { LogEvent, LogGroupRecord, LogStreamRecord } from "../states";
import { page } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { insightsOperations } from "./insights/operations";
import { liveTail } from "./liveTail";
import { compilePattern } from "./pattern";
import { judged, readable } from "./batches";
import { append, logGroupOf, makeGroup, makeStream } from "./store";

const RETENTION = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const invalid = (text: string): ApiError => new ApiError("InvalidParameterException", text);
const badToken = (): ApiError => invalid("The specified nextToken is invalid.");
const noStream = (): ApiError => new ApiError("ResourceNotFoundException", "The specified log stream does not exist.");

/** The group by name or by ARN (with or without `:*`). */
function groupBy(region: Region, input: { logGroupName?: string; logGroupIdentifier?: string }): LogGroupRecord {
  const id = input.logGroupName ?? input.logGroupIdentifier;
  if (id === undefined)
    throw invalid(
      "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null",
    );
  return logGroupOf(region, id.startsWith("arn:") ? (id.split(":log-group:")[1] ?? "").replace(/:\*$/, "") : id);
}

function byArn(region: Region, arn: string): LogGroupRecord {
  const found = [...region.logs.groups.values()].find((g) => g.arn === arn.replace(/:\*$/, ""));
  if (!found) throw new ApiError("ResourceNotFoundException", "The specified resource does not exist.");
  return found;
}

function describeGroup(group: LogGroupRecord): LogGroup {
  return {
    logGroupName: group.name,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    creationTime: group.creationTime,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    storedBytes: group.storedBytes,
    logGroupClass: group.class,
    ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
    deletionProtectionEnabled: group.isProtected,
  };
}

function describeStream(group: LogGroupRecord, stream: LogStreamRecord): LogStream {
  const now = Date.now();
  const seen = stream.events.filter((e) => e.visibleAt <= now);
  return {
    logStreamName: stream.name,
    arn: `${group.arn}:log-stream:${stream.name}`,
    creationTime: stream.creationTime,
    firstEventTimestamp: seen[0]?.timestamp,
    lastEventTimestamp: seen.at(-1)?.timestamp,
    lastIngestionTime: stream.lastIngestion,
    uploadSequenceToken: stream.sequenceToken,
    storedBytes: 0,
  };
}

const visible = (stream: LogStreamRecord, from: number | undefined, until: number | undefined): LogEvent[] => {
  const now = Date.now();
  return stream.events.filter(
    (e) =>
      e.visibleAt <= now && (from === undefined || e.timestamp >= from) && (until === undefined || e.timestamp < until),
  );
};

/** Newest first is to be had of what was written since. Source: the SDK's model of FilterLogEvents. */
const NEWEST_FIRST_FROM = Date.UTC(2024, 0, 1);
/** How a token of a search begins that goes from the newest event back. */
const BACKWARDS = /^b\./;

export const logsOperations = (world: SandboxState): Table<LogsOperations> => ({
  ...insightsOperations(world),
  CreateLogGroup: {
    supports: "logGroupName tags kmsKeyId logGroupClass deletionProtectionEnabled",
    run: (input, { region }) => {
      if (input.logGroupName.startsWith("aws/")) throw invalid("Log group name cannot start with aws/");
      if (region.logs.groups.has(input.logGroupName))
        throw new ApiError("ResourceAlreadyExistsException", "The specified log group already exists");
      const { logGroupClass = "STANDARD" } = input;
      if (logGroupClass !== "STANDARD" && logGroupClass !== "INFREQUENT_ACCESS")
        throw new ApiError(
          "NotImplementedException",
          `The sandbox does not implement log groups of class ${logGroupClass}.`,
          501,
        );
      if (input.kmsKeyId !== undefined && !findKey(region, input.kmsKeyId))
        throw invalid("The specified KMS Key Id could not be found.");
      const group = makeGroup(region, input.logGroupName, {
        class: logGroupClass,
        isProtected: input.deletionProtectionEnabled ?? false,
        ...(input.kmsKeyId === undefined ? {} : { kmsKeyId: input.kmsKeyId }),
      });
      for (const [k, v] of Object.entries(input.tags ?? {})) group.tags.set(k, v);
      return {};
    },
  },
  DescribeLogGroups: {
    supports: "logGroupNamePrefix logGroupNamePattern nextToken limit logGroupIdentifiers logGroupClass",
    run: (input, { region }) => {
      if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined)
        throw invalid("Cannot specify both logGroupNamePrefix and logGroupNamePattern.");
      const groups = [...region.logs.groups.values()]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .filter(
          (g) =>
            (input.logGroupClass === undefined || g.class === input.logGroupClass) &&
            g.name.startsWith(input.logGroupNamePrefix ?? "") &&
            g.name.includes(input.logGroupNamePattern ?? "") &&
            (!input.logGroupIdentifiers?.length ||
              input.logGroupIdentifiers.some((id) => id === g.name || id.replace(/:\*$/, "") === g.arn)),
        );
      const p = page(groups, input.nextToken, input.limit ?? 50, badToken);
      return { logGroups: p.items.map(describeGroup), nextToken: p.next };
    },
  },
  DeleteLogGroup: {
    supports: "*",
    run: (input, { region }) => {
      if (logGroupOf(region, input.logGroupName).isProtected)
        throw new ApiError(
          "ValidationException",
          "The log group cannot be deleted because deletion protection is enabled for it.",
        );
      region.logs.groups.delete(input.logGroupName);
      return {};
    },
  },
  PutRetentionPolicy: {
    supports: "*",
    run: (input, { region }) => {
      if (!RETENTION.includes(input.retentionInDays))
        throw invalid(
          `1 validation error detected: Value '${input.retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION.join(", ")}]`,
        );
      logGroupOf(region, input.logGroupName).retentionInDays = input.retentionInDays;
      return {};
    },
  },
  DeleteRetentionPolicy: {
    supports: "*",
    run: (input, { region }) => {
      delete logGroupOf(region, input.logGroupName).retentionInDays;
      return {};
    },
  },
  CreateLogStream: {
    supports: "*",
    run: (input, { region }) => {
      const group = logGroupOf(region, input.logGroupName);
      if (group.streams.has(input.logStreamName))
        throw new ApiError("ResourceAlreadyExistsException", "The specified log stream already exists");
      makeStream(group, input.logStreamName);
      return {};
    },
  },
  DescribeLogStreams: {
    supports: "*",
    run: (input, { region }) => {
      const group = groupBy(region, input);
      const byTime = input.orderBy === "LastEventTime";
      if (byTime && input.logStreamNamePrefix !== undefined)
        throw invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
      const streams = [...group.streams.values()]
        .filter((s) => s.name.startsWith(input.logStreamNamePrefix ?? ""))
        .map((s) => describeStream(group, s));
      streams.sort((a, b) =>
        byTime
          ? (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0)
          : (a.logStreamName ?? "") < (b.logStreamName ?? "")
            ? -1
            : 1,
      );
      if (input.descending) streams.reverse();
      const p = page(streams, input.nextToken, input.limit ?? 50, badToken);
      return { logStreams: p.items, nextToken: p.next };
    },
  },
  DeleteLogStream: {
    supports: "*",
    run: (input, { region }) => {
      if (!logGroupOf(region, input.logGroupName).streams.delete(input.logStreamName)) throw noStream();
      return {};
    },
  },
  PutLogEvents: {
    supports: "logGroupName logStreamName logEvents sequenceToken",
    run: (input, { region }) => {
      const group = logGroupOf(region, input.logGroupName);
      const stream = group.streams.get(input.logStreamName);
      if (!stream) throw noStream();
      const { taken, rejected } = judged(group, input.logEvents);
      append(world, region, group, stream, taken);
      return {
        nextSequenceToken: stream.sequenceToken,
        ...(rejected === undefined ? {} : { rejectedLogEventsInfo: rejected }),
      };
    },
  },
  GetLogEvents: {
    supports: "logGroupName logGroupIdentifier logStreamName startTime endTime nextToken limit startFromHead unmask",
    run: (input, { region }) => {
      const stream = readable(groupBy(region, input)).streams.get(input.logStreamName);
      if (!stream) throw noStream();
      const events = visible(stream, input.startTime, input.endTime);
      const limit = input.limit ?? 10_000;
      const [direction, position] = [input.nextToken?.[0], Number(input.nextToken?.slice(2))];
      if (input.nextToken !== undefined && (!["f", "b"].includes(direction ?? "") || !Number.isInteger(position)))
        throw badToken();
      let start = input.startFromHead ? 0 : Math.max(0, events.length - limit);
      if (direction === "f") start = Math.min(position, events.length);
      const end = direction === "b" ? Math.min(position, events.length) : Math.min(events.length, start + limit);
      if (direction === "b") start = Math.max(0, end - limit);
      const out = events
        .slice(start, end)
        .map((e): OutputLogEvent => ({ timestamp: e.timestamp, message: e.message, ingestionTime: e.ingestionTime }));
      return { events: out, nextForwardToken: `f/${end}`, nextBackwardToken: `b/${start}` };
    },
  },
  FilterLogEvents: {
    supports:
      "logGroupName logGroupIdentifier logStreamNames logStreamNamePrefix startTime endTime filterPattern " +
      "nextToken limit startFromHead interleaved unmask",
    run: (input, { region }) => {
      const group = readable(groupBy(region, input));
      if (input.startFromHead === false && (input.startTime ?? 0) < NEWEST_FIRST_FROM)
        throw invalid("startFromHead can be false only where startTime is on or after Jan 1, 2024 00:00:00 UTC.");
      if (input.logStreamNames !== undefined && input.logStreamNamePrefix !== undefined)
        throw invalid("A logStreamNamePrefix and logStreamNames cannot both be given.");
      if (input.logStreamNames && input.logStreamNames.length > 100)
        throw invalid("At most 100 log streams can be searched.");
      let test: (message: string) => boolean;
      try {
        test = compilePattern(input.filterPattern ?? "");
      } catch {
        throw invalid("Invalid filter pattern");
      }
      const streams = [...group.streams.values()].filter(
        (s) =>
          (!input.logStreamNames || input.logStreamNames.includes(s.name)) &&
          s.name.startsWith(input.logStreamNamePrefix ?? ""),
      );
      if (input.logStreamNames?.some((n) => !group.streams.has(n))) throw noStream();
      const all = streams.flatMap((s) =>
        visible(s, input.startTime, input.endTime === undefined ? undefined : input.endTime + 1)
          .filter((e) => test(e.message))
          .map((e) => ({ e, s: s.name })),
      );
      all.sort((a, b) => a.e.timestamp - b.e.timestamp || a.e.ingestionTime - b.e.ingestionTime);
      // A search that has found nothing within its time says where it stopped: an empty page, and more to come.
      if (world.faultFires("empty-pages", group.name))
        return {
          events: [],
          searchedLogStreams: [],
          nextToken: input.nextToken ?? Buffer.from("p0").toString("base64url"),
        };
      // The token goes on in its own direction, whatever is asked with it.
      const token = input.nextToken?.replace(BACKWARDS, "");
      const backwards = input.nextToken === undefined ? input.startFromHead === false : token !== input.nextToken;
      if (backwards) all.reverse();
      const p = page(all, token, Math.min(input.limit ?? 10_000, 10_000), badToken);
      const events = p.items.map(
        ({ e, s }): FilteredLogEvent => ({
          logStreamName: s,
          timestamp: e.timestamp,
          message: e.message,
          ingestionTime: e.ingestionTime,
          eventId: e.id,
        }),
      );
      return {
        events,
        searchedLogStreams: [],
        nextToken: backwards && p.next !== undefined ? `b.${p.next}` : p.next,
      };
    },
  },
  StartLiveTail: {
    supports: "*",
    run: (input, { region }) => {
      if (input.logGroupIdentifiers.length === 0 || input.logGroupIdentifiers.length > 10)
        throw invalid("Between 1 and 10 log group identifiers must be given.");
      if (input.logGroupIdentifiers.some((id) => !id.startsWith("arn:") || id.endsWith(":*")))
        throw invalid("Log group identifiers must be ARNs that do not end with an asterisk.");
      if (input.logGroupIdentifiers.length > 1 && (input.logStreamNames?.length || input.logStreamNamePrefixes?.length))
        throw invalid("Log streams can only be given with a single log group.");
      const groups = input.logGroupIdentifiers.map((arn) => readable(byArn(region, arn)));
      // The table's output type is the modelled union; the dispatcher recognises a stream by its class.
      return liveTail(world, region, input, groups) as unknown as Record<string, never>;
    },
  },
  PutLogGroupDeletionProtection: {
    supports: "*",
    run: (input, { region }) => {
      const group = groupBy(region, { logGroupIdentifier: input.logGroupIdentifier });
      group.isProtected = input.deletionProtectionEnabled;
      return {};
    },
  },
  TagResource: {
    supports: "*",
    run: (input, { region }) => {
      for (const [k, v] of Object.entries(input.tags)) byArn(region, input.resourceArn).tags.set(k, v);
      return {};
    },
  },
  UntagResource: {
    supports: "*",
    run: (input, { region }) => {
      for (const k of input.tagKeys) byArn(region, input.resourceArn).tags.delete(k);
      return {};
    },
  },
  ListTagsForResource: {
    supports: "*",
    run: (input, { region }) => ({ tags: Object.fromEntries(byArn(region, input.resourceArn).tags) }),
  },
});
