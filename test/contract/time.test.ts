import assert from "node:assert/strict";
import { DescribeTasksCommand, ListTasksCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  clients,
  described,
  get,
  revision,
  service,
  stage,
  steady,
  stopped,
  type Clients,
  type Stage,
} from "./support/network";
import { control, startSandbox, TARGET, until, type Endpoint } from "./support/sandbox";

const SPEED = 60;
interface Duration {
  readonly kind: string;
  readonly from: number;
  readonly until: number;
  readonly simulatedMs: number;
}

describe("AWS's own durations, sixty times as fast", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox(["--tasks", "simulated", "--time", "aws", "--speed", String(SPEED)]);
    c = clients(e);
  });
  after(async () => e?.stop());

  const durations = async (kind: string): Promise<Duration[]> =>
    ((await control(e, "GET", "durations")) as Duration[]).filter((d) => d.kind === kind);

  it("a load balancer is two to three minutes in provisioning, and its name resolves later still", async () => {
    const from = Date.now();
    s = await stage(c, "clock");
    const state = async (): Promise<string | undefined> =>
      (await c.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [s.loadBalancerArn] }))).LoadBalancers?.[0]
        ?.State?.Code;
    assert.equal(await state(), "provisioning");
    await assert.rejects(get(e, s.dnsName));
    await until("active", async () => (await state()) === "active");
    const minutes = ((Date.now() - from) * SPEED) / 60_000;
    assert.ok(minutes >= 2 && minutes <= 4, `${minutes} minutes`);
  });

  it("a task is about half a minute in the making, and each piece is recorded with what AWS takes", async () => {
    await service(c, s, await revision(c, s));
    const now = await steady(c, s);
    const arns = (await c.ecs.send(new ListTasksCommand({ cluster: s.name, serviceName: s.name }))).taskArns ?? [];
    const task = (await c.ecs.send(new DescribeTasksCommand({ cluster: s.name, tasks: arns }))).tasks?.[0];
    const startedAfter = (((task?.startedAt?.getTime() ?? 0) - (task?.createdAt?.getTime() ?? 0)) * SPEED) / 1000;
    assert.ok(startedAfter >= 20 && startedAfter <= 60, `started after ${startedAfter} s`);
    assert.equal(now.deployments?.[0]?.rolloutState, "COMPLETED");
    for (const kind of ["eni", "pull", "activate"]) {
      const [piece] = await durations(kind);
      assert.ok(piece, kind);
      const measured = (piece.until - piece.from) * SPEED;
      assert.ok(
        measured >= piece.simulatedMs * 0.9 && measured <= piece.simulatedMs + 100 * SPEED,
        `${kind} took ${measured} of ${piece.simulatedMs} ms`,
      );
    }
  });

  it("failures back off, more each time, and the breaker still comes to its end", async () => {
    const bad = await revision(c, s, { SANDBOX_EXIT_AFTER_MS: "0" });
    await c.ecs.send(new UpdateServiceCommand({ cluster: s.name, service: s.name, taskDefinition: bad }));
    const now = await until(
      "the rollback",
      async () => {
        const found = await described(c, s);
        return (
          found.deployments?.length === 1 &&
          found.taskDefinition !== bad &&
          found.deployments[0]?.rolloutState === "COMPLETED" &&
          found
        );
      },
      30_000,
    );
    const arns =
      (await c.ecs.send(new ListTasksCommand({ cluster: s.name, serviceName: s.name, desiredStatus: "STOPPED" })))
        .taskArns ?? [];
    const failed = (await Promise.all(arns.map(async (arn) => stopped(c, s, arn))))
      .filter((t) => t.taskDefinitionArn === bad)
      .map((t) => t.createdAt?.getTime() ?? 0)
      .sort((a, b) => a - b);
    assert.equal(failed.length, 3, "the breaker's threshold of one task is three");
    const [first = 0, second = 0, third = 0] = failed;
    assert.ok(third - second > second - first, `launched ${second - first} and then ${third - second} ms apart`);
    assert.ok(now.events?.some((x) => x.message?.endsWith("deployment failed: tasks failed to start.")));
  });
});
