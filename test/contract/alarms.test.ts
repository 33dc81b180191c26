/** Alarms that really judge: made as AWS makes them, judged by what was measured, with their history. */
import assert from "node:assert/strict";
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  ListTagsForResourceCommand,
  paginateDescribeAlarms,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { fails, has, ok } from "./support/cli";
import { control, endpoint, RUN, TARGET, until, type Endpoint } from "./support/sandbox";

const MINUTE = 60_000;
const TOPIC = "arn:aws:sns:us-east-1:000000000000:told";

describe("alarms", function () {
  this.timeout(30_000);
  let e: Endpoint;
  let cloudwatch: CloudWatchClient;
  let n = 0;

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    await control(e, "POST", "rates", { on: false });
    cloudwatch = new CloudWatchClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
  });
  after(async () => TARGET === undefined && control(e, "POST", "rates", { on: true }));

  /** A metric of its own, with values of the last whole minutes, the newest last; undefined for none. */
  async function measured(values: readonly (number | undefined)[], name = `m${++n}`): Promise<string> {
    const end = Math.floor(Date.now() / MINUTE) * MINUTE;
    const points = values.flatMap((value, i) =>
      value === undefined ? [] : [{ at: end - (values.length - i) * MINUTE, value }],
    );
    await control(e, "POST", "metrics", { namespace: "alarms", name, points });
    return name;
  }
  const put = (AlarmName: string, MetricName: string, more: Partial<PutMetricAlarmCommandInput> = {}) =>
    cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        ...(more.Metrics ? {} : { Namespace: "alarms", MetricName, Statistic: "Sum", Period: 60 }),
        EvaluationPeriods: 3,
        Threshold: 5,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        ...more,
      }),
    );
  const alarm = async (name: string) =>
    (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms?.[0];
  const becomes = (name: string, state: string) =>
    until(`${name} in ${state}`, async () => {
      const found = await alarm(name);
      return found?.StateValue === state && found;
    });
  const history = async (AlarmName: string, HistoryItemType?: "StateUpdate" | "Action" | "ConfigurationUpdate") =>
    (await cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType }))).AlarmHistoryItems ?? [];

  it("begins without data, goes into ALARM and back, tells why, and writes it down with its actions", async () => {
    const metric = await measured([]);
    await put("a-life", metric, { AlarmActions: [TOPIC], OKActions: [TOPIC] });
    const fresh = await alarm("a-life");
    assert.deepEqual(
      [fresh?.StateValue, fresh?.StateReason, fresh?.ActionsEnabled],
      ["INSUFFICIENT_DATA", "Unchecked: Initial alarm creation", true],
    );
    assert.match(fresh?.AlarmArn ?? "", /^arn:aws:cloudwatch:us-east-1:\d{12}:alarm:a-life$/);
    await measured([7, 8, 9], metric);
    const rung = await becomes("a-life", "ALARM");
    assert.match(
      rung.StateReason ?? "",
      /^Threshold Crossed: 3 out of the last 3 datapoints \[9\.0 \(\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d\), 8\.0 .*7\.0 .*\] were greater than or equal to the threshold \(5\.0\) \(minimum 3 datapoints for OK -> ALARM transition\)\.$/,
    );
    assert.deepEqual(
      (JSON.parse(rung.StateReasonData ?? "{}") as { recentDatapoints?: number[] }).recentDatapoints,
      [7, 8, 9],
    );
    await measured([-9], metric);
    await becomes("a-life", "OK");
    assert.deepEqual(
      (await history("a-life")).map((h) => [h.HistoryItemType, h.HistorySummary]),
      [
        ["Action", `Successfully executed action ${TOPIC}`],
        ["StateUpdate", "Alarm updated from ALARM to OK"],
        ["Action", `Successfully executed action ${TOPIC}`],
        ["StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM"],
        ["ConfigurationUpdate", 'Alarm "a-life" created'],
      ],
    );
    const [, update] = await history("a-life");
    const data = JSON.parse(update?.HistoryData ?? "{}") as { newState?: { stateValue?: string } };
    assert.equal(data.newState?.stateValue, "OK");
  });

  it("takes missing data as it is told to", async () => {
    const metric = await measured([undefined, undefined, undefined]);
    for (const [TreatMissingData, state] of [
      ["breaching", "ALARM"],
      ["notBreaching", "OK"],
    ] as const) {
      await put(`a-${TreatMissingData}`, metric, { TreatMissingData });
      await becomes(`a-${TreatMissingData}`, state);
    }
    assert.match(
      (await alarm("a-breaching"))?.StateReason ?? "",
      /^Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as \[Breaching\]\.$/,
    );
    await put("a-ignore", metric, { TreatMissingData: "ignore" });
    await put("a-missing", metric);
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const name of ["a-ignore", "a-missing"]) assert.equal((await alarm(name))?.StateValue, "INSUFFICIENT_DATA");
  });

  it("counts M of N, computes expressions, and waits for a percentile's samples where it is told to", async () => {
    await put("a-2-of-3", await measured([9, 0, 9]), { DatapointsToAlarm: 2 });
    await put("a-3-of-3", await measured([9, 0, 9]));
    const errors = await measured([5, 5, 5]);
    const all = await measured([50, 50, 50]);
    const stat = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: "alarms", MetricName }, Period: 60, Stat: "Sum" },
    });
    await put("a-math", "", {
      Metrics: [stat("errors", errors), { Id: "rate", Expression: "100 * errors / all" }, stat("all", all)],
      Threshold: 10,
    });
    const few = { Statistic: undefined, ExtendedStatistic: "p90", EvaluateLowSampleCountPercentile: "ignore" } as const;
    await put("a-few", await measured([9, 9, 9]), few);
    await becomes("a-2-of-3", "ALARM");
    await becomes("a-math", "ALARM");
    await becomes("a-3-of-3", "OK");
    assert.equal((await alarm("a-few"))?.StateValue, "INSUFFICIENT_DATA");
  });

  it("is not judged while it warms up, unless its window is full", async () => {
    const WarmUpConfiguration = { WarmUpPeriodDurationInMinutes: 5 };
    await put("a-cold", await measured([9]), { TreatMissingData: "breaching", WarmUpConfiguration });
    await put("a-full", await measured([9, 9, 9]), { WarmUpConfiguration });
    await becomes("a-full", "ALARM");
    assert.equal((await alarm("a-cold"))?.StateValue, "INSUFFICIENT_DATA");
  });

  it("an update keeps state and tags, and changes all the rest", async () => {
    await put("a-kept", await measured([9, 9, 9]), { AlarmDescription: "old", Tags: [{ Key: "a", Value: "1" }] });
    const before = await becomes("a-kept", "ALARM");
    await put("a-kept", await measured([]), { TreatMissingData: "ignore", Tags: [{ Key: "b", Value: "2" }] });
    const after = await alarm("a-kept");
    assert.deepEqual([after?.StateValue, after?.AlarmDescription], ["ALARM", undefined]);
    const ResourceARN = before.AlarmArn ?? "";
    const tags = async () => (await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags;
    assert.deepEqual(await tags(), [{ Key: "a", Value: "1" }]);
    await cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "c", Value: "3" }] }));
    await cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["a"] }));
    assert.deepEqual(await tags(), [{ Key: "c", Value: "3" }]);
  });

  it("can be told a state, with actions only where they are on", async () => {
    // Nothing measured takes it back at the next whole minute.
    await put("a-told", await measured([]), { AlarmActions: [TOPIC], TreatMissingData: "ignore" });
    const tell = (StateValue: "ALARM" | "OK", StateReason = "a test") =>
      cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "a-told", StateValue, StateReason }));
    await tell("ALARM");
    assert.equal((await alarm("a-told"))?.StateReason, "a test");
    await tell("OK");
    await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ["a-told"] }));
    await tell("ALARM");
    assert.equal((await history("a-told", "Action")).length, 1);
    assert.equal((await history("a-told", "StateUpdate")).length, 3);
    await assert.rejects(
      cloudwatch.send(new SetAlarmStateCommand({ AlarmName: "none", StateValue: "OK", StateReason: "x" })),
      { name: "ResourceNotFound" },
    );
  });

  it("is described by names, prefix, state and action, in pages, and deleted all or none", async () => {
    const metric = await measured([]);
    for (let i = 0; i < 7; i++) await put(`b-${i}`, metric, i % 2 === 0 ? { AlarmActions: [TOPIC] } : {});
    const sizes: number[] = [];
    const paginator = paginateDescribeAlarms({ client: cloudwatch, pageSize: 3 }, { AlarmNamePrefix: "b-" });
    for await (const page of paginator) sizes.push(page.MetricAlarms?.length ?? 0);
    assert.deepEqual(sizes, [3, 3, 1]);
    const names = async (input: object) =>
      (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: "b-", ...input }))).MetricAlarms?.length;
    assert.equal(await names({ ActionPrefix: "arn:aws:sns" }), 4);
    assert.equal(await names({ StateValue: "INSUFFICIENT_DATA" }), 7);
    assert.equal(await names({ StateValue: "ALARM" }), 0);
    assert.equal(await names({ AlarmTypes: ["CompositeAlarm"] }), 0);
    const remove = (...AlarmNames: string[]) => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames }));
    await assert.rejects(remove("b-0", "b-none"), { name: "ResourceNotFound" });
    assert.equal(await names({}), 7);
    await remove("b-0", "b-1");
    assert.equal(await names({}), 5);
    assert.equal((await history("b-0"))[0]?.HistorySummary, 'Alarm "b-0" deleted');
  });

  it("refuses what AWS refuses of an alarm", async () => {
    const refused = (more: Partial<PutMetricAlarmCommandInput>, message: RegExp) =>
      assert.rejects(put("bad", "m", more), { message }, String(message));
    await refused({ DatapointsToAlarm: 4 }, /DatapointsToAlarm/);
    await refused({ EvaluationPeriods: undefined }, /EvaluationPeriods is required/);
    await refused({ Threshold: undefined }, /Threshold is required/);
    await refused({ Statistic: undefined }, /either Statistic or ExtendedStatistic/);
    await refused({ ExtendedStatistic: "p90" }, /at the same time/);
    await refused({ Namespace: undefined }, /Namespace is required/);
    await refused({ TreatMissingData: "zero" }, /treatMissingData/);
    await refused({ Period: 45 }, /Period/);
    await refused({ Period: 300, EvaluationPeriods: 300 }, /more than a day/);
    await refused({ AlarmActions: ["told"] }, /Invalid arn syntax: told/);
    await refused({ AlarmActions: Array.from({ length: 6 }, () => TOPIC) }, /size greater than 5/);
    const metric = { Metric: { Namespace: "alarms", MetricName: "m" }, Period: 60, Stat: "Sum" };
    await refused(
      {
        Metrics: [
          { Id: "a", MetricStat: metric },
          { Id: "b", Expression: "a" },
        ],
      },
      /Exactly one element of the metrics list should return data/,
    );
    await assert.rejects(
      cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ["a"], AlarmNamePrefix: "a" })),
      /at the same time/,
    );
    await assert.rejects(cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 101 })), /maxRecords/i);
  });

  it("speaks with the aws command line", async function () {
    if (!has("aws")) this.skip();
    this.timeout(150_000);
    const metric = await measured([9, 9, 9]);
    const name = `${RUN}-cli`;
    const watched = `--namespace alarms --metric-name ${metric} --statistic Sum --period 60 --evaluation-periods 3`;
    await ok(
      e,
      `cloudwatch put-metric-alarm --alarm-name ${name} ${watched} --threshold 5 --comparison-operator GreaterThanThreshold`,
    );
    await until("the alarm", async () =>
      (await ok(e, `cloudwatch describe-alarms --alarm-names ${name}`)).includes("\tALARM\t"),
    );
    assert.match(await ok(e, `cloudwatch describe-alarm-history --alarm-name ${name}`), /INSUFFICIENT_DATA to ALARM/);
    await ok(e, `cloudwatch delete-alarms --alarm-names ${name}`);
    await fails(e, `cloudwatch delete-alarms --alarm-names ${name}`, /\(ResourceNotFound\)/);
  });
});
