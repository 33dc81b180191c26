/**
 * The AWS Resources view over an account of any size: calls, times, memory, and whether AWS would ever have had to say no; the
 * same account listed in the manner of AWS Toolkit and by the official client. Measured with the sandbox's rates on, which are
 * AWS's own, and with a delay of each call, as a region has.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { resourcePort } from "../../src/aws/resources/port";
import { Session } from "../../src/aws/session";
import type { Clock } from "../../src/core/ports/machine";
import type { ResourceItem, ResourceKind } from "../../src/core/ports/resourceModel";
import { ResourceStore, type ResourceNode } from "../../src/core/resources/store";
import { World, type Call } from "../engine/support/world";
import { pause } from "../../scripts/waiting";
import { awsVersion, clientWay, clusterName, fillAccount, latencyMs, toolkitWay, type Listed } from "./fleet";
import type { Bench, Row } from "./table";

const megabyte = 1024 * 1024;
const refreshes = 200;
/** The official client gets no more time than this for each size. */
const clientLimitMs = 60_000;
/** AWS's bucket of ListServices and DescribeServices, which all of a list shares. */
const bucket = { burst: 100, perSecond: 20 };

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const clock: Clock = { now: () => Date.now(), sleep: (milliseconds, signal) => pauseUnless(milliseconds, signal) };
/** A thousand times faster: for what is about memory and not about rates. */
const fastClock: Clock = { now: () => Date.now() * 1000, sleep: () => pause(1) };

async function pauseUnless(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await pause(milliseconds);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const throttled = (calls: readonly Call[]): number =>
  calls.filter((call) => /throttl|rate exceeded|limitexceeded/i.test(call.error ?? "")).length;
const listCalls = (services: number): number => Math.ceil(services / 100) + Math.ceil(services / 10);

/** What stays in use after everything that is not needed is gone. */
async function heap(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await pause(20);
  }
  return process.memoryUsage().heapUsed;
}

interface Opened {
  readonly store: ResourceStore;
  readonly close: () => void;
}

/** The view's store over a session of its own, whose buckets are full. */
function open(world: World, at: Clock = clock): Opened {
  const session = new Session(
    { region: "us-east-1", credentials: () => Promise.resolve(world.credentials), endpoint: world.sandbox.url },
    at,
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
  const store = new ResourceStore("main", root, resourcePort(session), clock, () => undefined);
  return {
    store,
    close: () => {
      store.close();
      session.close();
    },
  };
}

function loaded(node: ResourceNode): ResourceNode {
  if (node.status !== "ready")
    throw new Error(`${node.item.label || node.item.kind}: ${node.error?.summary ?? node.status}`);
  return node;
}

/** The clusters of the account, looked at as a person does who has not expanded any yet. */
async function clustersOf(store: ResourceStore): Promise<ResourceNode[]> {
  await store.load(store.root);
  const folder = store.root.children.find((child) => child.item.kind === "clusters");
  if (!folder) throw new Error("there is no folder of clusters");
  await store.load(folder);
  return loaded(folder).children;
}

const servicesIn = (node: ResourceNode): number =>
  node.children.filter((child) => child.item.kind === "service").length;

async function toTheEnd(store: ResourceStore, node: ResourceNode): Promise<void> {
  while (node.next !== undefined) {
    await store.loadMore(node);
    loaded(node);
  }
}

/** Full buckets on the sandbox's side, as after a minute in which nobody asked. */
const rested = (world: World): Promise<unknown> => world.control("POST", "rates", { on: true });

async function slipwayWay(world: World, services: number, row: (row: Row) => void): Promise<void> {
  const name = `${services} services, Slipway`;
  await rested(world);
  const { store, close } = open(world);
  try {
    const [cluster] = await clustersOf(store);
    if (!cluster) throw new Error("there is no cluster");
    const before = await heap();
    let [firstMs, allMs] = [0, 0];
    const calls = await world.callsDuring(async () => {
      const began = performance.now();
      await store.load(cluster);
      firstMs = performance.now() - began;
      const first = servicesIn(loaded(cluster));
      if (first !== Math.min(services, 100)) throw new Error(`${first} services on the first page`);
      await toTheEnd(store, cluster);
      allMs = performance.now() - began;
    });
    const grown = ((await heap()) - before) / megabyte;
    // A page is a list and then its descriptions; where that takes longer than the bucket it counts instead.
    const spare = 500 + Math.ceil(services / 100) * 2 * latencyMs * 1.25;
    const floor = Math.max(0, (calls.length - bucket.burst) / bucket.perSecond) * 1000;
    row({
      name: `${name}: found`,
      value: String(servicesIn(cluster)),
      budget: String(services),
      met: servicesIn(cluster) === services,
    });
    row({
      name: `${name}: calls made`,
      value: String(calls.length),
      budget: `${listCalls(services)} in theory`,
      met: calls.length === listCalls(services),
    });
    row({ name: `${name}: first 100 rows`, value: seconds(firstMs), budget: "1 s", met: firstMs < 1000 });
    row({
      name: `${name}: all, by Load more to the end`,
      value: seconds(allMs),
      budget: `${seconds(floor)} the bucket's floor; 15 % and ${seconds(spare)} more`,
      met: allMs <= floor * 1.15 + spare,
    });
    row({ name: `${name}: memory of what is shown`, value: `${grown.toFixed(2)} MB` });
    row({
      name: `${name}: throttling errors`,
      value: String(throttled(calls)),
      budget: "0",
      met: throttled(calls) === 0,
    });
  } finally {
    close();
  }
}

async function peer(
  world: World,
  name: string,
  row: (row: Row) => void,
  work: () => Promise<Listed>,
  services: number,
): Promise<void> {
  await rested(world);
  let listed: Listed | undefined;
  let failed = "";
  const calls = await world.callsDuring(async () => {
    try {
      listed = await work();
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
  });
  if (!listed) return row({ name: `${name}: could be measured`, value: `no: ${failed}` });
  row({ name: `${name}: calls made, throttling errors`, value: `${calls.length}, ${throttled(calls)}` });
  row({ name: `${name}: first 10 rows, first 100`, value: `${seconds(listed.firstMs)}, ${seconds(listed.hundredMs)}` });
  row({
    name: listed.services < services ? `${name}: stopped, ${listed.services} of ${services} described` : `${name}: all`,
    value: seconds(listed.allMs),
  });
}

/** Twenty clusters expanded at the same moment, and then all of them to their end. */
async function wide(world: World, row: (row: Row) => void): Promise<void> {
  const [clusters, each] = [20, 250];
  const name = `${clusters} clusters of ${each} services`;
  await fillAccount(world, clusters, each);
  const { store, close } = open(world);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  try {
    const firsts: number[] = [];
    let [expandedMs, allMs] = [0, 0];
    delay.enable();
    const calls = await world.callsDuring(async () => {
      const began = performance.now();
      const nodes = await clustersOf(store);
      await Promise.all(
        nodes.map(async (node) => {
          await store.load(node);
          loaded(node);
          firsts.push(performance.now() - began);
        }),
      );
      expandedMs = performance.now() - began;
      await Promise.all(nodes.map((node) => toTheEnd(store, node)));
      allMs = performance.now() - began;
      const found = nodes.reduce((sum, node) => sum + servicesIn(node), 0);
      row({
        name: `${name}: found`,
        value: String(found),
        budget: String(clusters * each),
        met: nodes.length === clusters && found === clusters * each,
      });
    });
    delay.disable();
    const theory = 2 + clusters * listCalls(each);
    row({
      name: `${name}: calls made`,
      value: String(calls.length),
      budget: `${theory} in theory`,
      met: calls.length === theory,
    });
    row({ name: `${name}, all expanded at once: first rows of the first`, value: seconds(Math.min(...firsts)) });
    row({ name: `${name}, all expanded at once: first rows of the last`, value: seconds(expandedMs) });
    row({ name: `${name}: all, by Load more to the end`, value: seconds(allMs) });
    row({
      name: `${name}: longest stop of the event loop`,
      value: `${(delay.max / 1e6).toFixed(0)} ms`,
      budget: "1000 ms",
      met: delay.max < 1e9,
    });
    row({
      name: `${name}: throttling errors`,
      value: String(throttled(calls)),
      budget: "0",
      met: throttled(calls) === 0,
    });
  } finally {
    close();
  }
}

/** Refreshes of a tree in which every folder is expanded. Both sides' rates are off: this is about what is left behind. */
async function lasting(world: World, services: number, row: (row: Row) => void): Promise<void> {
  await world.control("POST", "rates", { on: false });
  await world.clearFaults();
  const { store, close } = open(world, fastClock);
  try {
    const [cluster] = await clustersOf(store);
    if (!cluster) throw new Error("there is no cluster");
    const folders: readonly ResourceKind[] = ["repositories", "families", "loadBalancers", "targetGroups", "logGroups"];
    await Promise.all([
      store.load(cluster),
      ...store.root.children.filter((child) => folders.includes(child.item.kind)).map((child) => store.load(child)),
    ]);
    // The first ones fill the SDK's caches.
    for (let turn = 0; turn < 20; turn++) await store.refresh(store.root);
    const before = await heap();
    for (let turn = 0; turn < refreshes; turn++) await store.refresh(store.root);
    const grown = ((await heap()) - before) / megabyte;
    loaded(cluster);
    row({
      name: `${refreshes} refreshes of all folders and ${services} services: heap growth`,
      value: `${grown.toFixed(2)} MB`,
      budget: "5 MB",
      met: grown < 5,
    });
  } finally {
    close();
  }
}

/** Ten thousand tasks, all of them listed in every cluster at once. */
export const tasks: Bench = async (row) => {
  const [clusters, services, each] = [20, 25, 20];
  const total = clusters * services * each;
  const world = await World.start("tasks-bench", ["--tasks", "simulated"]);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  try {
    const filled = Date.now();
    await fillAccount(world, clusters, services, each);
    console.log(`  ${total} tasks run after ${seconds(Date.now() - filled)}`);
    const { store, close } = open(world);
    const before = await heap();
    let [firstMs, allMs, found] = [0, 0, 0];
    const calls = await world.callsDuring(async () => {
      const nodes = await clustersOf(store);
      await Promise.all(nodes.map((node) => store.load(node)));
      const folders = nodes
        .map((node) => loaded(node).children.find((child) => child.item.kind === "tasks"))
        .filter((folder) => folder !== undefined);
      const began = performance.now();
      delay.enable();
      await Promise.all(folders.map((folder) => store.load(folder)));
      firstMs = performance.now() - began;
      await Promise.all(folders.map((folder) => toTheEnd(store, folder)));
      allMs = performance.now() - began;
      delay.disable();
      found = folders.reduce((sum, folder) => sum + loaded(folder).children.length, 0);
    });
    // A page of tasks is a list, its description, and one call for the public addresses of all of them.
    const theory = 2 + clusters * (listCalls(services) + 3 * Math.ceil((services * each) / 100));
    row({
      name: `${total} tasks in ${clusters} clusters: found`,
      value: String(found),
      budget: String(total),
      met: found === total,
    });
    row({
      name: "calls made, services included",
      value: String(calls.length),
      budget: `${theory} in theory`,
      met: calls.length === theory,
    });
    row({ name: "first 100 tasks of every cluster", value: seconds(firstMs) });
    row({ name: "all tasks, by Load more to the end", value: seconds(allMs) });
    row({
      name: "longest stop of the event loop",
      value: `${(delay.max / 1e6).toFixed(0)} ms`,
      budget: "1000 ms",
      met: delay.max < 1e9,
    });
    row({ name: "memory of what is shown", value: `${(((await heap()) - before) / megabyte).toFixed(2)} MB` });
    row({ name: "throttling errors", value: String(throttled(calls)), budget: "0", met: throttled(calls) === 0 });
    close();
  } finally {
    await world.stop();
  }
};

export const resources: Bench = async (row) => {
  const world = await World.start("resources-bench", ["--tasks", "simulated"]);
  try {
    const version = await awsVersion(world);
    row({ name: "each call to ECS takes", value: `${latencyMs} ms` });
    for (const services of [100, 1000, 5000]) {
      const began = Date.now();
      await fillAccount(world, 1, services);
      console.log(`  ${services} services made in ${seconds(Date.now() - began)}`);
      await slipwayWay(world, services, row);
      await peer(
        world,
        `${services} services, the manner of AWS Toolkit`,
        row,
        () => toolkitWay(world, clusterName(0)),
        services,
      );
      if (version === undefined) row({ name: `${services} services, the official client`, value: "not installed" });
      else
        await peer(
          world,
          `${services} services, ${version}`,
          row,
          () => clientWay(world, clusterName(0), clientLimitMs),
          services,
        );
      if (services === 100) await lasting(world, services, row);
    }
    await wide(world, row);
  } finally {
    await world.stop();
  }
};
