import {
  DescribeQueryDefinitionsCommand,
  GetLogGroupFieldsCommand,
  GetQueryResultsCommand,
  PutQueryDefinitionCommand,
  StartQueryCommand,
  StopQueryCommand,
  type QueryDefinition,
} from "@aws-sdk/client-cloudwatch-logs";
import { SlipwayError } from "../core/base/errors";
import type { QueryPort, QueryState } from "../core/ports/queries";
import { undefinedOn, type Caller } from "./session";

const states: readonly QueryState[] = ["Scheduled", "Running", "Complete", "Failed", "Cancelled", "Timeout"];
/** Saved queries that are listed; an account has at most a thousand. */
const mostSaved = 1000;

/** Where in the text the mistake is, as CloudWatch says: characters from the beginning. */
function withPlace(error: unknown): unknown {
  if (!(error instanceof SlipwayError) || error.code !== "MalformedQueryException") return error;
  const { queryCompileError } = error.cause as {
    queryCompileError?: { message?: string; location?: { startCharOffset?: number; endCharOffset?: number } };
  };
  const { startCharOffset: from, endCharOffset: to = from } = queryCompileError?.location ?? {};
  return new SlipwayError({
    code: error.code,
    summary: `That is no query of Logs Insights: ${queryCompileError?.message ?? error.quotes?.[0] ?? "CloudWatch does not say why"}`,
    evidence: error.evidence,
    quotes: error.quotes ?? [],
    remedy:
      "A query is commands with | between them: fields @timestamp, @message | filter @message like /error/ | limit 20",
    actions: [],
    ...(from === undefined ? {} : { at: { from, to: Math.max(to ?? from, from + 1) } }),
  });
}

/** CloudWatch Logs Insights. */
export function queryPort(caller: Caller): QueryPort {
  const { logs } = caller.session;
  const saved = async (prefix?: string): Promise<QueryDefinition[]> => {
    const found: QueryDefinition[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await caller.send(
        logs,
        new DescribeQueryDefinitionsCommand({
          maxResults: 1000,
          ...(prefix === undefined ? {} : { queryDefinitionNamePrefix: prefix }),
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      found.push(...(answer.queryDefinitions ?? []));
      nextToken = answer.nextToken;
    } while (nextToken !== undefined && found.length < mostSaved);
    return found;
  };
  return {
    async start({ groups, text, from, until, limit }) {
      const command = new StartQueryCommand({
        logGroupNames: [...groups],
        queryString: text,
        startTime: Math.floor(from / 1000),
        endTime: Math.ceil(until / 1000),
        ...(limit === undefined ? {} : { limit }),
      });
      try {
        return (await caller.send(logs, command)).queryId ?? "";
      } catch (error) {
        throw withPlace(error);
      }
    },
    async answer(queryId) {
      const { status, results, statistics } = await caller.send(logs, new GetQueryResultsCommand({ queryId }));
      return {
        state: states.find((state) => state === status) ?? "Unknown",
        rows: (results ?? []).map((row) => row.map(({ field = "", value = "" }) => ({ field, value }))),
        statistics: {
          matched: statistics?.recordsMatched ?? 0,
          scanned: statistics?.recordsScanned ?? 0,
          bytes: statistics?.bytesScanned ?? 0,
        },
      };
    },
    async stop(queryId) {
      await undefinedOn(/^InvalidParameterException$/, caller.send(logs, new StopQueryCommand({ queryId })));
    },
    async fields(logGroupName) {
      const { logGroupFields } = await caller.send(logs, new GetLogGroupFieldsCommand({ logGroupName }));
      return (logGroupFields ?? []).map(({ name = "", percent = 0 }) => ({ name, percent }));
    },
    async saved() {
      return (await saved()).map((found) => ({
        id: found.queryDefinitionId ?? "",
        name: found.name ?? "",
        text: found.queryString ?? "",
        groups: found.logGroupNames ?? [],
      }));
    },
    async save({ name, text, groups }) {
      const known = (await saved(name)).find((found) => found.name === name);
      await caller.send(
        logs,
        new PutQueryDefinitionCommand({
          name,
          queryString: text,
          logGroupNames: [...groups],
          ...(known?.queryDefinitionId === undefined ? {} : { queryDefinitionId: known.queryDefinitionId }),
        }),
      );
    },
  };
}
