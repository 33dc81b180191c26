/** What is in the account is found in the store, in the right state; every action does what it says, seen through another client. */
import { strict as assert } from "node:assert";
import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { DescribeImagesCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
} from "@aws-sdk/client-ecs";
import type { Connection } from "../../src/core/api";
import { errorCode } from "../../src/core/base/errors";
import type { ResourceAction } from "../../src/core/ports/resources";
import type { ResourceItem, ResourceKind } from "../../src/core/ports/resourceModel";
import { ResourceStore, type ResourceNode } from "../../src/core/resources/store";
import { createBackend } from "../../src/backend/backend";
import { waitFor } from "../../scripts/waiting";
import { tinyApplication } from "./support/apps";
import { makeForeign } from "./support/foreign";
import { applicationFolder, readIn, theEngine, World } from "./support/world";

const quickDrain = JSON.stringify({
  applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1 } },
});
const signal = new AbortController().signal;

describe("the resources of an account", function () {
  this.timeout(120_000);
  let world: World;
  let connection: Connection;
  let store: ResourceStore;
  const environment = { ...process.env };

  const open = async (): Promise<void> => {
    Object.assign(process.env, world.env);
    const engine = createBackend({ sandboxProgram: "", log: () => undefined });
    connection = await engine.connect(
      { kind: "environment" },
      { mfaCode: () => Promise.resolve(undefined), deviceCode: () => Promise.resolve(false) },
      signal,
    );
    const root: ResourceItem = {
      kind: "root",
      key: "main",
      label: "main",
      description: "",
      state: "plain",
      ref: {},
      facts: [],
      expandable: true,
      can: [],
    };
    store = new ResourceStore("main", root, connection.resources, { now: () => Date.now() }, () => undefined);
  };
  /** The node at the end of a path of labels (or beginnings of labels), loaded on the way. */
  const find = async (...labels: string[]): Promise<ResourceNode> => {
    let node = store.root;
    for (const label of labels) {
      await store.load(node);
      assert.equal(node.error, undefined, JSON.stringify(node.error));
      const child: ResourceNode | undefined =
        node.children.find((item) => item.item.label === label) ??
        node.children.find((item) => item.item.label.startsWith(label));
      assert.ok(child, `${label} in ${node.children.map((item) => item.item.label).join(", ")}`);
      node = child;
    }
    await store.load(node);
    return node;
  };
  const labels = (node: ResourceNode): string[] => node.children.map((child) => child.item.label);
  const ofKind = (node: ResourceNode, kind: ResourceKind): ResourceNode[] =>
    node.children.filter((child) => child.item.kind === kind);
  const act = (action: ResourceAction): Promise<string> => connection.resources.act(action, signal);
  const service = async () =>
    (await world.clients.ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"] }))).services?.[0];

  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("resources", ["--tasks", "simulated"]);
    await makeForeign(world);
    await world.cliEndsWith(0, applicationFolder("quay", { ...tinyApplication(), "slipway.json": quickDrain }), [
      "deploy",
      "--yes",
    ]);
    await open();
  });
  after(async () => {
    connection?.close();
    for (const key of Object.keys(process.env)) if (!(key in environment)) delete process.env[key];
    Object.assign(process.env, environment);
    await world?.stop();
  });

  it("are all found, with their states", async () => {
    assert.deepEqual(labels(await find("ECR Repositories")), ["quay", "theirs"]);
    const images = await find("ECR Repositories", "quay");
    assert.match(labels(images)[0] ?? "", /latest, slipway-|slipway-\w+, latest/);
    assert.deepEqual(labels(await find("ECS Clusters")), ["quay", "theirs"]);
    const cluster = await find("ECS Clusters", "quay");
    assert.match(cluster.item.description, /^1 service · 1 running/);
    const [running] = ofKind(cluster, "service");
    assert.equal(running?.item.label, "quay");
    assert.equal(running?.item.state, "good");
    assert.match(running?.item.description ?? "", /^1\/1 · quay:1/);
    assert.deepEqual(labels(await find("ECS Clusters", "quay", "quay")), [
      "Deployments",
      "Tasks",
      "Stopped Tasks",
      "Auto Scaling",
    ]);
    assert.match(
      (await find("ECS Clusters", "quay", "quay", "Deployments")).children[0]?.item.description ?? "",
      /primary · completed · 1\/1/,
    );
    const [task] = (await find("ECS Clusters", "quay", "quay", "Tasks")).children;
    assert.ok(task);
    assert.equal(task.item.state, "good");
    assert.match(task.item.description, /running · .*quay:1 · us-east-1[a-f] · \d+\.\d+\.\d+\.\d+/);
    assert.ok(task.item.can.includes("publicIp"));
    await store.load(task);
    assert.deepEqual(labels(task), ["quay"]);
    assert.deepEqual(labels(await find("Task Definitions")), ["quay", "theirs"]);
    assert.deepEqual(labels(await find("Task Definitions", "quay")), ["quay:1", "Inactive Revisions"]);
    const balancer = await find("Load Balancers", "quay");
    assert.equal(balancer.item.state, "good");
    assert.deepEqual(labels(balancer), ["HTTP:80"]);
    const group = await find("Load Balancers", "quay", "HTTP:80", "Default", "quay");
    assert.match(group.children[0]?.item.description ?? "", /^healthy/);
    assert.deepEqual(labels(await find("Target Groups")), ["quay", "theirs"]);
    assert.ok(labels(await find("Log Groups")).includes("/ecs/theirs"));
    assert.equal((await find("Log Groups", "/ecs/quay")).children.length, 1);
  });

  it("say everything as JSON, and images their platform and age", async () => {
    for (const path of [
      ["ECR Repositories", "quay"],
      ["ECS Clusters", "quay", "quay"],
      ["Task Definitions", "quay", "quay:1"],
      ["Load Balancers", "quay"],
      ["Log Groups", "/ecs/quay"],
    ]) {
      const { item } = await find(...path);
      assert.ok(JSON.stringify(await connection.resources.describe(item, signal)).includes("quay"), path.join("/"));
    }
    const [image] = (await find("ECR Repositories", "quay")).children;
    assert.match(image?.item.description ?? "", / · just now · linux\/(amd64|arm64)$/);
  });

  it("show a change that was made elsewhere, and what is in transition while it is", async () => {
    const cluster = await find("ECS Clusters", "quay");
    const [node] = ofKind(cluster, "service");
    assert.ok(node);
    await act({ do: "scale", cluster: "quay", service: "quay", desired: 2 });
    await store.refresh(cluster, () => false);
    assert.equal(ofKind(cluster, "service")[0], node, "the same node");
    await waitFor("two tasks", async () => {
      const [now] = await connection.resources.update([node.item], signal);
      return now?.state === "good" && now.description.startsWith("2/2");
    });
    assert.equal((await service())?.desiredCount, 2);
  });

  it("are scaled by target tracking, and not any more", async () => {
    const group = (await service())?.loadBalancers?.[0]?.targetGroupArn ?? "";
    const balancer = (await find("Load Balancers", "quay")).item.arn?.split(":loadbalancer/")[1] ?? "";
    await act({
      do: "setScaling",
      cluster: "quay",
      service: "quay",
      minimum: 1,
      maximum: 4,
      metric: "ECSServiceAverageCPUUtilization",
      value: 55,
    });
    await waitFor("the target to be seen", () =>
      act({
        do: "setScaling",
        cluster: "quay",
        service: "quay",
        minimum: 1,
        maximum: 6,
        metric: "ALBRequestCountPerTarget",
        value: 100,
        label: `${balancer}/${group.split(":").at(-1) ?? ""}`,
      }).then(
        () => true,
        () => false,
      ),
    );
    const { ScalableTargets } = await world.clients.scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }),
    );
    assert.deepEqual([ScalableTargets?.[0]?.MinCapacity, ScalableTargets?.[0]?.MaxCapacity], [1, 6]);
    const { ScalingPolicies } = await world.clients.scaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs" }),
    );
    assert.equal(ScalingPolicies?.length, 2);
    const shown = await find("ECS Clusters", "quay", "quay", "Auto Scaling");
    assert.deepEqual(
      ofKind(shown, "scalingPolicy")
        .map((child) => child.item.description)
        .sort(),
      ["CPU · target 55 · 1 to 6 tasks", "requests per target · target 100 · 1 to 6 tasks"],
    );
    await act({ do: "removeScaling", cluster: "quay", service: "quay" });
    await store.refresh(shown);
    assert.deepEqual(shown.children, []);
  });

  it("take an existing image, run a task on its own, and stop one", async () => {
    const [image] = (await find("ECR Repositories", "quay")).children;
    const uri = image?.item.ref["uriByTag"] ?? "";
    const arn = await act({ do: "deployImage", cluster: "quay", service: "quay", image: uri });
    const { taskDefinition } = await world.clients.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
    assert.equal(taskDefinition?.containerDefinitions?.[0]?.image, uri);
    assert.equal((await service())?.taskDefinition, arn);
    const task = await act({
      do: "runTask",
      cluster: "quay",
      definition: arn,
      like: "quay",
      container: "quay",
      command: ["echo", "a b"],
    });
    const described = (await world.clients.ecs.send(new DescribeTasksCommand({ cluster: "quay", tasks: [task] })))
      .tasks?.[0];
    assert.deepEqual(described?.overrides?.containerOverrides?.[0]?.command, ["echo", "a b"]);
    await act({ do: "stopTask", cluster: "quay", task });
    const stopped = await find("ECS Clusters", "quay", "Stopped Tasks");
    await waitFor("the task among the stopped ones", async () => {
      await store.refresh(stopped);
      return stopped.children.some((child) => child.item.arn === task);
    });
  });

  it("say why a shell cannot be opened, and have exec switched on", async () => {
    await waitFor("a steady service", async () => (await service())?.deployments?.length === 1, { timeoutMs: 45_000 });
    const { item } = (await find("ECS Clusters", "quay", "quay", "Tasks")).children[0] ?? assert.fail("no task");
    const task = item.ref["task"] ?? "";
    await assert.rejects(
      connection.resources.exec("quay", task, "quay", "/bin/sh", signal),
      (error) => errorCode(error) === "InvalidParameterException",
    );
    const why = await connection.resources.diagnoseExec("quay", task, signal);
    assert.ok(
      (["ExecOff", "NoTaskRole"] as const).every((code) => why.some((problem) => problem.code === code)),
      why.map(({ sentence }) => sentence).join("\n"),
    );
    await act({ do: "enableExec", cluster: "quay", service: "quay" });
    assert.equal((await service())?.enableExecuteCommand, true);
  });

  it("are adopted into slipway.json, whose comments stay", async () => {
    const folder = applicationFolder("other", { "slipway.json": `{\n  // ours\n  "applications": {}\n}\n` });
    assert.equal(await connection.adopt(folder, "quay", "quay", signal), "quay");
    const text = readIn(folder, "slipway.json");
    assert.match(text, /\/\/ ours/);
    assert.match(text, /"container": "quay"/);
    assert.equal(await connection.adopt(folder, "quay", "quay", signal), "quay", "it is there already");
    assert.equal(readIn(folder, "slipway.json"), text, "and nothing is written");
    const own = `{ "applications": { "quay": { "port": 8080 } } }\n`;
    const made = applicationFolder("own", { "slipway.json": own });
    assert.equal(await connection.adopt(made, "quay", "quay", signal), "quay", "names left out are the application's");
    assert.equal(readIn(made, "slipway.json"), own);
  });

  it("say which permission is missing, and that the network is gone, and are well again afterwards", async () => {
    const clusters = await find("ECS Clusters");
    await world.fault({
      kind: "fail-before",
      operation: "ListClusters",
      error: {
        code: "AccessDeniedException",
        message: "User: arn:aws:iam::000000000000:user/x is not authorized to perform: ecs:ListClusters on resource: *",
        status: 400,
      },
    });
    await store.refresh(clusters, () => false);
    assert.equal(clusters.status, "failed");
    assert.match(clusters.error?.evidence.join() ?? "", /ecs:ListClusters/);
    assert.equal(clusters.children.length, 2, "what was shown stays");
    await world.clearFaults();
    await world.fault(
      { kind: "throttle", operation: "ListClusters", count: 2 },
      { kind: "reset", operation: "DescribeClusters", count: 1 },
    );
    await store.refresh(clusters, () => false);
    assert.equal(clusters.status, "ready", "the SDK's own tries get over these");
    await world.clearFaults();
  });

  it("are made and deleted", async () => {
    await act({ do: "createRepository", name: "team/new" });
    await act({ do: "createCluster", name: "fresh" });
    assert.deepEqual(
      (await world.clients.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ["team/new"] }))).repositories
        ?.length,
      1,
    );
    await act({ do: "deleteRepository", repository: "team/new" });
    await act({ do: "deleteCluster", cluster: "fresh" });
    assert.equal(
      (await world.clients.ecs.send(new DescribeClustersCommand({ clusters: ["fresh"] }))).clusters?.[0]?.status,
      "INACTIVE",
    );
    const [image] = (await find("ECR Repositories", "quay")).children;
    await act({ do: "deleteImages", repository: "quay", digests: [image?.item.ref["digest"] ?? ""] });
    assert.deepEqual(
      (await world.clients.ecr.send(new DescribeImagesCommand({ repositoryName: "quay" }))).imageDetails,
      [],
    );
    await act({ do: "deleteService", cluster: "quay", service: "quay" });
    assert.notEqual((await service())?.status, "ACTIVE");
    await act({ do: "deregister", arn: (await find("Task Definitions", "theirs", "theirs:1")).item.arn ?? "" });
    const inactive = await find("Task Definitions", "theirs", "Inactive Revisions");
    assert.deepEqual(labels(inactive), ["theirs:1"]);
  });
});
