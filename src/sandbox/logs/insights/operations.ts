/** CloudWatch Logs Insights: queries that run for a while, and those that are saved. */
import { uuid } from "../../ids";
import type { LogsOperations, QueryInfo, StartQueryRequest } from "../../model/logs.types";
import type { Table } from "../../registry";
import type { InsightsQuery, LogGroupRecord } from "../../states";
import { page } from "../../util";
import { ApiError, notImplemented } from "../../wire/errors";
import type { Region, SandboxState } from "../../world";
import { logGroupOf } from "../store";
import { textOf } from "./functions";
import { fieldsOf, runQuery, type Source } from "./run";
import { readQuery } from "./syntax";
import { QueryError, type Command } from "./tree";

type Operations = Pick<
  LogsOperations,
  | "StartQuery"
  | "GetQueryResults"
  | "StopQuery"
  | "DescribeQueries"
  | "GetLogRecord"
  | "GetLogGroupFields"
  | "PutQueryDefinition"
  | "DescribeQueryDefinitions"
  | "DeleteQueryDefinition"
>;

const MOST_GROUPS = 50;
const MOST_ROWS = 100_000;
const MOST_IN_PAGE = 10_000;
const MOST_RUNNING = 100;
/** On AWS queries are known for seven days; here the last of them are, with their results. */
const MOST_KEPT = 200;
/** How long one runs: on AWS seconds, of so few events. */
const RUN_MS = 1500;
const RUN_INSTANT_MS = 50;
const FIELDS_AROUND_MS = 8 * 60_000;
const FIELDS_LAST_MS = 15 * 60_000;

const invalid = (text: string): ApiError => new ApiError("InvalidParameterException", text);
const badToken = (): ApiError => invalid("The specified nextToken is invalid.");
const noQuery = (): ApiError => new ApiError("ResourceNotFoundException", "The specified query does not exist.");

const nameOf = (id: string): string =>
  id.startsWith("arn:") ? (id.split(":log-group:")[1] ?? "").replace(/:\*$/, "") : id;

/** Reads a query, or says with AWS's error what of it is none. */
function read(text: string): Command[] {
  try {
    return readQuery(text);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new ApiError("MalformedQueryException", error.message, 400, {
      queryCompileError: {
        location: { startCharOffset: error.start, endCharOffset: error.end },
        message: error.message,
      },
    });
  }
}

function onlyCwli(language: string | undefined, operation: string): void {
  if (language !== undefined && language !== "CWLI")
    throw notImplemented("logs", operation, `queryLanguage=${language}`);
}

function groupsOf(region: Region, input: StartQueryRequest): LogGroupRecord[] {
  const given = [
    input.logGroupName === undefined ? undefined : [input.logGroupName],
    input.logGroupNames,
    input.logGroupIdentifiers,
  ].filter((list) => list !== undefined);
  const [names = []] = given;
  if (given.length !== 1 || names.length === 0)
    throw invalid("Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given.");
  if (names.length > MOST_GROUPS) throw invalid(`A query takes at most ${MOST_GROUPS} log groups.`);
  return names.map((name) => logGroupOf(region, nameOf(name)));
}

/** What is to be seen of the groups in a range, in milliseconds, the end included. */
function eventsOf(region: Region, groups: readonly LogGroupRecord[], from: number, until: number): Source[] {
  const now = Date.now();
  return groups.flatMap((group) =>
    [...group.streams.values()].flatMap((stream) =>
      stream.events
        .filter((e) => e.visibleAt <= now && e.timestamp >= from && e.timestamp <= until)
        .map(
          ({ id, timestamp, ingestionTime, message }): Source => ({
            timestamp,
            ingestionTime,
            message,
            stream: stream.name,
            log: `${region.account}:${group.name}`,
            pointer: Buffer.from(JSON.stringify([group.name, stream.name, id])).toString("base64"),
          }),
        ),
    ),
  );
}

function start(world: SandboxState, region: Region, input: StartQueryRequest, identity: string): InsightsQuery {
  const groups = groupsOf(region, input);
  const commands = read(input.queryString);
  if (input.startTime > input.endTime) throw invalid("Query's start time must not be after its end time.");
  if (input.limit !== undefined && (input.limit < 1 || input.limit > MOST_ROWS))
    throw invalid(`The limit must be between 1 and ${MOST_ROWS}.`);
  const running = [...region.logs.queries.values()].filter((q) => statusOf(q) === "Running").length;
  if (running >= MOST_RUNNING)
    throw new ApiError(
      "LimitExceededException",
      `Account maximum query concurrency limit of [${MOST_RUNNING}] reached.`,
    );
  // The last second counts whole: the times are given in seconds.
  const events = eventsOf(region, groups, input.startTime * 1000, input.endTime * 1000 + 999);
  const { results, matched } = runQuery(commands, events, input.limit);
  const now = Date.now();
  const query: InsightsQuery = {
    id: uuid(),
    text: input.queryString,
    groups: groups.map((g) => g.name),
    identity,
    createdAt: now,
    endsAt: now + world.clock.either(RUN_MS, RUN_INSTANT_MS),
    results,
    matched,
    scanned: events.length,
    bytes: events.reduce((n, e) => n + Buffer.byteLength(e.message), 0),
  };
  const { queries } = region.logs;
  queries.set(query.id, query);
  for (const id of [...queries.keys()].slice(0, Math.max(0, queries.size - MOST_KEPT))) queries.delete(id);
  return query;
}

const statusOf = (query: InsightsQuery): string =>
  query.cancelledAt !== undefined ? "Cancelled" : Date.now() < query.endsAt ? "Running" : "Complete";

function known(region: Region, id: string): InsightsQuery {
  const query = region.logs.queries.get(id);
  if (!query) throw noQuery();
  return query;
}

function describe(query: InsightsQuery): QueryInfo {
  const status = statusOf(query);
  const until = query.cancelledAt ?? Math.min(Date.now(), query.endsAt);
  return {
    queryLanguage: "CWLI",
    queryId: query.id,
    queryString: query.text,
    status,
    createTime: query.createdAt,
    logGroupName: query.groups[0],
    queryDuration: until - query.createdAt,
    bytesScanned: status === "Complete" ? query.bytes : 0,
    userIdentity: query.identity,
  };
}

export const insightsOperations = (world: SandboxState): Table<Operations> => ({
  StartQuery: {
    supports: "*",
    run: (input, { region, caller }) => {
      onlyCwli(input.queryLanguage, "StartQuery");
      return { queryId: start(world, region, input, caller.arn).id };
    },
  },
  GetQueryResults: {
    supports: "*",
    run: (input, { region }) => {
      const query = known(region, input.queryId);
      const status = statusOf(query);
      const most = input.maxItems ?? MOST_IN_PAGE;
      if (most < 1 || most > MOST_IN_PAGE) throw invalid(`maxItems must be between 1 and ${MOST_IN_PAGE}.`);
      const isDone = status === "Complete";
      const p = page(isDone ? query.results : [], input.nextToken, most, badToken);
      return {
        queryLanguage: "CWLI",
        results: p.items.map((row) => [...row]),
        statistics: {
          recordsMatched: isDone ? query.matched : 0,
          recordsScanned: isDone ? query.scanned : 0,
          bytesScanned: isDone ? query.bytes : 0,
          estimatedRecordsSkipped: 0,
          estimatedBytesSkipped: 0,
          logGroupsScanned: query.groups.length,
        },
        status,
        nextToken: p.next,
      };
    },
  },
  StopQuery: {
    supports: "*",
    run: (input, { region }) => {
      const query = known(region, input.queryId);
      const status = statusOf(query);
      if (status !== "Running") throw invalid(`Query is already ended with ${status} status`);
      query.cancelledAt = Date.now();
      return { success: true };
    },
  },
  DescribeQueries: {
    supports: "*",
    run: (input, { region }) => {
      onlyCwli(input.queryLanguage, "DescribeQueries");
      const all = [...region.logs.queries.values()]
        .reverse()
        .filter((q) => input.logGroupName === undefined || q.groups.includes(nameOf(input.logGroupName)))
        .map(describe)
        .filter((q) => input.status === undefined || q.status === input.status);
      const p = page(all, input.nextToken, Math.min(input.maxResults ?? 1000, 1000), badToken);
      return { queries: p.items, nextToken: p.next };
    },
  },
  GetLogRecord: {
    supports: "logRecordPointer",
    run: (input, { region }) => {
      const event = eventAt(region, input.logRecordPointer);
      if (!event) throw new ApiError("ResourceNotFoundException", "The specified log record does not exist.");
      return { logRecord: Object.fromEntries([...fieldsOf(event)].map(([name, value]) => [name, textOf(value)])) };
    },
  },
  GetLogGroupFields: {
    supports: "*",
    run: (input, { region }) => {
      const id = input.logGroupName ?? input.logGroupIdentifier;
      if (id === undefined) throw invalid("Either logGroupName or logGroupIdentifier must be given.");
      const group = logGroupOf(region, nameOf(id));
      const at = input.time === undefined ? undefined : input.time * 1000;
      const [from, until] =
        at === undefined ? [Date.now() - FIELDS_LAST_MS, Date.now()] : [at - FIELDS_AROUND_MS, at + FIELDS_AROUND_MS];
      const events = eventsOf(region, [group], from, until);
      const counts = new Map<string, number>();
      for (const event of events)
        for (const name of fieldsOf(event).keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
      const fields = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
      return {
        logGroupFields: fields.map(([name, n]) => ({ name, percent: Math.round((n / events.length) * 100) })),
      };
    },
  },
  PutQueryDefinition: {
    supports: "name queryString queryLanguage queryDefinitionId logGroupNames clientToken",
    run: (input, { region }) => {
      onlyCwli(input.queryLanguage, "PutQueryDefinition");
      if (input.name === "" || input.name.length > 255) throw invalid("name must have between 1 and 255 characters.");
      read(input.queryString);
      for (const name of input.logGroupNames ?? []) logGroupOf(region, nameOf(name));
      const id = input.queryDefinitionId;
      const { definitions } = region.logs;
      if (id !== undefined && !definitions.has(id))
        throw new ApiError("ResourceNotFoundException", "The specified query definition does not exist.");
      const queryDefinitionId = id ?? uuid();
      definitions.set(queryDefinitionId, {
        queryLanguage: "CWLI",
        queryDefinitionId,
        name: input.name,
        queryString: input.queryString,
        lastModified: Date.now(),
        logGroupNames: input.logGroupNames ?? [],
      });
      return { queryDefinitionId };
    },
  },
  DescribeQueryDefinitions: {
    supports: "*",
    run: (input, { region }) => {
      onlyCwli(input.queryLanguage, "DescribeQueryDefinitions");
      const all = [...region.logs.definitions.values()].filter((d) =>
        (d.name ?? "").startsWith(input.queryDefinitionNamePrefix ?? ""),
      );
      const p = page(all, input.nextToken, Math.min(input.maxResults ?? 1000, 1000), badToken);
      return { queryDefinitions: p.items, nextToken: p.next };
    },
  },
  DeleteQueryDefinition: {
    supports: "*",
    run: (input, { region }) => {
      if (!region.logs.definitions.delete(input.queryDefinitionId))
        throw new ApiError("ResourceNotFoundException", "The specified query definition does not exist.");
      return { success: true };
    },
  },
});

/** The event that a row's `@ptr` points to. */
function eventAt(region: Region, pointer: string): Source | undefined {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(pointer, "base64").toString("utf8"));
  } catch {
    return undefined;
  }
  const [group] = Array.isArray(place) ? (place as unknown[]) : [];
  const record = typeof group === "string" ? region.logs.groups.get(group) : undefined;
  return record && eventsOf(region, [record], 0, Infinity).find((e) => e.pointer === pointer);
}
