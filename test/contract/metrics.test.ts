/** CloudWatch's metrics: what is put is read as AWS reads it, and what AWS refuses is refused. */
import assert from "node:assert/strict";
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  paginateGetMetricData,
  paginateListMetrics,
  PutMetricDataCommand,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import { endpoint, RUN, TARGET, type Endpoint } from "./support/sandbox";
import { send } from "./support/wire";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const namespace = `${RUN}/metrics`;

describe("CloudWatch's metrics", function () {
  this.timeout(20_000);
  let e: Endpoint;
  let cloudwatch: CloudWatchClient;
  /** A whole minute an hour ago. */
  const hour = Math.floor(Date.now() / MINUTE) * MINUTE - HOUR;
  const at = (minute: number): Date => new Date(hour + minute * MINUTE);

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    cloudwatch = new CloudWatchClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
  });

  const put = (...MetricData: MetricDatum[]) =>
    cloudwatch.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
  const stat = (Id: string, MetricName: string, Stat: string, Period = 60): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace: namespace, MetricName }, Period, Stat },
  });
  const query = (queries: MetricDataQuery[], more: Partial<GetMetricDataCommandInput> = {}) =>
    cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries,
        StartTime: at(0),
        EndTime: at(10),
        ScanBy: "TimestampAscending",
        ...more,
      }),
    );
  /** The values of one query by minutes. */
  const series = async (queries: MetricDataQuery[], id: string, more?: Partial<GetMetricDataCommandInput>) => {
    const found = (await query(queries, more)).MetricDataResults?.find((r) => r.Id === id);
    return Object.fromEntries(
      (found?.Timestamps ?? []).map((t, i) => [(t.getTime() - hour) / MINUTE, found?.Values?.[i]]),
    );
  };
  const expression = (Id: string, Expression: string): MetricDataQuery => ({ Id, Expression });

  it("gives every statistic of what was put, by periods, the start included and the end not", async () => {
    await put(
      ...[1, 2, 3].map((Value) => ({ MetricName: "plain", Timestamp: new Date(hour + Value * 1000), Value })),
      { MetricName: "plain", Timestamp: at(1), Values: [10, 20], Counts: [3, 1] },
      { MetricName: "plain", Timestamp: at(10), Value: 99 },
    );
    const all = async (name: string, period?: number) => series([stat("m", "plain", name, period)], "m");
    assert.deepEqual(await all("SampleCount"), { 0: 3, 1: 4 });
    assert.deepEqual(await all("Sum"), { 0: 6, 1: 50 });
    assert.deepEqual(await all("Average"), { 0: 2, 1: 12.5 });
    assert.deepEqual(await all("Minimum"), { 0: 1, 1: 10 });
    assert.deepEqual(await all("Maximum"), { 0: 3, 1: 20 });
    assert.deepEqual(await all("p50"), { 0: 2, 1: 10 });
    assert.deepEqual(await all("p90"), { 0: 3, 1: 20 });
    assert.deepEqual(await all("TM(0%:75%)"), { 0: 3.75 / 2.25, 1: 10 });
    assert.deepEqual(await all("PR(:10)"), { 0: 100, 1: 75 });
    // A period of five minutes begins at a multiple of five minutes.
    const five = Math.floor(hour / (5 * MINUTE)) * 5 * MINUTE;
    const by5 = await query([stat("m", "plain", "Sum", 300)]);
    assert.equal(by5.MetricDataResults?.[0]?.Timestamps?.[0]?.getTime(), five);
    assert.equal(
      by5.MetricDataResults?.[0]?.Values?.reduce((a, b) => a + b),
      56,
    );
  });

  it("keeps percentiles within a percent however many values there are", async () => {
    for (let n = 0; n < 10; n++)
      await put({
        MetricName: "many",
        Timestamp: at(0),
        Values: Array.from({ length: 100 }, (_, i) => n * 100 + i + 1),
      });
    for (const [name, value] of [
      ["p50", 500],
      ["p90", 900],
      ["p99", 990],
    ] as const) {
      const found = (await series([stat("m", "many", name)], "m"))[0] ?? 0;
      assert.ok(Math.abs(found / value - 1) < 0.011, `${name} is ${found}`);
    }
    assert.deepEqual(await series([stat("m", "many", "Maximum")], "m"), { 0: 1000 });
  });

  it("computes expressions: arithmetic, FILL, IF and functions, with what is missing as AWS takes it", async () => {
    await put(
      ...[0, 1, 4].map((minute) => ({ MetricName: "errors", Timestamp: at(minute), Value: minute })),
      ...[0, 1, 2, 3, 4, 5].map((minute) => ({ MetricName: "all", Timestamp: at(minute), Value: minute * 10 })),
    );
    const inputs = [
      { ...stat("errors", "errors", "Sum"), ReturnData: false },
      { ...stat("all", "all", "Sum"), ReturnData: false },
      { ...stat("never", "never", "Sum"), ReturnData: false },
    ];
    const compute = async (text: string) => series([...inputs, expression("x", text)], "x", { EndTime: at(6) });
    // Missing counts as 0 beside a point, and what is divided by zero is no point.
    assert.deepEqual(await compute("100 * errors / all"), { 1: 10, 2: 0, 3: 0, 4: 10, 5: 0 });
    assert.deepEqual(await compute("FILL(errors, 0)"), { 0: 0, 1: 1, 2: 0, 3: 0, 4: 4, 5: 0 });
    assert.deepEqual(await compute("FILL(errors, REPEAT)"), { 0: 0, 1: 1, 2: 1, 3: 1, 4: 4, 5: 4 });
    assert.deepEqual(await compute("FILL(errors, LINEAR)"), { 0: 0, 1: 1, 2: 2, 3: 3, 4: 4 });
    assert.deepEqual(await compute("FILL(never, 7)"), { 0: 7, 1: 7, 2: 7, 3: 7, 4: 7, 5: 7 });
    assert.deepEqual(await compute("never + 1"), {});
    assert.deepEqual(await compute("IF(all > 20, all, -1)"), { 0: -1, 1: -1, 2: -1, 3: 30, 4: 40, 5: 50 });
    assert.deepEqual(await compute("IF(all > 20 AND all < 45, all)"), { 3: 30, 4: 40 });
    assert.deepEqual(await compute("SUM([errors, all])"), { 0: 0, 1: 11, 2: 20, 3: 30, 4: 44, 5: 50 });
    assert.deepEqual(await compute("RATE(all) * 60"), { 1: 10, 2: 10, 3: 10, 4: 10, 5: 10 });
    assert.deepEqual(await compute("all / PERIOD(all) * 60 - 2 ^ 2 * (1 + 1)"), {
      0: -8,
      1: 2,
      2: 12,
      3: 22,
      4: 32,
      5: 42,
    });
    assert.deepEqual(await compute("all - AVG(all)"), { 0: -25, 1: -15, 2: -5, 3: 5, 4: 15, 5: 25 });
    // An expression of an expression.
    const twice = [...inputs, { ...expression("a", "all * 2"), ReturnData: false }, expression("b", "a + 1")];
    assert.deepEqual(await series(twice, "b", { EndTime: at(2) }), { 0: 1, 1: 21 });
  });

  it("labels, and leaves out what was not asked for", async () => {
    const { MetricDataResults } = await query([
      stat("a", "plain", "Sum"),
      { ...stat("b", "plain", "Maximum"), Label: "most ${PROP('MetricName')} ${MAX}" },
      { ...stat("c", "plain", "Sum"), ReturnData: false },
      expression("d", "c * 2"),
    ]);
    assert.deepEqual(
      MetricDataResults?.map((r) => [r.Id, r.Label, r.StatusCode]),
      [
        ["a", "plain Sum", "Complete"],
        ["b", "most plain 20", "Complete"],
        ["d", "d", "Complete"],
      ],
    );
  });

  it("scans from the newest where nothing else is said, and pages by points", async () => {
    const newest = await query([stat("m", "all", "Sum")], { ScanBy: undefined });
    assert.deepEqual(newest.MetricDataResults?.[0]?.Values, [50, 40, 30, 20, 10, 0]);
    const paginator = paginateGetMetricData(
      { client: cloudwatch },
      {
        MetricDataQueries: [stat("a", "all", "Sum"), stat("b", "plain", "Sum"), stat("c", "never", "Sum")],
        StartTime: at(0),
        EndTime: at(10),
        ScanBy: "TimestampAscending",
        MaxDatapoints: 4,
      },
    );
    const values: Record<string, number[]> = {};
    const states: string[] = [];
    for await (const page of paginator)
      for (const r of page.MetricDataResults ?? []) {
        (values[r.Id ?? ""] ??= []).push(...(r.Values ?? []));
        states.push(`${r.Id} ${r.StatusCode}`);
      }
    assert.deepEqual(values, { a: [0, 10, 20, 30, 40, 50], b: [6, 50], c: [] });
    assert.deepEqual(states, [
      "a PartialData",
      "b PartialData",
      "c Complete",
      "a Complete",
      "b Complete",
      "c Complete",
    ]);
    await assert.rejects(query([stat("a", "all", "Sum")], { NextToken: "what" }), { name: "InvalidNextToken" });
  });

  it("has points below a minute for three hours where they were asked for, and only minutes before", async () => {
    const recent = Math.floor(Date.now() / MINUTE) * MINUTE - 5 * MINUTE;
    for (const [name, StorageResolution] of [
      ["fine", 1],
      ["coarse", 60],
    ] as const)
      await put(
        ...[0, 20, 40].map((s) => ({
          MetricName: name,
          Timestamp: new Date(recent + s * 1000),
          Value: s,
          StorageResolution,
        })),
      );
    const range = { StartTime: new Date(recent), EndTime: new Date(recent + MINUTE) };
    const values = async (name: string, period: number, more: Partial<GetMetricDataCommandInput> = range) =>
      (await query([stat("m", name, "Sum", period)], more)).MetricDataResults?.[0]?.Values;
    assert.deepEqual(await values("fine", 20), [0, 20, 40]);
    assert.deepEqual(await values("fine", 60), [60]);
    assert.deepEqual(await values("coarse", 60), [60]);
    const longAgo = { ...range, StartTime: new Date(recent - 4 * HOUR) };
    assert.deepEqual(await values("fine", 20, longAgo), []);
    assert.deepEqual(await values("fine", 60, longAgo), [60]);
    const weeksAgo = { ...range, StartTime: new Date(recent - 16 * 24 * HOUR) };
    assert.deepEqual(await values("fine", 60, weeksAgo), []);
    assert.deepEqual(await values("fine", 300, weeksAgo), [60]);
    const monthsAgo = { ...range, StartTime: new Date(recent - 64 * 24 * HOUR) };
    assert.deepEqual(await values("fine", 300, monthsAgo), []);
    assert.deepEqual(await values("fine", 3600, monthsAgo), [60]);
  });

  it("GetMetricStatistics gives statistics side by side, in its unit, up to 1,440 of them", async () => {
    await put({ MetricName: "size", Timestamp: at(2), Value: 5, Unit: "Bytes" });
    const input = { Namespace: namespace, StartTime: at(0), EndTime: at(10), Period: 60 };
    const { Label, Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({ ...input, MetricName: "size", Statistics: ["Sum", "SampleCount"] }),
    );
    assert.equal(Label, "size");
    assert.deepEqual(Datapoints, [{ Timestamp: at(2), Sum: 5, SampleCount: 1, Unit: "Bytes" }]);
    const p = await cloudwatch.send(
      new GetMetricStatisticsCommand({ ...input, MetricName: "size", ExtendedStatistics: ["p90"] }),
    );
    assert.deepEqual(p.Datapoints?.[0]?.ExtendedStatistics, { p90: 5 });
    const inSeconds = { ...input, MetricName: "size", Statistics: ["Sum" as const], Unit: "Seconds" as const };
    assert.deepEqual((await cloudwatch.send(new GetMetricStatisticsCommand(inSeconds))).Datapoints, []);
    const refused = (more: object, name: string, message: RegExp) =>
      assert.rejects(
        cloudwatch.send(new GetMetricStatisticsCommand({ ...input, MetricName: "size", Statistics: ["Sum"], ...more })),
        { name, message },
      );
    await refused(
      { StartTime: at(-1441) },
      "InvalidParameterCombinationException",
      /up to 1451 datapoints.*limit of 1440/,
    );
    await refused(
      { Statistics: undefined },
      "InvalidParameterCombinationException",
      /either Statistics or ExtendedStatistics/,
    );
    await refused({ ExtendedStatistics: ["p90"] }, "InvalidParameterCombinationException", /at the same time/);
    await refused({ Statistics: ["Median"] }, "InvalidParameterValueException", / Average, /);
    await refused({ Period: 90 }, "InvalidParameterValueException", /Period/);
    await refused(
      { StartTime: at(10) },
      "InvalidParameterValueException",
      /StartTime must be less than the parameter EndTime/,
    );
  });

  it("lists metrics by namespace, name and dimensions, five hundred a page", async () => {
    const Dimensions = (id: number) => [{ Name: "Id", Value: String(id) }];
    await put(
      ...Array.from({ length: 510 }, (_, i) => ({ MetricName: "listed", Dimensions: Dimensions(i), Value: 1 })),
    );
    const pages: number[] = [];
    const wanted = { Namespace: namespace, MetricName: "listed" };
    for await (const p of paginateListMetrics({ client: cloudwatch }, { ...wanted }))
      pages.push(p.Metrics?.length ?? 0);
    assert.deepEqual(pages, [500, 10]);
    const one = await cloudwatch.send(new ListMetricsCommand({ ...wanted, Dimensions: Dimensions(7) }));
    assert.deepEqual(one.Metrics, [{ Namespace: namespace, MetricName: "listed", Dimensions: Dimensions(7) }]);
    const recent = await cloudwatch.send(new ListMetricsCommand({ Namespace: namespace, RecentlyActive: "PT3H" }));
    assert.ok((recent.Metrics?.length ?? 0) > 0);
  });

  it("refuses what AWS refuses of a query, by code and by the parameter's name", async () => {
    const refused = (queries: MetricDataQuery[], message: RegExp, more: Partial<GetMetricDataCommandInput> = {}) =>
      assert.rejects(query(queries, more), { name: "ValidationException", message }, String(message));
    const m = stat("m", "plain", "Sum");
    await refused(
      Array.from({ length: 501 }, (_, i) => stat(`m${i}`, "x", "Sum")),
      /size greater than 500/,
    );
    await refused([m, m], /values for parameter id in MetricDataQueries are not unique/);
    await refused([stat("M", "plain", "Sum")], /\^\[a-z\]/);
    await refused([stat("m", "plain", "Median")], /Median/);
    await refused([stat("m", "plain", "p101")], /p101/);
    await refused([stat("m", "plain", "Sum", 45)], /MetricDataQueries.member.1.MetricStat.Period/);
    await refused([{ Id: "m" }], /either Expression or MetricStat/);
    await refused([{ ...m, Expression: "1" }], /either Expression or MetricStat/);
    await refused([m], /StartTime must be less than the parameter EndTime/, { EndTime: at(0) });
    await refused([m], /MaxDatapoints/, { MaxDatapoints: 100_801 });
    for (const [text, why] of [
      ["m +", /Unexpected 'the end'/],
      ["(m", /Expected '\)'/],
      ["m ? 1", /Unexpected character/],
      ["n * 2", /Unknown metric id or function 'n'/],
      ["NONSENSE(m)", /NONSENSE/],
      ["FILL(m)", /Wrong number of arguments/],
      ["1 + 1", /does not return a time series/],
      ["x + 1", /Circular/],
      [`${"(".repeat(300)}m${")".repeat(300)}`, /nested/],
    ] as const)
      await refused([{ ...m, ReturnData: false }, expression("x", text)], why);
    for (const text of ["SEARCH('x', 'Sum')", "SUM(METRICS())", "SELECT SUM(x) FROM y"])
      await assert.rejects(query([m, expression("x", text)]), { name: "NotImplementedException" });
  });

  it("refuses what AWS refuses to keep", async () => {
    const refused = (datum: object, name: string, message: RegExp) =>
      assert.rejects(put({ MetricName: "bad", ...datum }), { name, message }, String(message));
    await refused({}, "MissingRequiredParameterException", /MetricData.member.1.Value/);
    await refused({ Value: 1, Values: [1] }, "InvalidParameterCombinationException", /mutually exclusive/);
    await refused({ Values: [1, 2], Counts: [1] }, "InvalidParameterValueException", /same size/);
    await refused({ Value: 1, Timestamp: at(-15 * 24 * 60) }, "InvalidParameterValueException", /past two weeks/);
    await refused({ Value: 1, Timestamp: at(4 * 60) }, "InvalidParameterValueException", /two hours in the future/);
    await refused(
      { Value: 1, Dimensions: [{ Name: "a", Value: "" }] },
      "InvalidParameterValueException",
      /Dimensions.member.1.Value/,
    );
    await refused({ Value: 1, Unit: "Furlong" }, "InvalidParameterValueException", /Unit/);
    await assert.rejects(
      cloudwatch.send(new PutMetricDataCommand({ Namespace: "AWS/ECS", MetricData: [{ MetricName: "a", Value: 1 }] })),
      { name: "InvalidParameterValueException", message: "The value AWS/ECS for parameter Namespace is invalid." },
    );
  });

  it("answers errors in both of its ways: by the old code where that is asked for, by the shape's name else", async () => {
    const input = { Namespace: "x", MetricName: "y", StartTime: 2, EndTime: 1, Period: 60, Statistics: ["Sum"] };
    const answer = await send(e, "cloudwatch", "GetMetricStatistics", input);
    assert.match(answer.text, /"__type":"InvalidParameterValueException"/);
    const missing = await send(e, "cloudwatch", "GetMetricData", { MetricDataQueries: [{}], StartTime: 1, EndTime: 2 });
    assert.match(
      missing.text,
      /"__type":"MissingRequiredParameterException".*MetricDataQueries.member.1.Id is required/,
    );
  });
});
