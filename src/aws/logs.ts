import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogsPort } from "../core/ports/cloud";
import { undefinedOn, type Caller } from "./session";

/** Amazon CloudWatch Logs. */
export function logsPort(caller: Caller): LogsPort {
  const { logs } = caller.session;
  return {
    async findGroup(name, withoutTags) {
      // A prefix search: `/ecs/web` also finds `/ecs/web-api`, and the exact name comes first.
      const { logGroups } = await caller.send(
        logs,
        new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 50 }),
      );
      const found = logGroups?.find((group) => group.logGroupName === name);
      if (!found) return undefined;
      const arn = (found.logGroupArn ?? found.arn ?? "").replace(/:\*$/, "");
      const { tags } = withoutTags?.(found.retentionInDays)
        ? {}
        : await caller.send(logs, new ListTagsForResourceCommand({ resourceArn: arn }));
      return {
        name,
        arn,
        tags: tags ?? {},
        ...(found.retentionInDays === undefined ? {} : { retentionDays: found.retentionInDays }),
      };
    },
    async createGroup(name, tags) {
      await caller.send(logs, new CreateLogGroupCommand({ logGroupName: name, tags }));
    },
    async putRetention(name, days) {
      await caller.send(logs, new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: days }));
    },
    async deleteGroup(name) {
      await caller.send(logs, new DeleteLogGroupCommand({ logGroupName: name }));
    },
    async listGroups() {
      const { logGroups } = await caller.send(logs, new DescribeLogGroupsCommand({ limit: 50 }));
      return (logGroups ?? []).flatMap((group) => group.logGroupName ?? []);
    },
    async lastEvents(group, stream, limit) {
      const answer = await undefinedOn(
        /^ResourceNotFoundException$/,
        caller.send(
          logs,
          new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit, startFromHead: false }),
        ),
      );
      return (answer?.events ?? []).map((event) => ({
        at: event.timestamp ?? 0,
        message: event.message ?? "",
        stream,
      }));
    },
    async nextEvents(group, stream, token) {
      const answer = await undefinedOn(
        /^ResourceNotFoundException$/,
        caller.send(
          logs,
          new GetLogEventsCommand({
            logGroupName: group,
            logStreamName: stream,
            startFromHead: true,
            ...(token === undefined ? {} : { nextToken: token }),
          }),
        ),
      );
      const next = answer?.nextForwardToken ?? token;
      return {
        events: (answer?.events ?? []).map(({ timestamp = 0, message = "" }) => ({ at: timestamp, message, stream })),
        ...(next === undefined ? {} : { token: next }),
      };
    },
  };
}
