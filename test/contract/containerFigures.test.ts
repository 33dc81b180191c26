/** What real containers use is what CloudWatch says of their service. */
import assert from "node:assert/strict";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { IMAGE, withEngine } from "./support/engine";
import { clients, definition, service, stage } from "./support/network";
import { startSandbox, until, type Endpoint } from "./support/sandbox";

describe("what a container uses", function () {
  this.timeout(120_000);
  let e: Endpoint | undefined;
  after(async () => e?.stop());

  it("is read from the engine: a busy loop takes all of its share, and a file in memory counts", async function () {
    withEngine(this);
    e = await startSandbox([]);
    const c = clients(e);
    const s = await stage(c, "used");
    const busy = "dd if=/dev/zero of=/tmp/held bs=1M count=100 2>/dev/null; while :; do :; done";
    const tmpfs = { linuxParameters: { tmpfs: [{ containerPath: "/tmp", size: 128 }] } };
    const taskDefinition = await definition(c, s, [
      { name: "web", image: IMAGE, command: ["sh", "-c", busy], stopTimeout: 2, ...tmpfs },
    ]);
    await service(c, s, taskDefinition, { loadBalancers: [] });
    const client = new CloudWatchClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    const of = { ClusterName: s.name, ServiceName: s.name };
    const Dimensions = Object.entries(of).map(([Name, Value]) => ({ Name, Value }));
    const read = async (MetricName: string): Promise<number> => {
      const MetricStat = { Metric: { Namespace: "AWS/ECS", MetricName, Dimensions }, Period: 60, Stat: "Average" };
      const { MetricDataResults } = await client.send(
        new GetMetricDataCommand({
          MetricDataQueries: [{ Id: "m", MetricStat }],
          StartTime: new Date(Date.now() - 600_000),
          EndTime: new Date(Date.now() + 60_000),
        }),
      );
      return MetricDataResults?.[0]?.Values?.[0] ?? 0;
    };
    // The first look is at the task's beginning; the next is twenty seconds later.
    await until("a busy processor", async () => (await read("CPUUtilization")) > 80, 60_000);
    // A minute's figure is the mean of its looks: of the first the file may not be written yet.
    const memory = await until(
      "the file in memory",
      async () => {
        const found = await read("MemoryUtilization");
        return found > 9 && found;
      },
      60_000,
    );
    assert.ok(memory < 30, `${memory} % of the memory`);
  });
});
