import {
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  type LogGroup,
  type LogStream,
} from "@aws-sdk/client-cloudwatch-logs";
import { ago, size, type ResourceItem } from "../../core/ports/resourceModel";
import { matching, present, type Loaders } from "./shared";

/** AWS's largest page. */
const pageSize = 50;

const groupItem = (found: LogGroup): ResourceItem => ({
  kind: "logGroup",
  key: found.logGroupName ?? "",
  label: found.logGroupName ?? "",
  state: "plain",
  expandable: true,
  can: [],
  description: [
    size(found.storedBytes),
    found.retentionInDays === undefined ? "kept for ever" : `${found.retentionInDays} days`,
  ]
    .filter(Boolean)
    .join(" · "),
  ...((found.logGroupArn ?? found.arn) ? { arn: found.logGroupArn ?? found.arn?.replace(/:\*$/, "") ?? "" } : {}),
  ref: { logGroup: found.logGroupName ?? "" },
  facts: [
    ["ARN", found.logGroupArn ?? found.arn ?? ""],
    ["Stored", size(found.storedBytes)],
    ["Retention", found.retentionInDays === undefined ? "never expires" : `${found.retentionInDays} days`],
  ],
});

const streamItem = (found: LogStream, parent: ResourceItem): ResourceItem => ({
  kind: "logStream",
  key: found.logStreamName ?? "",
  label: found.logStreamName ?? "",
  description: ago(found.lastEventTimestamp ?? found.creationTime, Date.now()),
  state: "plain",
  expandable: false,
  can: [],
  ...(found.arn === undefined ? {} : { arn: found.arn }),
  ref: { ...parent.ref, logStream: found.logStreamName ?? "" },
  facts: [
    ["ARN", found.arn ?? ""],
    [
      "First event",
      found.firstEventTimestamp === undefined ? "" : new Date(found.firstEventTimestamp).toLocaleString(),
    ],
    ["Last event", found.lastEventTimestamp === undefined ? "" : new Date(found.lastEventTimestamp).toLocaleString()],
  ],
});

export const logGroupLoaders: Loaders = {
  async logGroups(caller, _parent, page, filter) {
    const { logGroups, nextToken } = await caller.send(
      caller.session.logs,
      new DescribeLogGroupsCommand({ limit: pageSize, ...present({ nextToken: page, logGroupNamePattern: filter }) }),
    );
    return { items: matching((logGroups ?? []).map(groupItem), filter), ...present({ next: nextToken }) };
  },
  async logGroup(caller, parent, page) {
    const { logStreams, nextToken } = await caller.send(
      caller.session.logs,
      new DescribeLogStreamsCommand({
        logGroupName: parent.ref["logGroup"],
        orderBy: "LastEventTime",
        descending: true,
        limit: pageSize,
        ...present({ nextToken: page }),
      }),
    );
    return { items: (logStreams ?? []).map((item) => streamItem(item, parent)), ...present({ next: nextToken }) };
  },
};
