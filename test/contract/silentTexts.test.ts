/** Texts, batches and attributes that AWS refuses, and a sandbox would easily keep without a word. */
import assert from "node:assert/strict";
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutLogGroupDeletionProtectionCommand,
  PutRetentionPolicyCommand,
  type InputLogEvent,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateRepositoryCommand,
  ECRClient,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  CreateListenerCommand,
  DescribeListenersCommand,
  ModifyListenerAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreatePolicyCommand, GetPolicyCommand, ListPoliciesCommand } from "@aws-sdk/client-iam";
import { clients, stage, type Clients } from "./support/network";
import { refuses } from "./support/refusal";
import { control, startSandbox, TARGET, type Endpoint } from "./support/sandbox";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("nothing is taken in silence", function () {
  this.timeout(30_000);
  let e: Endpoint;
  let c: Clients;
  let ecr: ECRClient;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox(["--tasks", "simulated", "--consistency", "strong"]);
    c = clients(e);
    ecr = new ECRClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "texts" }));
  });
  after(async () => e?.stop());

  it("a repository's policy is one of ECR's", async () => {
    const put = (policy: unknown) =>
      ecr.send(
        new SetRepositoryPolicyCommand({
          repositoryName: "texts",
          policyText: typeof policy === "string" ? policy : JSON.stringify(policy),
        }),
      );
    const good = { Sid: "a", Effect: "Allow", Principal: { AWS: "*" }, Action: ["ecr:BatchGetImage"] };
    const bad: readonly unknown[] = [
      "anything",
      "[]",
      {},
      { Version: "2012-10-17", Statement: [] },
      { Version: "2020-01-01", Statement: [good] },
      { Statement: [{ ...good, Principal: undefined }] },
      { Statement: [{ ...good, Effect: "Perhaps" }] },
      { Statement: [{ ...good, Action: "s3:GetObject" }] },
      { Statement: [{ ...good, Action: undefined }] },
      { Statement: [{ ...good, Extra: 1 }] },
    ];
    for (const policy of bad)
      await assert.rejects(
        put(policy),
        refuses("InvalidParameterException", /PolicyText.*Invalid repository policy provided/),
        JSON.stringify(policy),
      );
    await put({ Version: "2012-10-17", Statement: good });
  });

  it("a lifecycle policy has ECR's grammar", async () => {
    const rule = (more: object = {}, selection: object = {}) => ({
      rulePriority: 1,
      description: "x".repeat(100),
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: 1,
        ...selection,
      },
      action: { type: "expire" },
      ...more,
    });
    const put = (rules: unknown) =>
      ecr.send(
        new PutLifecyclePolicyCommand({ repositoryName: "texts", lifecyclePolicyText: JSON.stringify({ rules }) }),
      );
    const bad: readonly unknown[] = [
      "x".repeat(200),
      [{ ...rule(), selection: undefined }],
      [rule({ rulePriority: 0 })],
      [rule({ rulePriority: 1.5 })],
      [rule({ surprise: 1 })],
      [rule({ action: { type: "delete" } })],
      [rule({ action: { type: "transition" } })],
      [rule({}, { tagStatus: "some" })],
      [rule({}, { tagStatus: "tagged" })],
      [rule({}, { tagStatus: "tagged", tagPatternList: ["a"], tagPrefixList: ["b"] })],
      [rule({}, { tagPrefixList: ["v"] })],
      [rule({}, { countType: "imageCountMoreThan" })],
      [rule({}, { countUnit: "hours" })],
      [rule({}, { countNumber: 0 })],
      [rule({}, { countNumber: "5" })],
      [rule({}, { tagStatus: "any" }), rule({ rulePriority: 2 })],
      [rule(), rule({ rulePriority: 2 })],
      [rule(), rule({}, { tagStatus: "tagged", tagPrefixList: ["b"] })],
      Array.from({ length: 51 }, (_, i) =>
        rule({ rulePriority: i + 1 }, { tagStatus: "tagged", tagPrefixList: ["b"] }),
      ),
    ];
    for (const rules of bad)
      await assert.rejects(
        put(rules),
        refuses("InvalidParameterException", /LifecyclePolicyText.*validation failure/),
        JSON.stringify(rules).slice(0, 200),
      );
    await put([
      rule({}, { tagStatus: "tagged", tagPatternList: ["prod*"] }),
      rule({ rulePriority: 2, action: { type: "transition", targetStorageClass: "archive" } }),
      rule({ rulePriority: 9 }, { tagStatus: "any", countType: "imageCountMoreThan", countUnit: undefined }),
    ]);
  });

  it("exclusions stand with a mutability that has them", async () => {
    const put = (imageTagMutability: "IMMUTABLE" | "IMMUTABLE_WITH_EXCLUSION", filter?: string) =>
      ecr.send(
        new PutImageTagMutabilityCommand({
          repositoryName: "texts",
          imageTagMutability,
          ...(filter === undefined ? {} : { imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter }] }),
        }),
      );
    const wrong = refuses("InvalidParameterException");
    await assert.rejects(put("IMMUTABLE_WITH_EXCLUSION"), wrong);
    await assert.rejects(put("IMMUTABLE", "v*"), wrong);
    await assert.rejects(put("IMMUTABLE_WITH_EXCLUSION", "*a*b*"), wrong);
    await put("IMMUTABLE_WITH_EXCLUSION", "dev*");
  });

  it("a batch of log events is judged as AWS judges it", async () => {
    const logGroupName = "batches";
    await c.logs.send(new CreateLogGroupCommand({ logGroupName }));
    await c.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "s" }));
    const put = (logEvents: InputLogEvent[]) =>
      c.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: "s", logEvents }));
    const now = Date.now();
    const at = (...ages: number[]) => ages.map((age) => ({ timestamp: now - age, message: String(age) }));
    const wrong = (text: RegExp) => refuses("InvalidParameterException", text);
    await assert.rejects(put(at(0, 1000)), wrong(/chronological order/));
    await assert.rejects(put(at(25 * HOUR, 0)), wrong(/cannot span more than 24 hours/));
    const long = Array.from({ length: 5 }, () => ({ timestamp: now, message: "x".repeat(209_710) }));
    await assert.rejects(put(long), wrong(/^Upload too large: 1048680 bytes exceeds limit of 1048576$/));
    const mixed = await put(at(20 * DAY, 15 * DAY, 2 * HOUR, 0, -HOUR, -3 * HOUR, -4 * HOUR));
    assert.deepEqual(mixed.rejectedLogEventsInfo, { tooOldLogEventEndIndex: 2, tooNewLogEventStartIndex: 5 });
    await c.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 3 }));
    const kept = await put(at(20 * DAY, 5 * DAY, HOUR));
    assert.deepEqual(kept.rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 2 });
    const good = await put(at(0));
    assert.equal(good.rejectedLogEventsInfo, undefined);
    const { events } = await c.logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: "s" }));
    assert.equal(events?.length, 5);
    const token = async () =>
      (await c.logs.send(new DescribeLogStreamsCommand({ logGroupName }))).logStreams?.[0]?.uploadSequenceToken;
    const [first, second] = [await token(), await token()];
    assert.equal(first, second);
    assert.equal(first, good.nextSequenceToken);
  });

  it("a log group's class and its protection mean something", async () => {
    const logGroupName = "rare";
    await c.logs.send(
      new CreateLogGroupCommand({ logGroupName, logGroupClass: "INFREQUENT_ACCESS", deletionProtectionEnabled: true }),
    );
    const found = await c.logs.send(new DescribeLogGroupsCommand({ logGroupClass: "INFREQUENT_ACCESS" }));
    assert.deepEqual(
      found.logGroups?.map((g) => [g.logGroupName, g.logGroupClass, g.deletionProtectionEnabled]),
      [[logGroupName, "INFREQUENT_ACCESS", true]],
    );
    await assert.rejects(c.logs.send(new FilterLogEventsCommand({ logGroupName })), /INFREQUENT_ACCESS/);
    await assert.rejects(c.logs.send(new DeleteLogGroupCommand({ logGroupName })), refuses("ValidationException"));
    await c.logs.send(
      new PutLogGroupDeletionProtectionCommand({ logGroupIdentifier: logGroupName, deletionProtectionEnabled: false }),
    );
    await c.logs.send(new DeleteLogGroupCommand({ logGroupName }));
    const keyed = { logGroupName: "keyed", kmsKeyId: "arn:aws:kms:us-east-1:000000000000:key/none" };
    await assert.rejects(c.logs.send(new CreateLogGroupCommand(keyed)), refuses("InvalidParameterException"));
  });

  it("events that are no longer kept are counted", async () => {
    const logGroupName = "full";
    await c.logs.send(new CreateLogGroupCommand({ logGroupName }));
    await c.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "s" }));
    const logEvents = Array.from({ length: 10_000 }, (_, i) => ({ timestamp: Date.now(), message: String(i) }));
    for (let i = 0; i < 3; i++)
      await c.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: "s", logEvents }));
    const streams = (await control(e, "GET", "logs")) as { group: string; kept: number; dropped: number }[];
    const { kept, dropped } = streams.find((x) => x.group === logGroupName) ?? {};
    assert.deepEqual({ kept, dropped }, { kept: 20_000, dropped: 10_000 });
  });

  it("attributes have the values that AWS knows, and what does nothing here is refused by name", async () => {
    const s = await stage(c, "attributes");
    const put = (Key: string, Value: string) =>
      c.elb.send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: s.loadBalancerArn,
          Attributes: [{ Key, Value }],
        }),
      );
    const wrong = refuses("ValidationError");
    await assert.rejects(put("idle_timeout.timeout_seconds", "0"), wrong);
    await assert.rejects(put("idle_timeout.timeout_seconds", "4001"), wrong);
    await assert.rejects(put("idle_timeout.timeout_seconds", "ten"), wrong);
    await assert.rejects(put("client_keep_alive.seconds", "59"), wrong);
    await assert.rejects(put("routing.http.xff_header_processing.mode", "drop"), wrong);
    await assert.rejects(put("routing.http.desync_mitigation_mode", "off"), wrong);
    await assert.rejects(put("load_balancing.cross_zone.enabled", "false"), wrong);
    await assert.rejects(put("deletion_protection.enabled", "yes"), wrong);
    await assert.rejects(put("no.such", "1"), wrong);
    await assert.rejects(put("connection_logs.s3.enabled", "true"), refuses("NotImplementedException"));
    await put("idle_timeout.timeout_seconds", "4000");
    const { Listeners } = await c.elb.send(new DescribeListenersCommand({ LoadBalancerArn: s.loadBalancerArn }));
    const listener = (Key: string, Value: string) =>
      c.elb.send(
        new ModifyListenerAttributesCommand({
          ListenerArn: Listeners?.[0]?.ListenerArn ?? "",
          Attributes: [{ Key, Value }],
        }),
      );
    await assert.rejects(listener("no.such", "1"), wrong);
    await assert.rejects(listener("routing.http.response.server.enabled", "no"), wrong);
    await listener("routing.http.response.server.enabled", "false");
    const redirect = await c.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: s.loadBalancerArn,
        Protocol: "HTTP",
        Port: 8081,
        DefaultActions: [{ Type: "redirect", RedirectConfig: { StatusCode: "HTTP_302", Port: "80" } }],
      }),
    );
    assert.deepEqual(redirect.Listeners?.[0]?.DefaultActions?.[0]?.RedirectConfig, {
      Protocol: "#{protocol}",
      Port: "80",
      Host: "#{host}",
      Path: "/#{path}",
      Query: "#{query}",
      StatusCode: "HTTP_302",
    });
  });

  it("a policy of IAM has an id, the same wherever it is named", async () => {
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
    });
    const made = await c.iam.send(new CreatePolicyCommand({ PolicyName: "with-id", PolicyDocument }));
    const got = await c.iam.send(new GetPolicyCommand({ PolicyArn: made.Policy?.Arn }));
    const listed = await c.iam.send(new ListPoliciesCommand({ Scope: "Local" }));
    assert.match(made.Policy?.PolicyId ?? "", /^ANPA[A-Z0-9]{17}$/);
    assert.deepEqual(
      [got.Policy?.PolicyId, listed.Policies?.[0]?.PolicyId],
      [made.Policy?.PolicyId, made.Policy?.PolicyId],
    );
  });
});
