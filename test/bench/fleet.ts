/** An account full of services, and the ways in which other tools list them. */
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServicesCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import type { World } from "../engine/support/world";

/** What a call takes on its way from a desk to a region and back, and in it. */
export const latencyMs = 60;
/** How many of the set-up's calls are under way at once. */
const sideBySide = 40;

/**
 * An empty account with `clusters` clusters of `services` services each, which want `desiredCount` tasks: none unless stated. Filled with the sandbox's
 * rates off, since AWS's CreateService rate alone would take a quarter of an hour; they are on, with full buckets, afterwards,
 * and each call to ECS takes {@link latencyMs}.
 */
export async function fillAccount(world: World, clusters: number, services: number, desiredCount = 0): Promise<void> {
  const { ec2, ecs } = world.clients;
  await world.reset();
  await world.control("POST", "rates", { on: false });
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "fleet",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "web", image: "web:1" }],
    }),
  );
  const subnets = ((await ec2.send(new DescribeSubnetsCommand({}))).Subnets ?? []).flatMap(
    (subnet) => subnet.SubnetId ?? [],
  );
  for (let index = 0; index < clusters; index++)
    await ecs.send(new CreateClusterCommand({ clusterName: clusterName(index) }));
  const create = (index: number): Promise<unknown> =>
    ecs.send(
      new CreateServiceCommand({
        cluster: clusterName(Math.floor(index / services)),
        serviceName: `service-${String(index % services).padStart(5, "0")}`,
        taskDefinition: "fleet",
        desiredCount,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets } },
      }),
    );
  // ECS refuses the account's first service until its service-linked role, which that call makes, is seen.
  for (let tries = 60; ; tries--) {
    const error = await create(0).then(
      () => undefined,
      (refused: unknown) => refused,
    );
    if (error === undefined) break;
    if (tries === 0) throw error;
    await pause(250);
  }
  let next = 1;
  await Promise.all(
    Array.from({ length: sideBySide }, async () => {
      while (next < clusters * services) await create(next++);
    }),
  );
  const running = async (): Promise<number> =>
    (
      (
        await ecs.send(
          new DescribeClustersCommand({ clusters: Array.from({ length: clusters }, (_, index) => clusterName(index)) }),
        )
      ).clusters ?? []
    ).reduce((sum, cluster) => sum + (cluster.runningTasksCount ?? 0), 0);
  for (const until = Date.now() + 600_000; (await running()) < clusters * services * desiredCount; await pause(1000))
    if (Date.now() > until) throw new Error(`${await running()} tasks run after ten minutes`);
  // What is just made settles; measured is an account at rest.
  await pause(3000);
  await world.fault({ kind: "delay", service: "ecs", delayMs: latencyMs });
  await world.control("POST", "rates", { on: true });
}

export const clusterName = (index: number): string => `fleet-${String(index).padStart(2, "0")}`;

/** How a tool listed: when it had something to show, when a hundred, and when all. */
export interface Listed {
  readonly firstMs: number;
  readonly hundredMs: number;
  readonly allMs: number;
  readonly services: number;
}

/**
 * As AWS Toolkit lists: the default page of ten, its description, and so on, one call after another; five attempts with a
 * second's wait that doubles, without jitter.
 */
export async function toolkitWay(world: World, cluster: string): Promise<Listed> {
  const ecs = new ECSClient({
    endpoint: world.sandbox.url,
    region: "us-east-1",
    credentials: world.credentials,
    maxAttempts: 1,
  });
  const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        if (attempt === 4) throw error;
        await pause(1000 * 2 ** attempt);
      }
    }
  };
  const began = performance.now();
  let [firstMs, hundredMs, services] = [Number.NaN, Number.NaN, 0];
  let nextToken: string | undefined;
  try {
    do {
      const page = await patiently(() =>
        ecs.send(new ListServicesCommand({ cluster, ...(nextToken === undefined ? {} : { nextToken }) })),
      );
      const described = await patiently(() =>
        ecs.send(new DescribeServicesCommand({ cluster, services: page.serviceArns ?? [] })),
      );
      if (services === 0) firstMs = performance.now() - began;
      if (services < 100 && services + (described.services?.length ?? 0) >= 100) hundredMs = performance.now() - began;
      services += described.services?.length ?? 0;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return { firstMs, hundredMs, allMs: performance.now() - began, services };
  } finally {
    ecs.destroy();
  }
}

/** The output of the official `aws` client; undefined where it is not installed. */
function aws(world: World, args: readonly string[]): Promise<{ code: number | null; stdout: string } | undefined> {
  return new Promise((resolve) => {
    const child = spawn(
      "aws",
      [...args, "--endpoint-url", world.sandbox.url, "--region", "us-east-1", "--output", "json"],
      { env: { ...process.env, ...world.sandbox.env }, stdio: ["ignore", "pipe", "ignore"] },
    );
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => resolve({ code, stdout }));
  });
}

/** The client's own version; undefined where it is not installed. */
export async function awsVersion(world: World): Promise<string | undefined> {
  const answer = await aws(world, ["--version"]);
  return answer?.code === 0 ? /aws-cli\/\S+/.exec(answer.stdout)?.[0] : undefined;
}

/**
 * With the official client, as a script does it: names in pages of a hundred, then a description for every ten of them. A
 * client is started for each; what is not described after `limitMs` is left.
 */
export async function clientWay(world: World, cluster: string, limitMs: number): Promise<Listed> {
  const began = performance.now();
  const listed = await aws(world, ["ecs", "list-services", "--cluster", cluster, "--page-size", "100"]);
  const { serviceArns } = JSON.parse(listed?.stdout || "{}") as { serviceArns?: string[] };
  if (!serviceArns) throw new Error(`aws ecs list-services ended with ${listed?.code ?? "nothing"}`);
  let [firstMs, hundredMs, services] = [Number.NaN, Number.NaN, 0];
  for (let from = 0; from < serviceArns.length && performance.now() - began < limitMs; from += 10) {
    const described = await aws(world, [
      "ecs",
      "describe-services",
      "--cluster",
      cluster,
      "--services",
      ...serviceArns.slice(from, from + 10),
    ]);
    if (described?.code !== 0) throw new Error(`aws ecs describe-services ended with ${described?.code ?? "nothing"}`);
    services += (JSON.parse(described.stdout) as { services: unknown[] }).services.length;
    if (from === 0) firstMs = performance.now() - began;
    if (services === 100) hundredMs = performance.now() - began;
  }
  return { firstMs, hundredMs, allMs: performance.now() - began, services };
}
