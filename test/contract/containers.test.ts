import assert from "node:assert/strict";
import { StopTaskCommand, UpdateServiceCommand, type ContainerDefinition, type Task } from "@aws-sdk/client-ecs";
import { RevokeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IMAGE, withEngine } from "./support/engine";
import {
  clients,
  definition,
  described,
  get,
  printed,
  service,
  stage,
  start,
  stopped,
  taskOf,
  type Clients,
  type Stage,
} from "./support/network";
import { startSandbox, until, type Endpoint } from "./support/sandbox";

const shell = (script: string, extra: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name: "web",
  image: IMAGE,
  command: ["sh", "-c", script],
  stopTimeout: 2,
  ...extra,
});
const FOREVER = "trap 'exit 0' TERM; while :; do sleep 0.2; done";
const UNHEALTHY =
  /^\(service wrong\) \(task [0-9a-f]{32}\) \(port 8080\) is unhealthy in \(target-group \S+\) due to \(reason Health checks failed\)\.$/;
const SERVE = "echo served >/tmp/index.html; exec httpd -f -p PORT -h /tmp";

describe("real containers", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  let wrong: Stage;
  let closed: Stage;
  before(async function () {
    withEngine(this);
    e = await startSandbox([]);
    c = clients(e);
    s = await stage(c, "real");
    // What takes a health check's time starts now and is looked at last.
    const check = { command: ["CMD-SHELL", "exit 1"], interval: 5, timeout: 2, retries: 1 };
    await service(c, s, await definition(c, s, [shell(FOREVER, { healthCheck: check })]), {
      serviceName: "sick",
      loadBalancers: [],
    });
    wrong = await stage(c, "wrong");
    closed = await stage(c, "closed");
    await c.ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: closed.taskGroup,
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: 8080, ToPort: 8080, UserIdGroupPairs: [{ GroupId: closed.balancerGroup }] },
        ],
      }),
    );
    const web = (of: Stage, port: string): Promise<string> =>
      definition(c, of, [shell(SERVE.replace("PORT", port), { portMappings: [{ containerPort: 8080 }] })]);
    await service(c, wrong, await web(wrong, "9999"), { healthCheckGracePeriodSeconds: 120 });
    await service(c, closed, await web(closed, "8080"), { healthCheckGracePeriodSeconds: 120 });
  });
  after(async () => e?.stop());

  const run = async (containers: readonly ContainerDefinition[], extra = {}): Promise<Task> =>
    stopped(c, s, await start(c, s, await definition(c, s, containers, extra)));

  it("out of memory: 137, with the reason on the container", async () => {
    const task = await run([shell("tail /dev/zero", { memory: 16 })]);
    assert.equal(task.stopCode, "EssentialContainerExited");
    assert.equal(task.stoppedReason, "Essential container in task exited");
    assert.deepEqual(
      [task.containers?.[0]?.exitCode, task.containers?.[0]?.reason],
      [137, "OutOfMemoryError: Container killed due to memory usage"],
    );
  });

  it("a command that is not there does not start: the task says so, and the container has 127", async () => {
    const task = await run([{ name: "web", image: IMAGE, command: ["/nothing"] }]);
    assert.equal(task.stopCode, "TaskFailedToStart");
    assert.match(
      task.stoppedReason ?? "",
      /^CannotStartContainerError: .*exec: "\/nothing": stat \/nothing: no such file or directory/,
    );
    assert.match(task.containers?.[0]?.reason ?? "", /^CannotStartContainerError: /);
    assert.equal(task.containers?.[0]?.exitCode, 127);
  });

  it("a read-only root file system is one, and a volume on it is not", async () => {
    const mountPoints = [{ sourceVolume: "data", containerPath: "/data" }];
    const side = shell("while ! cat /data/x; do sleep 0.1; done", {
      name: "side",
      essential: false,
      mountPoints: [{ ...mountPoints[0], readOnly: true }],
    });
    const task = await run(
      [
        shell("touch /x 2>&1; echo code $?; echo shared >/data/x; sleep 1", {
          readonlyRootFilesystem: true,
          mountPoints,
        }),
        side,
      ],
      { volumes: [{ name: "data" }] },
    );
    assert.match(await printed(c, s, task), /Read-only file system\ncode 1/);
    assert.match(await printed(c, s, task, "side"), /shared$/);
  });

  it("containers of a task wait for each other and share the loopback address", async () => {
    const task = await run([
      shell("wget -q -O - http://127.0.0.1:9000/", {
        dependsOn: [
          { containerName: "init", condition: "COMPLETE" },
          { containerName: "side", condition: "HEALTHY" },
        ],
      }),
      shell("exit 4", { name: "init", essential: false }),
      shell(SERVE.replace("PORT", "9000"), {
        name: "side",
        essential: false,
        healthCheck: {
          command: ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:9000/"],
          interval: 5,
          timeout: 2,
          retries: 3,
        },
      }),
    ]);
    assert.equal(await printed(c, s, task), "served");
    const codes = Object.fromEntries((task.containers ?? []).map((x) => [x.name, x.exitCode]));
    assert.deepEqual([codes["web"], codes["init"]], [0, 4]);
  });

  it("a container that another one needs to succeed and does not stops the task before it runs", async () => {
    const task = await run([
      shell(FOREVER, { dependsOn: [{ containerName: "init", condition: "SUCCESS" }] }),
      shell("exit 4", { name: "init", essential: false }),
    ]);
    assert.equal(task.stopCode, "TaskFailedToStart");
    assert.match(
      task.containers?.find((x) => x.name === "web")?.reason ?? "",
      /dependency container 'init' exited with code 4/,
    );
  });

  it("SIGTERM, then SIGKILL after the stop timeout", async () => {
    const stubborn = await start(
      c,
      s,
      await definition(c, s, [shell("trap 'echo asked' TERM; while :; do sleep 0.2; done", { stopTimeout: 2 })]),
    );
    const polite = await start(
      c,
      s,
      await definition(c, s, [shell("trap 'echo bye; exit 9' TERM; while :; do sleep 0.2; done")]),
    );
    for (const arn of [stubborn, polite]) {
      await until("RUNNING", async () => (await taskOf(c, s, arn)).lastStatus === "RUNNING");
      await c.ecs.send(new StopTaskCommand({ cluster: s.name, task: arn, reason: "enough" }));
    }
    const [killed, ended] = [await stopped(c, s, stubborn), await stopped(c, s, polite)];
    assert.deepEqual(
      [killed.stopCode, killed.stoppedReason, killed.containers?.[0]?.exitCode],
      ["UserInitiated", "enough", 137],
    );
    assert.equal(await printed(c, s, killed), "asked");
    assert.equal(killed.containers?.[0]?.reason, undefined, "137 is not always a lack of memory");
    assert.equal(ended.containers?.[0]?.exitCode, 9);
  });

  it("a service's task that fails its own health check is replaced, and the event says so", async () => {
    const gone = await until("the event", async () => {
      const found = await described(c, s, "sick");
      return found.events
        ?.map(
          (x) =>
            /^\(service sick\) \(task ([0-9a-f]{32})\) failed container health checks\.$/.exec(x.message ?? "")?.[1],
        )
        .find(Boolean);
    });
    const task = await stopped(c, s, gone);
    assert.deepEqual(
      [task.stopCode, task.stoppedReason],
      ["ServiceSchedulerInitiated", "Task failed container health checks"],
    );
    assert.equal(task.healthStatus, "UNHEALTHY");
  });

  it("a port on which nothing listens is unhealthy, a closed security group times out and clients get 504", async () => {
    const health = async (of: Stage): Promise<(string | undefined)[] | undefined> => {
      const found = await c.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: of.targetGroupArn }));
      const sick = found.TargetHealthDescriptions?.find((t) => t.TargetHealth?.State === "unhealthy")?.TargetHealth;
      return sick && [sick.Reason, sick.Description];
    };
    assert.deepEqual(await until("a failed check", () => health(wrong)), [
      "Target.FailedHealthChecks",
      "Health checks failed",
    ]);
    assert.deepEqual(await until("a timeout", () => health(closed)), ["Target.Timeout", "Request timed out"]);
    assert.equal((await get(e, closed.dnsName)).status, 504);
    // Only after its grace period is the task replaced.
    await c.ecs.send(
      new UpdateServiceCommand({ cluster: wrong.name, service: wrong.name, healthCheckGracePeriodSeconds: 0 }),
    );
    await until("the event", async () =>
      (await described(c, wrong)).events?.some((x) => UNHEALTHY.test(x.message ?? "")),
    );
  });
});
