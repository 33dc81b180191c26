import assert from "node:assert/strict";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartLiveTailCommand,
  type FilterLogEventsCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { compilePattern } from "../../src/sandbox/logs/pattern";
import { control, endpoint, RUN, TARGET, until, type Endpoint } from "./support/sandbox";

describe("CloudWatch Logs", function () {
  this.timeout(15_000);
  let logs: CloudWatchLogsClient;
  const group = `/${RUN}/logs`;
  before(async () => {
    const e = await endpoint();
    logs = new CloudWatchLogsClient({
      endpoint: e.url,
      region: e.region,
      credentials: e.credentials,
      disableHostPrefix: true,
    });
    await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: "a" }));
  });

  after(() => logs?.destroy());

  it("keeps AWS's texts for groups that exist and groups that do not", async () => {
    await assert.rejects(logs.send(new CreateLogGroupCommand({ logGroupName: group })), {
      name: "ResourceAlreadyExistsException",
      message: "The specified log group already exists",
    });
    await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupName: "/nothing" })), {
      name: "ResourceNotFoundException",
      message: "The specified log group does not exist.",
    });
    await assert.rejects(logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 2 })), {
      name: "InvalidParameterException",
    });
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 7 }));
    assert.equal(
      (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }))).logGroups?.[0]?.retentionInDays,
      7,
    );
  });

  it("gives the newest first on request, of what was written since 2024", async () => {
    const at = Date.now();
    const logStreamName = "newest";
    await logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName }));
    const logEvents = [0, 1, 2].map((i) => ({ timestamp: at + i, message: `newest ${i}` }));
    await logs.send(new PutLogEventsCommand({ logGroupName: group, logStreamName, logEvents }));
    const ask = (more: Partial<FilterLogEventsCommandInput>) =>
      logs.send(
        new FilterLogEventsCommand({ logGroupName: group, logStreamNames: [logStreamName], startTime: at, ...more }),
      );
    await until("the events", async () => (await ask({})).events?.length === 3);
    const first = await ask({ startFromHead: false, limit: 2 });
    assert.deepEqual(
      first.events?.map(({ message }) => message),
      ["newest 2", "newest 1"],
    );
    const rest = await ask({ nextToken: first.nextToken, limit: 2 });
    assert.deepEqual(
      rest.events?.map(({ message }) => message),
      ["newest 0"],
    );
    await assert.rejects(ask({ startFromHead: false, startTime: Date.UTC(2023, 11, 31) }), {
      name: "InvalidParameterException",
    });
  });

  it("gives events back in order, by page and by pattern", async () => {
    const t = Date.now();
    await logs.send(
      new PutLogEventsCommand({
        logGroupName: group,
        logStreamName: "a",
        logEvents: [0, 1, 2, 3].map((i) => ({ timestamp: t + i, message: `line ${i} ${i % 2 ? "ERROR" : "fine"}` })),
      }),
    );
    const all = await until("the events", async () => {
      const found = await logs.send(new FilterLogEventsCommand({ logGroupName: group, startTime: t }));
      return found.events?.length === 4 && found.events;
    });
    assert.deepEqual(
      all.map((x) => x.message),
      ["line 0 fine", "line 1 ERROR", "line 2 fine", "line 3 ERROR"],
    );
    assert.equal(new Set(all.map((x) => x.eventId)).size, 4);
    const page = await logs.send(new FilterLogEventsCommand({ logGroupName: group, filterPattern: "ERROR", limit: 1 }));
    assert.equal(page.events?.[0]?.message, "line 1 ERROR");
    assert.equal(
      (
        await logs.send(
          new FilterLogEventsCommand({
            logGroupName: group,
            filterPattern: "ERROR",
            limit: 1,
            nextToken: page.nextToken,
          }),
        )
      ).events?.[0]?.message,
      "line 3 ERROR",
    );
    const got = await logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: "a", startFromHead: true }),
    );
    const end = await logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: "a", nextToken: got.nextForwardToken }),
    );
    assert.equal(end.nextForwardToken, got.nextForwardToken, "the end is reached when the token does not change");
  });

  it("reads filter patterns as CloudWatch does", () => {
    const cases: [string, string, boolean][] = [
      ["", "anything", true],
      ["ERROR", "an ERROR here", true],
      ["ERROR", "error", false],
      ["a b", "b and a", true],
      ['"a b"', "a and b", false],
      ["?x ?y", "only y", true],
      ["ERROR -time", "ERROR time", false],
      ["ERROR -time", "ERROR disk", true],
      ['{ $.level = "warn" }', '{"level":"warn"}', true],
      ["{ $.n > 3 && $.n <= 5 }", '{"n":5}', true],
      ["{ $.n > 3 || $.ok IS TRUE }", '{"n":1,"ok":true}', true],
      ['{ $.path = "/api/*" }', '{"path":"/api/x"}', true],
      ["{ $.a.b[1] = 7 }", '{"a":{"b":[1,7]}}', true],
      ["{ $.n = 1 }", "no json", false],
      ["{ $.n = 400.0 }", '{"n":400}', true],
      ["{ $.n > 1e-3 }", '{"n":0.01}', true],
      ["{ $.list[*].id = 2 }", '{"list":[{"id":1},{"id":2}]}', true],
      ["{ $.a NOT EXISTS }", '{"b":1}', true],
      ["{ $.a NOT EXISTS }", '{"a":null}', false],
      ["{ $.['a.b'] = %^x\\d$% }", '{"a.b":"x1"}', true],
      ["[a, b]", "one two", true],
      ["[a, b]", "one two three", false],
      ["[..., size > 10]", 'GET "a page" 404 12', true],
      ["[verb, page = *page*, code = 404 || code = 410, ...]", 'GET "a page" 410 12', true],
      ["[time = 10*, rest]", "[10/Oct 13:25] x", true],
      ["?x -y", "z", true],
    ];
    for (const [pattern, message, wanted] of cases)
      assert.equal(compilePattern(pattern)(message), wanted, `${pattern} on ${message}`);
    for (const pattern of [
      "{ $.a = }",
      "{ $.a == 1 }",
      '"open',
      "%a(b)%",
      "%a!%",
      "[a, b",
      "[a] b",
      "[..., ...]",
      "- a",
    ])
      assert.throws(() => compilePattern(pattern), pattern);
  });

  it("tails live: a session start, and then events within a second", async () => {
    const arn =
      (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }))).logGroups?.[0]?.logGroupArn ?? "";
    const over = new AbortController();
    const tail = await logs.send(
      new StartLiveTailCommand({ logGroupIdentifiers: [arn], logEventFilterPattern: "live" }),
      { abortSignal: over.signal },
    );
    const seen: string[] = [];
    let started = false;
    for await (const event of tail.responseStream ?? []) {
      if (event.sessionStart) {
        started = true;
        await logs.send(
          new PutLogEventsCommand({
            logGroupName: group,
            logStreamName: "a",
            logEvents: [
              { timestamp: Date.now(), message: "a live line" },
              { timestamp: Date.now(), message: "dead" },
            ],
          }),
        );
      }
      seen.push(...(event.sessionUpdate?.sessionResults ?? []).map((r) => r.message ?? ""));
      if (seen.length > 0) break;
    }
    over.abort();
    assert.ok(started);
    assert.deepEqual(seen, ["a live line"]);
  });

  describe("its faults", () => {
    let e: Endpoint;
    let arn: string;
    const put = async (messages: string[]) =>
      logs.send(
        new PutLogEventsCommand({
          logGroupName: group,
          logStreamName: "a",
          logEvents: messages.map((message) => ({ timestamp: Date.now(), message })),
        }),
      );
    before(async function () {
      if (TARGET !== undefined) return this.skip();
      e = await endpoint();
      arn =
        (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group }))).logGroups?.[0]?.logGroupArn ??
        "";
    });
    afterEach(async () => {
      if (TARGET === undefined) await control(e, "DELETE", "faults");
    });

    it("holds events back, which come later with the timestamps that they had", async () => {
      await control(e, "POST", "faults", { kind: "hold-events", count: 1, delayMs: 1500 });
      const t = Date.now();
      await put(["held back"]);
      await put(["on time"]);
      const find = async (message: string) =>
        (
          await logs.send(
            new FilterLogEventsCommand({ logGroupName: group, startTime: t - 1, filterPattern: `"${message}"` }),
          )
        ).events?.[0];
      await until("the one that is on time", () => find("on time"));
      assert.equal(await find("held back"), undefined);
      const late = await until("the one that was held", () => find("held back"));
      assert.ok((late.ingestionTime ?? 0) - (late.timestamp ?? 0) >= 1400);
    });

    it("answers empty pages with tokens that lead to all events", async () => {
      await control(e, "POST", "faults", { kind: "empty-pages", count: 2 });
      let nextToken: string | undefined;
      let pages = 0;
      const found: string[] = [];
      do {
        const page = await logs.send(
          new FilterLogEventsCommand({
            logGroupName: group,
            limit: 3,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        if (pages < 2) assert.deepEqual(page.events, []);
        found.push(...(page.events ?? []).map((event) => event.eventId ?? ""));
        nextToken = page.nextToken;
        pages++;
      } while (nextToken !== undefined);
      assert.ok(found.length >= 6 && new Set(found).size === found.length);
    });

    it("samples an update and says so; cuts a live tail; ends it as after three hours", async () => {
      const tail = async (onStart: () => Promise<unknown>): Promise<{ messages: string[]; sampled: boolean }> => {
        // Leaving the loop does not close the connection, and a session that is open would take the next fault.
        const over = new AbortController();
        try {
          const answer = await logs.send(new StartLiveTailCommand({ logGroupIdentifiers: [arn] }), {
            abortSignal: AbortSignal.any([over.signal, AbortSignal.timeout(10_000)]),
          });
          const messages: string[] = [];
          for await (const event of answer.responseStream ?? []) {
            if (event.sessionStart) await onStart();
            const ended = event.SessionTimeoutException;
            if (ended) throw ended;
            messages.push(...(event.sessionUpdate?.sessionResults ?? []).map((result) => result.message ?? ""));
            if (messages.length > 0)
              return { messages, sampled: event.sessionUpdate?.sessionMetadata?.sampled ?? false };
          }
          throw new Error("the tail ended");
        } finally {
          over.abort();
        }
      };
      await control(e, "POST", "faults", { kind: "sample-live-tail", count: 1 });
      assert.deepEqual(await tail(() => put(["one", "two", "three"])), { messages: ["one", "three"], sampled: true });
      await control(e, "POST", "faults", { kind: "cut-live-tail", count: 1 });
      await assert.rejects(tail(() => Promise.resolve()));
      await control(e, "POST", "faults", { kind: "end-live-tail", count: 1 });
      await assert.rejects(
        tail(() => Promise.resolve()),
        { name: "SessionTimeoutException" },
      );
    });

    it("expires credentials for a while, as if they were renewed", async () => {
      const once = new CloudWatchLogsClient({
        endpoint: e.url,
        region: e.region,
        credentials: e.credentials,
        maxAttempts: 1,
      });
      await control(e, "POST", "faults", {
        kind: "expire-credentials",
        service: "logs",
        operation: "FilterLogEvents",
        count: 1,
        delayMs: 500,
      });
      const ask = () => once.send(new FilterLogEventsCommand({ logGroupName: group }));
      await assert.rejects(ask(), { name: "ExpiredTokenException" });
      await until("the renewal", () =>
        ask().then(
          () => true,
          () => false,
        ),
      );
      once.destroy();
    });
  });
});
