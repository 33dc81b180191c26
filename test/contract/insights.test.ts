/** CloudWatch Logs Insights: queries over what was logged, and what is no query. */
import assert from "node:assert/strict";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteQueryDefinitionCommand,
  DescribeQueriesCommand,
  DescribeQueryDefinitionsCommand,
  GetLogGroupFieldsCommand,
  GetLogRecordCommand,
  GetQueryResultsCommand,
  MalformedQueryException,
  PutLogEventsCommand,
  PutQueryDefinitionCommand,
  StartQueryCommand,
  StopQueryCommand,
  type GetQueryResultsResponse,
  type StartQueryCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { has, ok } from "./support/cli";
import { control, endpoint, RUN, startSandbox, TARGET, until, type Endpoint } from "./support/sandbox";

const MINUTE = 60_000;

describe("Logs Insights", function () {
  this.timeout(30_000);
  let e: Endpoint;
  let logs: CloudWatchLogsClient;
  const group = `/ecs/${RUN}-insights`;
  /** A whole ten minutes, a while ago. */
  const base = Math.floor((Date.now() - 30 * MINUTE) / (10 * MINUTE)) * 10 * MINUTE;
  const range = { startTime: base / 1000, endTime: base / 1000 + 600 };

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    await control(e, "POST", "rates", { on: false });
    logs = new CloudWatchLogsClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
    const put = async (logStreamName: string, lines: readonly (readonly [second: number, message: string])[]) => {
      await logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName }));
      const logEvents = lines.map(([second, message]) => ({ timestamp: base + second * 1000, message }));
      await logs.send(new PutLogEventsCommand({ logGroupName: group, logStreamName, logEvents }));
    };
    await put("json", [
      [0, '{"level":"info","ms":10,"request":{"path":"/a","tags":["x","y"]}}'],
      [10, '{"level":"info","ms":20,"request":{"path":"/a"}}'],
      [70, '{"level":"error","ms":300,"request":{"path":"/b"}}'],
      [80, '{"level":"info","ms":40,"request":{"path":"/b"}}'],
      [130, '{"level":"warn","ms":50,"request":{"path":"/a"}}'],
    ]);
    await put("text", [
      [5, "GET /a took 12 ms, user=ann"],
      [75, "GET /b took 900 ms, user=bob"],
      [135, "started"],
    ]);
    await until("the events", async () => (await run("stats count(*) as n")).results?.[0]?.[0]?.value === "8");
  });
  after(async () => TARGET === undefined && control(e, "POST", "rates", { on: true }));

  const begin = async (queryString: string, more: Partial<StartQueryCommandInput> = {}): Promise<string> => {
    const { queryId } = await logs.send(new StartQueryCommand({ logGroupName: group, ...range, queryString, ...more }));
    return queryId ?? "";
  };
  const finished = (queryId: string): Promise<GetQueryResultsResponse> =>
    until("the query's end", async () => {
      const found = await logs.send(new GetQueryResultsCommand({ queryId }));
      return found.status === "Complete" && found;
    });
  const run = async (queryString: string, more?: Partial<StartQueryCommandInput>) =>
    finished(await begin(queryString, more));
  /** The rows of a query, each with its values but the pointer. */
  const rows = async (queryString: string): Promise<Record<string, string>[]> =>
    ((await run(queryString)).results ?? []).map((row) =>
      Object.fromEntries(row.flatMap((f) => (f.field === "@ptr" ? [] : [[f.field ?? "", f.value ?? ""]]))),
    );
  const column = async (queryString: string, name: string): Promise<(string | undefined)[]> =>
    (await rows(queryString)).map((row) => row[name]);
  const time = (second: number): string =>
    new Date(base + second * 1000).toISOString().replace("T", " ").replace("Z", "");

  it("gives the newest first, with a pointer to each event", async () => {
    const { results, statistics, status } = await run("fields @timestamp, @message, @logStream | limit 2");
    assert.equal(status, "Complete");
    assert.deepEqual(
      results?.map((row) => row.map((f) => f.field)),
      [
        ["@timestamp", "@message", "@logStream", "@ptr"],
        ["@timestamp", "@message", "@logStream", "@ptr"],
      ],
    );
    assert.deepEqual(
      results?.[0]?.slice(0, 3).map((f) => f.value),
      [time(135), "started", "text"],
    );
    assert.equal(statistics?.recordsScanned, 8);
    assert.ok((statistics?.bytesScanned ?? 0) > 200);
    const logRecordPointer = results?.[1]?.at(-1)?.value ?? "";
    const { logRecord } = await logs.send(new GetLogRecordCommand({ logRecordPointer }));
    assert.equal(logRecord?.["request.path"], "/a");
    assert.equal(logRecord?.["level"], "warn");
  });

  it("filters by values, texts, expressions and lists", async () => {
    const count = async (test: string): Promise<number> => (await rows(`filter ${test}`)).length;
    assert.equal(await count('level = "info"'), 3);
    assert.equal(await count("level = 'info' and ms > 15"), 2);
    assert.equal(await count("ms >= 40 or @message = 'started'"), 4);
    assert.equal(await count("not (level = 'info') and ispresent(level)"), 2);
    assert.equal(await count("@message like /took \\d{3} ms/"), 1);
    assert.equal(await count("@message like /(?i)STARTED/"), 1);
    assert.equal(await count("@message =~ /user=(ann|bob)/"), 2);
    assert.equal(await count('@message like "user="'), 2);
    assert.equal(await count("@message not like /user|level/"), 1);
    assert.equal(await count("level in ['warn', 'error']"), 2);
    assert.equal(await count("level not in ['warn', 'error'] and ispresent(level)"), 3);
    assert.equal(await count("request.path = '/a'"), 3);
    assert.equal(await count("request.tags.0 = 'x'"), 1);
    assert.equal(await count("`request.path` = '/b' # and a comment"), 2);
    assert.equal(await count("ms * 2 - 10 > 80"), 2);
    assert.equal(await count("strlen(level) = 4"), 4);
  });

  it("sums up by groups and by time", async () => {
    assert.deepEqual(
      await rows("stats count(*) as n, avg(ms), max(ms) as most by level | sort n desc, level asc"),
      [
        { n: "3", most: "40", level: "info", "avg(ms)": String(70 / 3) },
        { n: "3" },
        { level: "error", n: "1", "avg(ms)": "300", most: "300" },
        { level: "warn", n: "1", "avg(ms)": "50", most: "50" },
      ].sort((a, b) => Number(b.n) - Number(a.n) || ((a.level ?? "") < (b.level ?? "") ? -1 : 1)),
    );
    assert.deepEqual(await rows("filter ispresent(ms) | stats count(*) by bin(1m) | sort bin(1m)"), [
      { "bin(1m)": time(0), "count(*)": "2" },
      { "bin(1m)": time(60), "count(*)": "2" },
      { "bin(1m)": time(120), "count(*)": "1" },
    ]);
    assert.deepEqual(
      await rows(
        "stats pct(ms, 50) as p50, count_distinct(request.path) as paths, sum(ms) as all, min(@timestamp) as since",
      ),
      [{ p50: "40", paths: "2", all: "420", since: time(0) }],
    );
    assert.deepEqual(await rows("stats latest(level) as last, earliest(ms) as first"), [{ last: "warn", first: "10" }]);
    assert.deepEqual(await rows("filter level = 'none' | stats count(*) as n"), [{ n: "0" }]);
    assert.deepEqual(await rows("stats count(*) as n by level | filter n > 2 | stats count(*) as groups"), [
      { groups: "2" },
    ]);
  });

  it("parses by patterns with asterisks and by named groups", async () => {
    const parsed = [
      { path: "/b", ms: "900", user: "bob" },
      { path: "/a", ms: "12", user: "ann" },
    ];
    const show = "filter ispresent(user) | display path, ms, user";
    assert.deepEqual(await rows(`parse @message "GET * took * ms, user=*" as path, ms, user | ${show}`), parsed);
    const regex = String.raw`/GET (?<path>\S+) took (?<ms>\d+) ms, user=(?<user>\w+)/`;
    assert.deepEqual(await rows(`parse @message ${regex} | ${show}`), parsed);
    assert.deepEqual(await rows(`parse "took * ms" as took | stats max(took) as most`), [{ most: "900" }]);
  });

  it("sorts, cuts, drops doubles and shows what it is told to", async () => {
    assert.deepEqual(await column("filter ispresent(ms) | sort ms asc | fields ms", "ms"), [
      "10",
      "20",
      "40",
      "50",
      "300",
    ]);
    assert.deepEqual(await column("filter ispresent(ms) | sort ms desc | limit 2 | display ms", "ms"), ["300", "50"]);
    assert.deepEqual(await column("filter ispresent(level) | dedup level | display level", "level"), [
      "warn",
      "info",
      "error",
    ]);
    assert.deepEqual(await rows("filter ms = 10 | fields ms / 4 as quarter, concat(level, '!') | display quarter"), [
      { quarter: "2.5" },
    ]);
    assert.deepEqual(
      await rows("filter ms = 10 | fields toupper(level) as L, substr(level, 0, 2), coalesce(none, ms) as c"),
      [{ L: "INFO", "substr(level, 0, 2)": "in", c: "10" }],
    );
    assert.equal((await run("fields @message", { limit: 3 })).results?.length, 3);
  });

  it("refuses what is no query, and says where", async () => {
    for (const [text, message] of [
      ["fields", /unexpected end of the query at line 1 and position 6/],
      ["fields @message | nonsense x", /unexpected symbol found nonsense at line 1 and position 18/],
      ["fields @message |\nfilter level = ", /unexpected end of the query at line 2/],
      ["filter level ~ 'x'", /unexpected symbol found ~/],
      ["filter blah(level) = 1", /unknown function blah/],
      ["stats count(*) by", /unexpected end/],
      ["stats level", /stats takes aggregations/],
      ["stats pct(ms) as p", /wrong number of arguments for the function pct/],
      ["parse @message 'a * b *' as x", /not as many names as asterisks/],
      ["filter @message like /(/", /regular expression is not valid/],
      ["limit many", /expected a number/],
      ["pattern @message", /unexpected symbol found pattern/],
      [`filter ${"not ".repeat(300)} ms`, /nested too deeply/],
    ] as const)
      await assert.rejects(begin(text), (error) => {
        assert.ok(error instanceof MalformedQueryException, String(error));
        assert.match(error.message, message);
        const { location, message: said } = error.queryCompileError ?? {};
        assert.equal(said, error.message);
        assert.ok((location?.startCharOffset ?? -1) >= 0 && (location?.endCharOffset ?? -1) <= text.length);
        return true;
      });
    await assert.rejects(begin("fields x", { logGroupName: "none" }), { name: "ResourceNotFoundException" });
    await assert.rejects(begin("fields x", { logGroupNames: [group] }), { name: "InvalidParameterException" });
    await assert.rejects(begin("fields x", { startTime: range.endTime + 1 }), { name: "InvalidParameterException" });
    await assert.rejects(begin("fields x", { queryLanguage: "SQL" }), { name: "NotImplementedException" });
    await assert.rejects(finished("none"), { name: "ResourceNotFoundException" });
  });

  it("is listed with what it read, and stops only while it runs", async () => {
    const queryId = await begin("stats count(*)");
    await finished(queryId);
    await assert.rejects(logs.send(new StopQueryCommand({ queryId })), {
      name: "InvalidParameterException",
      message: "Query is already ended with Complete status",
    });
    const { queries } = await logs.send(new DescribeQueriesCommand({ logGroupName: group, status: "Complete" }));
    const mine = queries?.find((q) => q.queryId === queryId);
    assert.deepEqual([mine?.queryString, mine?.logGroupName], ["stats count(*)", group]);
    assert.ok((mine?.bytesScanned ?? 0) > 0 && (mine?.queryDuration ?? 0) > 0);
    const slow = await startSandbox(["--tasks", "simulated", "--time", "aws"]);
    try {
      const client = new CloudWatchLogsClient({
        endpoint: slow.url,
        region: slow.region,
        credentials: slow.credentials,
      });
      await client.send(new CreateLogGroupCommand({ logGroupName: "g" }));
      const started = await client.send(
        new StartQueryCommand({ logGroupName: "g", ...range, queryString: "fields x" }),
      );
      const read = () => client.send(new GetQueryResultsCommand({ queryId: started.queryId }));
      assert.deepEqual([(await read()).status, (await read()).results], ["Running", []]);
      await client.send(new StopQueryCommand({ queryId: started.queryId }));
      assert.equal((await read()).status, "Cancelled");
    } finally {
      await slow.stop();
    }
  });

  it("tells a group's fields, and how many events have them", async () => {
    const { logGroupFields } = await logs.send(
      new GetLogGroupFieldsCommand({ logGroupName: group, time: base / 1000 + 120 }),
    );
    const percent = (name: string) => logGroupFields?.find((f) => f.name === name)?.percent;
    assert.deepEqual([percent("@message"), percent("level"), percent("request.tags.0")], [100, 63, 13]);
  });

  it("saves queries, changes and deletes them", async () => {
    const name = `${RUN}/errors`;
    const put = (queryString: string, queryDefinitionId?: string) =>
      logs.send(new PutQueryDefinitionCommand({ name, queryString, logGroupNames: [group], queryDefinitionId }));
    const { queryDefinitionId = "" } = await put("filter level = 'error'");
    await put("filter level = 'warn'", queryDefinitionId);
    const listed = async () =>
      (await logs.send(new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: `${RUN}/` }))).queryDefinitions;
    assert.deepEqual(
      (await listed())?.map((d) => [d.name, d.queryString, d.logGroupNames]),
      [[name, "filter level = 'warn'", [group]]],
    );
    await assert.rejects(put("nonsense"), { name: "MalformedQueryException" });
    await assert.rejects(put("fields x", "none"), { name: "ResourceNotFoundException" });
    await logs.send(new DeleteQueryDefinitionCommand({ queryDefinitionId }));
    assert.deepEqual(await listed(), []);
  });

  it("speaks with the aws command line", async function () {
    if (!has("aws")) this.skip();
    this.timeout(150_000);
    const times = `--start-time ${range.startTime} --end-time ${range.endTime}`;
    const id = await ok(e, `logs start-query --log-group-name ${group} ${times} --query-string`, "stats count(*) as n");
    await until("the result", async () => /n\t8/.test(await ok(e, `logs get-query-results --query-id ${id}`)));
  });
});
