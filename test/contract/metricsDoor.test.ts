/** CloudWatch's metrics by the sandbox's own door, by the aws command line, and by AWS's time. */
import assert from "node:assert/strict";
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { has, ok, fails } from "./support/cli";
import { control, endpoint, RUN, startSandbox, TARGET, until, type Endpoint } from "./support/sandbox";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const namespace = `${RUN}/door`;

describe("CloudWatch's metrics, otherwise", function () {
  this.timeout(20_000);
  let e: Endpoint;
  let cloudwatch: CloudWatchClient;
  const hour = Math.floor(Date.now() / MINUTE) * MINUTE - HOUR;
  const at = (minute: number): Date => new Date(hour + minute * MINUTE);

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    cloudwatch = new CloudWatchClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
  });

  it("takes points of any namespace and time by its own door, and says what is wrong with others", async () => {
    const metric = {
      namespace: "AWS/ECS",
      name: "CPUUtilization",
      dimensions: { ClusterName: "none", ServiceName: "x" },
    };
    const points = [
      { at: at(1).getTime(), values: [10, 30] },
      { at: at(2).toISOString(), value: 50 },
    ];
    assert.deepEqual(await control(e, "POST", "metrics", { ...metric, unit: "Percent", points }), { points: 2 });
    const input = {
      Namespace: "AWS/ECS",
      MetricName: "CPUUtilization",
      Dimensions: [
        { Name: "ServiceName", Value: "x" },
        { Name: "ClusterName", Value: "none" },
      ],
      StartTime: at(0),
      EndTime: at(10),
      Period: 60,
    };
    const read = async () =>
      (
        await cloudwatch.send(new GetMetricStatisticsCommand({ ...input, Statistics: ["Average", "SampleCount"] }))
      ).Datapoints?.map((d) => [d.Average, d.SampleCount, d.Unit]);
    assert.deepEqual(await read(), [
      [20, 2, "Percent"],
      [50, 1, "Percent"],
    ]);
    await control(e, "POST", "metrics", [{ ...metric, replace: true, points: [{ at: at(1).getTime(), value: 1 }] }]);
    assert.deepEqual(await read(), [
      [1, 1, "Percent"],
      [50, 1, "Percent"],
    ]);
    for (const bad of [{}, { ...metric, points: [{ at: "now" }] }, { ...metric, points: [{ at: {}, value: 1 }] }, 5])
      await assert.rejects(control(e, "POST", "metrics", bad), /400/);
  });

  it("speaks with the aws command line", async function () {
    if (!has("aws")) this.skip();
    this.timeout(150_000);
    await ok(e, `cloudwatch put-metric-data --namespace ${namespace} --metric-name cli --value 3 --unit Count`);
    assert.match(await ok(e, `cloudwatch list-metrics --namespace ${namespace} --metric-name cli`), /METRICS\tcli/);
    const range = `--start-time ${new Date(Date.now() - HOUR).toISOString()} --end-time ${new Date(Date.now() + HOUR).toISOString()}`;
    const args = `cloudwatch get-metric-statistics --namespace ${namespace} --metric-name cli --period 60 ${range}`;
    assert.match(await ok(e, `${args} --statistics Sum`), /DATAPOINTS\t3(?:\.0)?\t\S+\tCount/);
    await fails(e, args, /\(InvalidParameterCombination\).*Must specify either/);
  });

  it("hides what is fresh for a minute or two in AWS's time", async () => {
    const slow = await startSandbox(["--tasks", "simulated", "--time", "aws", "--speed", "60"]);
    try {
      const client = new CloudWatchClient({ endpoint: slow.url, region: slow.region, credentials: slow.credentials });
      await client.send(new PutMetricDataCommand({ Namespace: "n", MetricData: [{ MetricName: "m", Value: 1 }] }));
      const read = async () => {
        const { MetricDataResults } = await client.send(
          new GetMetricDataCommand({
            MetricDataQueries: [
              { Id: "m", MetricStat: { Metric: { Namespace: "n", MetricName: "m" }, Period: 60, Stat: "Sum" } },
            ],
            StartTime: new Date(Date.now() - HOUR),
            EndTime: new Date(Date.now() + HOUR),
          }),
        );
        return MetricDataResults?.[0]?.Values?.length;
      };
      const from = Date.now();
      assert.equal(await read(), 0);
      await until("the point", async () => (await read()) === 1, 5000);
      assert.ok(Date.now() - from >= 900, "a minute, sixty times as fast");
    } finally {
      await slow.stop();
    }
  });
});
