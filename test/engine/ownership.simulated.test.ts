/** Two folders, one name: nothing that another folder made is replaced or removed without somebody saying so. */
import { strict as assert } from "node:assert";
import { rmSync } from "node:fs";
import path from "node:path";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
} from "@aws-sdk/client-ecs";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { DestroyResult } from "../../src/core/deploy/removal";
import { waitFor } from "../../scripts/waiting";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { defaultVpc } from "./support/foreign";
import { applicationFolder, copyOf, isIn, readIn, theEngine, World, writeIn, writesOf } from "./support/world";

describe("an application's name that another folder has", function () {
  this.timeout(120_000);
  let world: World;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("ownership", ["--tasks", "simulated", "--consistency", "strong"]);
  });
  beforeEach(() => world.reset());
  after(async () => world?.stop());

  const serviceNow = async () =>
    (
      await world.clients.ecs
        .send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"], include: ["TAGS"] }))
        // The cluster goes with the application.
        .catch(() => ({ services: [] }))
    ).services?.[0];
  const quick = JSON.stringify({
    applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1 } },
  });

  it("is not taken with --yes, nothing of it is removed, and --adopt makes both folders the same application", async () => {
    const x = applicationFolder("quay", { ...tinyApplication("x"), "slipway.json": quick });
    await world.cliEndsWith(0, x, ["deploy", "--yes"]);
    const before = await serviceNow();
    const unlisted = applicationFolder("quay", tinyApplication("y"));
    const listed = applicationFolder("quay", { ...tinyApplication("y"), "slipway.json": quick });
    for (const y of [unlisted, listed]) {
      let refused = "";
      const calls = await world.callsDuring(async () => {
        const finished = await world.cliEndsWith(4, y, ["deploy", "--yes"]);
        const { error } = resultOf(finished);
        assert.equal(error?.code, "ExistsAlready", accountOf(finished));
        refused = (error.evidence ?? []).join("\n");
        await world.cliEndsWith(0, y, ["destroy", "--yes"]);
      });
      assert.deepEqual(writesOf(calls), []);
      assert.match(refused, new RegExp(`service quay .*${path.basename(path.dirname(x))}/quay`));
    }
    const after = await serviceNow();
    assert.deepEqual([after?.status, after?.taskDefinition], ["ACTIVE", before?.taskDefinition]);
    // The one that made it goes on as ever.
    assert.deepEqual(writesOf(await world.callsDuring(() => world.cliEndsWith(0, x, ["deploy", "--yes"]))), []);
    await world.cliEndsWith(0, listed, ["deploy", "--yes", "--adopt"]);
    assert.deepEqual(idIn(listed), idIn(x));
    await world.cliEndsWith(0, listed, ["destroy", "--yes"]);
    assert.notEqual((await serviceNow())?.status, "ACTIVE");
  });

  it("is the same application in a clone, under another folder's name, and with slipway.json put back", async () => {
    const x = applicationFolder("quay", { ...tinyApplication("x"), "slipway.json": quick });
    await world.cliEndsWith(0, x, ["deploy", "--yes"]);
    const clone = copyOf(x);
    const idle = async (folder: string) => {
      const calls = await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]));
      assert.deepEqual(writesOf(calls), []);
    };
    await idle(clone);
    const moved = applicationFolder("harbour", {
      Dockerfile: readIn(x, "Dockerfile"),
      "slipway.json": readIn(x, "slipway.json"),
      "task-definition.json": readIn(x, "task-definition.json"),
    });
    await idle(moved);
    writeIn(x, "slipway.json", quick);
    await idle(x);
    assert.deepEqual(idIn(x), idIn(clone));
    // Nothing but the Dockerfile is left.
    for (const file of ["slipway.json", "task-definition.json"]) if (isIn(x, file)) rmSync(path.join(x, file));
    await world.cliEndsWith(0, x, ["deploy", "--yes"]);
    assert.deepEqual(idIn(x), idIn(clone));
  });

  it("asks before it uses what exists under a name that nobody chose", async () => {
    await world.clients.ecs.send(new CreateClusterCommand({ clusterName: "quay" }));
    const folder = applicationFolder("quay", { ...tinyApplication(), "slipway.json": quick });
    const refused = await world.cliEndsWith(4, folder, ["deploy", "--yes"]);
    assert.match((resultOf(refused).error?.evidence ?? []).join("\n"), /cluster quay/i, accountOf(refused));
    writeIn(
      folder,
      "slipway.json",
      JSON.stringify({
        applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1, cluster: "quay" } },
      }),
    );
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  });

  it("leaves what another service uses, each kind, says so before the first write, and takes it once nobody does", async () => {
    const { ecs, elb } = world.clients;
    const x = applicationFolder("quay", { ...tinyApplication("x"), "slipway.json": quick });
    await world.cliEndsWith(0, x, ["deploy", "--yes"]);
    const first = await serviceNow();
    assert.ok(first?.taskDefinition && first.loadBalancers);
    await ecs.send(
      new CreateServiceCommand({
        cluster: "quay",
        serviceName: "beside",
        taskDefinition: first.taskDefinition,
        desiredCount: 1,
        launchType: "FARGATE",
        networkConfiguration: first.networkConfiguration,
        loadBalancers: first.loadBalancers,
      }),
    );
    const destroyed = async () => {
      const finished = await world.cliEndsWith(0, x, ["destroy", "--yes"]);
      const result = resultOf<DestroyResult>(finished);
      const kindsOf = (items: readonly { kind: string }[]) => [...new Set(items.map(({ kind }) => kind))].sort();
      return { removed: kindsOf(result.removed), kept: kindsOf(result.kept), text: accountOf(finished) };
    };
    const beside = await destroyed();
    assert.deepEqual(beside.removed, ["service"], beside.text);
    const shared = [
      "cluster",
      "listener",
      "loadBalancer",
      "logGroup",
      "repository",
      "role",
      "securityGroup",
      "targetGroup",
      "taskDefinition",
    ];
    assert.deepEqual(beside.kept, shared);
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["beside"] }));
    assert.deepEqual([services?.[0]?.status, services?.[0]?.desiredCount], ["ACTIVE", 1]);
    await ecs.send(new DeleteServiceCommand({ cluster: "quay", service: "beside", force: true }));
    await waitFor("the other service to be gone", async () => {
      const now = await ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["beside"] }));
      return now.services?.[0]?.status === "INACTIVE";
    });
    // Somebody else's rule on the listener keeps the way in, and nothing else.
    const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: ["quay"] }));
    const { Listeners } = await elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn }),
    );
    const { Rules } = await elb.send(
      new CreateRuleCommand({
        ListenerArn: Listeners?.[0]?.ListenerArn,
        Priority: 5,
        Conditions: [{ Field: "path-pattern", Values: ["/theirs/*"] }],
        Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
      }),
    );
    const ruled = await destroyed();
    assert.deepEqual(ruled.kept, ["listener", "loadBalancer", "securityGroup", "targetGroup"], ruled.text);
    await elb.send(new DeleteRuleCommand({ RuleArn: Rules?.[0]?.RuleArn }));
    const last = await destroyed();
    assert.deepEqual(last.kept, [], last.text);
  });

  it("adds its rule behind those of a shared listener, moves it with slipway.json, and takes nothing from the others", async () => {
    const { ec2, elb } = world.clients;
    const vpc = await defaultVpc(world);
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: "shared", Description: "shared", VpcId: vpc }),
    );
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    );
    const { LoadBalancers } = await elb.send(
      new CreateLoadBalancerCommand({
        Name: "shared",
        Subnets: Subnets.slice(0, 2).map(({ SubnetId = "" }) => SubnetId),
        SecurityGroups: [GroupId ?? ""],
      }),
    );
    const answers = (text: string) => [
      {
        Type: "fixed-response" as const,
        FixedResponseConfig: { StatusCode: "200", ContentType: "text/plain", MessageBody: text },
      },
    ];
    const { Listeners } = await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: answers("default"),
      }),
    );
    const ListenerArn = Listeners?.[0]?.ListenerArn;
    await elb.send(
      new CreateRuleCommand({
        ListenerArn,
        Priority: 10,
        Conditions: [{ Field: "path-pattern", Values: ["/admin*"] }],
        Actions: answers("admin"),
      }),
    );
    const rules = async () => {
      const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
      return Rules.map(({ Priority, Conditions = [] }) => [
        Priority,
        Conditions.flatMap(({ PathPatternConfig }) => PathPatternConfig?.Values ?? []).join(),
      ]);
    };
    const stating = (pathPattern: string) =>
      JSON.stringify({
        applications: {
          quay: {
            dockerfile: "Dockerfile",
            deregistrationDelaySeconds: 1,
            loadBalancer: { name: "shared", pathPattern },
          },
        },
      });
    const folder = applicationFolder("quay", { ...tinyApplication(), "slipway.json": stating("/*") });
    const deployed = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(await rules(), [
      ["10", "/admin*"],
      ["11", "/*"],
      ["default", ""],
    ]);
    const { body } = await world.get(new URL("/admin/x", resultOf<{ url: string }>(deployed).url).href);
    assert.equal(body, "admin");
    writeIn(folder, "slipway.json", stating("/admin/x"));
    const refused = await world.cliEndsWith(1, folder, ["deploy", "--yes"]);
    assert.equal(resultOf(refused).error?.code, "RuleShadowed", accountOf(refused));
    writeIn(folder, "slipway.json", stating("/quay/*"));
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(await rules(), [
      ["10", "/admin*"],
      ["12", "/quay/*"],
      ["default", ""],
    ]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual(await rules(), [
      ["10", "/admin*"],
      ["default", ""],
    ]);
  });

  function idIn(folder: string): string {
    const { applications } = JSON.parse(readIn(folder, "slipway.json")) as {
      applications: Record<string, { id: string }>;
    };
    const id = applications["quay"]?.id ?? "";
    assert.match(id, /^[0-9a-f]{16}$/);
    return id;
  }
});
