import assert from "node:assert/strict";
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from "@aws-sdk/client-ecs";
import { control, endpoint, TARGET, type Endpoint } from "./support/sandbox";

describe("faults", () => {
  let e: Endpoint;
  let ecs: ECSClient;
  const exists = async (name: string): Promise<boolean> =>
    (await ecs.send(new DescribeClustersCommand({ clusters: [name] }))).clusters?.length === 1;
  const create = async (clusterName: string): Promise<unknown> => ecs.send(new CreateClusterCommand({ clusterName }));
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    ecs = new ECSClient({ endpoint: e.url, region: e.region, credentials: e.credentials, maxAttempts: 1 });
  });
  afterEach(async function () {
    if (TARGET === undefined) await control(e, "DELETE", "faults");
  });

  it("a throttle is AWS's own error, as often as the rule says", async () => {
    await control(e, "POST", "faults", { service: "ecs", operation: "CreateCluster", kind: "throttle", count: 1 });
    await assert.rejects(create("throttled"), { name: "ThrottlingException" });
    await create("throttled");
    assert.ok(await exists("throttled"));
  });

  it("a failure before has no effect, a failure after has", async () => {
    await control(e, "POST", "faults", [
      { operation: "CreateCluster", match: "before", kind: "fail-before", count: 1 },
      { operation: "CreateCluster", match: "after", kind: "fail-after", count: 1 },
    ]);
    await assert.rejects(create("fails-before"));
    await assert.rejects(create("fails-after"));
    assert.deepEqual([await exists("fails-before"), await exists("fails-after")], [false, true]);
  });

  it("a reset cuts the connection before, or after, the effect", async () => {
    await control(e, "POST", "faults", [
      { operation: "CreateCluster", match: "cut-before", kind: "reset", count: 1 },
      { operation: "CreateCluster", match: "cut-after", kind: "reset-after", count: 1 },
    ]);
    await assert.rejects(create("cut-before"), { code: "ECONNRESET" });
    await assert.rejects(create("cut-after"), { code: "ECONNRESET" });
    assert.deepEqual([await exists("cut-before"), await exists("cut-after")], [false, true]);
  });

  it("skip lets calls pass first, and a rule's own error is sent as it is", async () => {
    await control(e, "POST", "faults", {
      operation: "CreateCluster",
      kind: "fail-before",
      skip: 1,
      error: { code: "AccessDeniedException", message: "no" },
    });
    await create("passes");
    await assert.rejects(create("denied"), { name: "AccessDeniedException", message: "no" });
  });

  it("a rule that makes no sense is refused", async () => {
    await assert.rejects(control(e, "POST", "faults", { kind: "explode" }), /kind must be one of/);
  });

  it("every call is recorded with its error", async () => {
    await control(e, "DELETE", "requests");
    await create("recorded");
    await control(e, "POST", "faults", { operation: "CreateCluster", kind: "throttle", count: 1 });
    await assert.rejects(create("recorded"));
    const calls = (await control(e, "GET", "requests")) as { operation: string; error?: string }[];
    assert.deepEqual(
      calls.map((c) => [c.operation, c.error]),
      [
        ["CreateCluster", undefined],
        ["CreateCluster", "ThrottlingException"],
      ],
    );
  });

  /** What sixty CreateCluster at once are refused with: AWS takes a burst of twenty, and one more a second. */
  const burst = async (): Promise<string[]> =>
    (await Promise.allSettled(Array.from({ length: 60 }, () => create("burst")))).flatMap((r) =>
      r.status === "rejected" && r.reason instanceof Error ? [r.reason.name] : [],
    );

  it("calls beyond AWS's rate are throttled without any rule", async () => {
    await control(e, "POST", "reset");
    const started = Date.now();
    const refused = await burst();
    const taken = Math.ceil((Date.now() - started) / 1000);
    assert.ok(
      refused.length <= 40 && refused.length >= 40 - taken,
      `${refused.length} refused of 60 in ${taken} s against a burst of 20`,
    );
    assert.deepEqual([...new Set(refused)], ["ThrottlingException"]);
    await control(e, "POST", "reset");
  });

  it("nothing is throttled while the rates are off, and again once they are on", async () => {
    await control(e, "POST", "rates", { on: false });
    assert.deepEqual(await burst(), []);
    await control(e, "POST", "rates", { on: true });
    assert.ok((await burst()).length >= 1);
    await control(e, "POST", "reset");
  });
});
