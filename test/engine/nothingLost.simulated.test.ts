/** Nothing is lost: members that no SDK knows yet, and what another tool set, through the real command line. */
import { strict as assert } from "node:assert";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import type { Json, TaskDefinition } from "../../src/core/base/taskDefinition";
import { send } from "../contract/support/wire";
import type { Endpoint } from "../contract/support/sandbox";
import { lostOf, plainDefinition, plant, seeded } from "../unit/support/unknownMembers";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { applicationFolder, readIn, theEngine, World, writeIn, writesOf, type Call } from "./support/world";

const ours = /^(taskDefinitionArn|revision|status|requiresAttributes|compatibilities|registeredAt|registeredBy)$/;

const firstSubnet = (network: object): string => (network as { subnets: string[] }).subnets[0] ?? "";

describe("an AWS that has more than this version knows", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  /** What the file has, and what another tool put in besides. */
  let ofFile: Map<string, Json>;
  let ofOther: Map<string, Json>;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    const flags = ["--tasks", "simulated", "--consistency", "strong", "--unknown-members", "keep"];
    world = await World.start("nothing-lost", flags);
  });
  after(async () => world?.stop());

  /** In AWS's own JSON, without any SDK. */
  async function raw<T>(operation: string, input: object): Promise<T> {
    const { credentials, sandbox } = world;
    const endpoint = { url: sandbox.url, region: sandbox.env["AWS_REGION"] ?? "", credentials } as Endpoint;
    const { status, text } = await send(endpoint, "ecs", operation, { ...input });
    assert.equal(status, 200, text);
    return JSON.parse(text) as T;
  }
  const described = (taskDefinition: string | undefined) =>
    raw<{ taskDefinition: TaskDefinition & { taskDefinitionArn: string }; tags: { key: string; value: string }[] }>(
      "DescribeTaskDefinition",
      { taskDefinition, include: ["TAGS"] },
    );
  const serviceNow = async (name = "quay") =>
    (await world.clients.ecs.send(new DescribeServicesCommand({ cluster: name, services: [name], include: ["TAGS"] })))
      .services?.[0];
  /** All of the service but what a new version changes by itself. */
  const settingsNow = async () =>
    Object.fromEntries(
      Object.entries((await serviceNow()) ?? {}).filter(
        ([member]) => !/^(taskDefinition|deployments|events|runningCount|pendingCount|current.*)$/.test(member),
      ),
    );
  const live = async (name?: string) => described((await serviceNow(name))?.taskDefinition);
  const deploy = (code: number, ...args: string[]) => world.cliEndsWith(code, folder, ["deploy", "--yes", ...args]);
  const settings = (more: object = {}): string =>
    JSON.stringify({ applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1, ...more } } });
  const idle = async () => assert.deepEqual(writesOf(await world.callsDuring(() => deploy(0))), []);

  it("gets a hundred unknown members of task-definition.json, and nothing anew the second time", async () => {
    const { executionRoleArn: _role, ...definition } = plainDefinition();
    definition.containerDefinitions = definition.containerDefinitions?.slice(0, 1) ?? [];
    ofFile = plant(definition, 100, seeded(31));
    folder = applicationFolder("quay", {
      ...tinyApplication(),
      "slipway.json": settings(),
      "task-definition.json": JSON.stringify({ $schema: "https://example.com/schema.json", ...definition }, null, 2),
    });
    await deploy(0);
    const { taskDefinition, tags } = await live();
    assert.deepEqual(lostOf(ofFile, taskDefinition), []);
    assert.ok(!("$schema" in taskDefinition));
    assert.match(tags.find(({ key }) => key === "slipway:definition")?.value ?? "", /^[0-9a-f]{64}$/);
    await idle();
  });

  it("is not told to undo what another tool set: the definition's edit is asked about, its members and tags go on", async () => {
    const { ecs } = world.clients;
    const { taskDefinition, tags } = await live();
    // As tools do: the described definition without what only Describe says, some of it changed, with its tags.
    const edited = Object.fromEntries(
      Object.entries(taskDefinition).filter(([member]) => !ours.test(member)),
    ) as TaskDefinition;
    ofOther = plant(edited, 40, seeded(32));
    Object.assign(edited, { cpu: "512", memory: "1024" });
    const made = await raw<{ taskDefinition: { taskDefinitionArn: string } }>("RegisterTaskDefinition", {
      ...edited,
      tags: [...tags, { key: "team", value: "harbour" }],
    });
    await ecs.send(
      new UpdateServiceCommand({
        cluster: "quay",
        service: "quay",
        taskDefinition: made.taskDefinition.taskDefinitionArn,
        desiredCount: 2,
        enableExecuteCommand: true,
        deploymentConfiguration: {
          minimumHealthyPercent: 50,
          deploymentCircuitBreaker: { enable: true, rollback: false },
        },
        healthCheckGracePeriodSeconds: 77,
      }),
    );
    await ecs.send(
      new TagResourceCommand({
        resourceArn: (await serviceNow())?.serviceArn,
        tags: [{ key: "team", value: "harbour" }],
      }),
    );

    const theirs = await settingsNow();
    assert.deepEqual([theirs["desiredCount"], theirs["enableExecuteCommand"]], [2, true]);

    const refused = await deploy(4);
    const { error } = resultOf(refused);
    assert.equal(error?.code, "ChangedElsewhere", accountOf(refused));
    assert.match(error?.evidence?.join("\n") ?? "", /cpu: "256" -> "512"/);

    const since = (await world.control<Call[]>("GET", "requests")).at(-1)?.n ?? 0;
    await deploy(0, "--accept-changes");
    const after = await live();
    assert.deepEqual(lostOf(new Map([...ofFile, ...ofOther]), after.taskDefinition), []);
    // The file governs what it states.
    assert.deepEqual([after.taskDefinition.cpu, after.taskDefinition.memory], ["256", "512"]);
    assert.equal(after.tags.find(({ key }) => key === "team")?.value, "harbour");
    const updates = (await world.control<(Call & { input: object })[]>("GET", `requests?since=${since}&input`)).filter(
      ({ operation }) => operation === "UpdateService",
    );
    assert.deepEqual(
      updates.map(({ input }) => input),
      [{ cluster: "quay", service: "quay", taskDefinition: after.taskDefinition.taskDefinitionArn }],
    );
    assert.deepEqual(await settingsNow(), theirs);
    await idle();
  });

  it("keeps what a service's load balancer and network have besides, where it is sent anew", async () => {
    type Described = { services: { loadBalancers: object[]; networkConfiguration: { awsvpcConfiguration: object } }[] };
    const describe = () => raw<Described>("DescribeServices", { cluster: "quay", services: ["quay"] });
    const [now] = (await describe()).services;
    const network = now?.networkConfiguration.awsvpcConfiguration ?? {};
    await raw("UpdateService", {
      cluster: "quay",
      service: "quay",
      loadBalancers: now?.loadBalancers.map((item) => ({ ...item, laterOfBalancer: { weight: 1.5, none: null } })),
      networkConfiguration: { awsvpcConfiguration: { ...network, laterOfNetwork: ["a", 7] } },
    });
    const port = 9090;
    writeIn(folder, "slipway.json", settings({ port, network: { subnets: [firstSubnet(network)] } }));
    const definition = JSON.parse(readIn(folder, "task-definition.json")) as TaskDefinition;
    const [web] = definition.containerDefinitions ?? [];
    Object.assign(web ?? {}, { portMappings: [{ containerPort: port }] });
    writeIn(folder, "task-definition.json", JSON.stringify(definition));
    await deploy(0, "--accept-changes");
    const [changed] = (await describe()).services;
    const [balancer, ...others] = (changed?.loadBalancers ?? []) as Record<string, unknown>[];
    assert.deepEqual(others, []);
    assert.deepEqual(balancer?.["laterOfBalancer"], { weight: 1.5, none: null });
    assert.equal(balancer["containerPort"], port);
    const { laterOfNetwork } = (changed?.networkConfiguration.awsvpcConfiguration ?? {}) as Record<string, unknown>;
    assert.deepEqual(laterOfNetwork, ["a", 7]);
  });

  it("gets a revision anew where the one that runs was deregistered", async () => {
    const before = await live();
    await world.clients.ecs.send(
      new DeregisterTaskDefinitionCommand({ taskDefinition: before.taskDefinition.taskDefinitionArn }),
    );
    await deploy(0);
    const { taskDefinition } = await live();
    assert.equal(taskDefinition["status"], "ACTIVE");
    assert.equal(taskDefinition["revision"], Number(before.taskDefinition["revision"]) + 1);
    assert.deepEqual(lostOf(new Map([...ofFile, ...ofOther]), taskDefinition), []);
    await idle();
  });

  it("keeps what the revision of an adopted service has, in the file and in AWS", async () => {
    const { ec2, ecs } = world.clients;
    const definition = { ...plainDefinition(), family: "pier" };
    definition.containerDefinitions = definition.containerDefinitions?.map((container) => ({
      ...container,
      logConfiguration: undefined,
    }));
    delete definition.executionRoleArn;
    const planted = plant(definition, 60, seeded(33));
    const tags = [{ key: "team", value: "harbour" }];
    const made = await raw<{ taskDefinition: { taskDefinitionArn: string } }>("RegisterTaskDefinition", {
      ...definition,
      tags,
    });
    await ecs.send(new CreateClusterCommand({ clusterName: "pier" }));
    const subnets = (await ec2.send(new DescribeSubnetsCommand({}))).Subnets?.slice(0, 2) ?? [];
    await ecs.send(
      new CreateServiceCommand({
        cluster: "pier",
        serviceName: "pier",
        taskDefinition: made.taskDefinition.taskDefinitionArn,
        desiredCount: 1,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: subnets.map(({ SubnetId }) => SubnetId ?? ""),
            assignPublicIp: "ENABLED",
          },
        },
      }),
    );
    folder = applicationFolder("pier", tinyApplication());
    // As Adopt writes it.
    const adopted = { cluster: "pier", service: "pier", container: "quay", port: 8080, loadBalancer: false };
    writeIn(
      folder,
      "slipway.json",
      JSON.stringify({ applications: { pier: { dockerfile: "Dockerfile", ...adopted } } }),
    );
    await deploy(0, "--accept-changes", "--adopt");
    const after = await live("pier");
    assert.equal(after.taskDefinition["revision"], 2);
    for (const found of [after.taskDefinition, JSON.parse(readIn(folder, "task-definition.json")) as TaskDefinition])
      assert.deepEqual(lostOf(planted, found), []);
    assert.equal(after.tags.find(({ key }) => key === "team")?.value, "harbour");
    await idle();
  });
});
