import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateDescribeLogGroups,
  paginateDescribeLogStreams,
  FilterLogEventsCommand,
  StartLiveTailCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, paginateListClusters, paginateListServices } from "@aws-sdk/client-ecs";
import type { LiveUpdate, LogTailPort } from "../core/ports/logs";
import { translate } from "./errors";
import { Caller, undefinedOn, type Session } from "./session";

/** What a tail reads from. Its own client: one attempt a call, so that the tails' budget counts every one. */
export class TailClients {
  private client: CloudWatchLogsClient;
  private offset = 0;

  constructor(private current: Session) {
    this.client = this.clientOf(current);
  }

  get session(): Session {
    return this.current;
  }

  /** Milliseconds by which AWS's clock is ahead of this machine's: the answers carry the time in whole seconds. */
  get clockOffset(): number {
    return this.offset;
  }

  get logs(): CloudWatchLogsClient {
    return this.client;
  }

  /** Goes on with another session: its credentials are read anew. */
  replace(session: Session): void {
    this.close();
    this.current = session;
    this.client = this.clientOf(session);
  }

  close(): void {
    this.client.destroy();
    this.current.close();
  }

  private clientOf({ settings }: Session): CloudWatchLogsClient {
    const { region, credentials, endpoint } = settings;
    // The SDK would put `stream-` before a custom endpoint's host too, where no such host is.
    const client = new CloudWatchLogsClient({
      region,
      credentials,
      maxAttempts: 1,
      ...(endpoint === undefined ? {} : { endpoint, disableHostPrefix: true }),
    });
    client.middlewareStack.add(
      (next) => async (args) => {
        const sent = Date.now();
        const result = await next(args);
        const date = Date.parse((result.response as { headers?: Record<string, string> }).headers?.["date"] ?? "");
        const received = Date.now();
        // The header is cut to whole seconds: half a second is its error, and below two nothing is worth a correction.
        const offset = date + 500 - (sent + received) / 2;
        if (!Number.isNaN(date) && received - sent < 5000)
          this.offset = Math.abs(offset) < 2000 ? 0 : Math.round(offset);
        return result;
      },
      { step: "deserialize", priority: "low", name: "slipwayClockOffset" },
    );
    return client;
  }
}

/**
 * CloudWatch Logs and ECS as a tail needs them.
 * @param renew makes a session anew from where the credentials come from
 */
export function logTailPort(clients: TailClients, renew: () => Promise<Session>): LogTailPort {
  const caller = (signal: AbortSignal) => new Caller(clients.session, signal);
  const groupArns = new Map<string, string>();
  return {
    async filter({ group, prefix, streams, from, until, pattern, token, newest }, signal) {
      const command = new FilterLogEventsCommand({
        logGroupName: group,
        startTime: Math.max(0, Math.floor(from)),
        limit: newest === undefined ? 10_000 : Math.min(newest, 10_000),
        ...(newest === undefined ? {} : { startFromHead: false }),
        ...(prefix === undefined ? {} : { logStreamNamePrefix: prefix }),
        ...(streams === undefined ? {} : { logStreamNames: streams }),
        ...(until === undefined ? {} : { endTime: Math.ceil(until) }),
        ...(pattern === undefined ? {} : { filterPattern: pattern }),
        ...(token === undefined ? {} : { nextToken: token }),
      });
      try {
        const answer = await clients.logs.send(command, { abortSignal: signal });
        return {
          events: (answer.events ?? []).map((event) => ({
            at: event.timestamp ?? 0,
            ingestedAt: event.ingestionTime ?? event.timestamp ?? 0,
            stream: event.logStreamName ?? "",
            message: event.message ?? "",
            ...(event.eventId === undefined ? {} : { id: event.eventId }),
          })),
          ...(answer.nextToken === undefined ? {} : { token: answer.nextToken }),
        };
      } catch (error) {
        throw translate(error, "FilterLogEvents", signal);
      }
    },
    live: ({ groupArn, prefixes, streams, pattern }, signal) =>
      liveTail(
        clients.logs,
        new StartLiveTailCommand({
          logGroupIdentifiers: [groupArn],
          ...(prefixes ? { logStreamNamePrefixes: prefixes } : {}),
          ...(streams ? { logStreamNames: streams } : {}),
          ...(pattern === undefined ? {} : { logEventFilterPattern: pattern }),
        }),
        signal,
      ),
    async groupArn(group, signal) {
      const known = groupArns.get(group);
      if (known !== undefined) return known;
      const { logGroups } = await caller(signal).send(
        clients.session.logs,
        new DescribeLogGroupsCommand({ logGroupNamePrefix: group, limit: 50 }),
      );
      const found = logGroups?.find((item) => item.logGroupName === group);
      const arn = (found?.logGroupArn ?? found?.arn)?.replace(/:\*$/, "");
      if (arn !== undefined) groupArns.set(group, arn);
      return arn;
    },
    async listGroups(containing, limit, signal) {
      return caller(signal).all(
        paginateDescribeLogGroups,
        clients.session.logs,
        { limit: 50, ...(containing ? { logGroupNamePattern: containing } : {}) },
        ({ logGroups }) => logGroups?.flatMap((group) => group.logGroupName ?? []),
        { limit },
      );
    },
    async listStreams(group, { prefix, limit }, signal) {
      // Ordered by time a prefix cannot be given.
      const order =
        prefix === undefined
          ? { orderBy: "LastEventTime" as const, descending: true }
          : { logStreamNamePrefix: prefix };
      return caller(signal).all(
        paginateDescribeLogStreams,
        clients.session.logs,
        { logGroupName: group, limit: Math.min(50, limit), ...order },
        ({ logStreams }) =>
          logStreams?.map((stream) => ({
            name: stream.logStreamName ?? "",
            ...(stream.lastEventTimestamp === undefined ? {} : { lastEventAt: stream.lastEventTimestamp }),
          })),
        { limit },
      );
    },
    async listServices(signal) {
      const lister = caller(signal);
      const { ecs } = clients.session;
      const nameOf = (arn: string): string => arn.split("/").at(-1) ?? arn;
      const clusters = await lister.all(
        paginateListClusters,
        ecs,
        { maxResults: 100 },
        ({ clusterArns }) => clusterArns?.map(nameOf),
        { bucket: "ecsCluster" },
      );
      const lists = await Promise.all(
        clusters.map(async (cluster) => {
          const services = lister.all(
            paginateListServices,
            ecs,
            { cluster, maxResults: 100 },
            ({ serviceArns }) => serviceArns?.map((arn) => ({ cluster, service: nameOf(arn) })),
            { bucket: "ecsService" },
          );
          return (await undefinedOn(/^ClusterNotFoundException$/, services)) ?? [];
        }),
      );
      return lists.flat();
    },
    async findTask(cluster, id, signal) {
      const answer = await undefinedOn(
        /^(ClusterNotFoundException|InvalidParameterException)$/,
        caller(signal).send(clients.session.ecs, new DescribeTasksCommand({ cluster, tasks: [id] }), "ecsTask"),
      );
      const task = answer?.tasks?.[0];
      if (!task) return undefined;
      return {
        id,
        taskDefinition: task.taskDefinitionArn ?? "",
        createdAt: task.createdAt?.getTime() ?? 0,
        containers: (task.containers ?? []).map((container) => container.name ?? ""),
        ...(task.stoppedAt === undefined ? {} : { stoppedAt: task.stoppedAt.getTime() }),
      };
    },
    clockOffset: () => clients.clockOffset,
    async renew() {
      clients.replace(await renew());
    },
  };
}

async function* liveTail(
  client: CloudWatchLogsClient,
  command: StartLiveTailCommand,
  signal: AbortSignal,
): AsyncGenerator<LiveUpdate> {
  try {
    const { responseStream } = await client.send(command, { abortSignal: signal });
    for await (const event of responseStream ?? []) {
      if (event.sessionStart) yield { kind: "started" };
      if (event.sessionUpdate) {
        yield {
          kind: "events",
          sampled: event.sessionUpdate.sessionMetadata?.sampled ?? false,
          events: (event.sessionUpdate.sessionResults ?? []).map((result) => ({
            at: result.timestamp ?? 0,
            ingestedAt: result.ingestionTime ?? result.timestamp ?? 0,
            stream: result.logStreamName ?? "",
            message: result.message ?? "",
          })),
        };
      }
      const ended = event.SessionTimeoutException ?? event.SessionStreamingException;
      if (ended) throw ended;
    }
  } catch (error) {
    throw translate(error, "StartLiveTail", signal);
  }
}
