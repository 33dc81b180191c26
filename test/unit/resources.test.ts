import assert from "node:assert/strict";
import { SlipwayError } from "../../src/core/base/errors";
import type { ResourcePort } from "../../src/core/ports/resources";
import { consoleUrl, isAws } from "../../src/core/resources/console";
import { age, ago, size, type ResourceItem, type ResourceState } from "../../src/core/ports/resourceModel";
import {
  busyMilliseconds,
  failedMilliseconds,
  restMilliseconds,
  ResourceStore,
  type ResourceNode,
} from "../../src/core/resources/store";

const item = (
  kind: ResourceItem["kind"],
  key: string,
  state: ResourceState = "plain",
  description = "",
): ResourceItem => ({ kind, key, label: key, description, state, ref: {}, facts: [], expandable: true, can: [] });

/** An account whose clusters and services a test sets; counts what is asked. */
class Account {
  now = 1_000_000;
  readonly asked: string[] = [];
  readonly changed: string[] = [];
  clusters: ResourceItem[] = [item("cluster", "one"), item("cluster", "two")];
  services: ResourceItem[] = [item("service", "a", "good"), item("service", "b", "good")];
  pageSize = 100;
  error: Error | undefined;
  readonly port: ResourcePort = {
    load: (parent, page, filter) => {
      this.asked.push(`${parent.kind} ${parent.key}${page ? ` from ${page}` : ""}${filter ? ` like ${filter}` : ""}`);
      if (this.error) return Promise.reject(this.error);
      const all = (parent.kind === "clusters" ? this.clusters : parent.kind === "cluster" ? this.services : []).filter(
        (found) => filter === undefined || found.label.includes(filter),
      );
      const from = Number(page ?? 0);
      const end = from + this.pageSize;
      return Promise.resolve({ items: all.slice(from, end), ...(end < all.length ? { next: String(end) } : {}) });
    },
    update: (items) => {
      this.asked.push(`update ${items.map((found) => found.key).join()}`);
      return Promise.resolve(this.services.filter((service) => items.some((found) => found.key === service.key)));
    },
    describe: () => Promise.resolve(undefined),
    act: () => Promise.resolve(""),
    exec: () => Promise.reject(new Error("no")),
    diagnoseExec: () => Promise.resolve([]),
  };
  readonly store = new ResourceStore("main", item("root", "main"), this.port, { now: () => this.now }, (node) =>
    this.changed.push(node.id),
  );

  child(node: ResourceNode, key: string): ResourceNode {
    const found = node.children.find((child) => child.item.key === key);
    assert.ok(found, `${key} in ${node.children.map((child) => child.item.key).join()}`);
    return found;
  }

  async cluster(): Promise<ResourceNode> {
    await this.store.load(this.store.root);
    const clusters = this.child(this.store.root, "clusters");
    await this.store.load(clusters);
    const cluster = this.child(clusters, "one");
    await this.store.load(cluster);
    return cluster;
  }
}

describe("the store of AWS resources", () => {
  let account: Account;
  beforeEach(() => (account = new Account()));

  it("asks only for what is expanded, and once for two who ask at the same time", async () => {
    const { store } = account;
    await store.load(store.root);
    assert.deepEqual(account.asked, [], "the folders are known without asking");
    const clusters = account.child(store.root, "clusters");
    await Promise.all([store.load(clusters), store.load(clusters)]);
    await store.load(clusters);
    assert.deepEqual(account.asked, ["clusters clusters"]);
    assert.deepEqual(
      clusters.children.map((child) => child.id),
      ["main/clusters:clusters/cluster:one", "main/clusters:clusters/cluster:two"],
    );
  });

  it("changes what is there in place, and takes along nothing but what vanished", async () => {
    const cluster = await account.cluster();
    const clusters = cluster.parent as ResourceNode;
    account.clusters = [item("cluster", "three"), { ...item("cluster", "one"), description: "2 services" }];
    account.changed.length = 0;
    await account.store.refresh(clusters);
    assert.equal(account.child(clusters, "one"), cluster, "the same object");
    assert.equal(cluster.item.description, "2 services");
    assert.equal(cluster.children.length, 2, "what was loaded below is still there");
    assert.deepEqual(
      clusters.children.map((child) => child.item.key),
      ["three", "one"],
    );
    assert.deepEqual(account.changed, [clusters.id], "the topmost changed node alone");
    account.changed.length = 0;
    await account.store.refresh(clusters);
    assert.deepEqual(account.changed, [], "nothing changed, nothing is told");
  });

  it("looks again below what is expanded, and forgets what is not", async () => {
    const cluster = await account.cluster();
    account.asked.length = 0;
    await account.store.refresh(account.store.root, (node) => node !== cluster);
    assert.deepEqual(account.asked, ["clusters clusters"]);
    assert.equal(cluster.status, "unloaded");
  });

  it("keeps what it showed when a look fails, says why, and is well after one that does not", async () => {
    const cluster = await account.cluster();
    account.error = new SlipwayError({ code: "CredentialsExpired", summary: "Your AWS credentials have expired." });
    await account.store.refresh(cluster);
    assert.equal(cluster.status, "failed");
    assert.equal(cluster.error?.code, "CredentialsExpired");
    assert.equal(cluster.children.length, 2);
    account.error = undefined;
    await account.store.refresh(cluster);
    assert.equal(cluster.status, "ready");
    assert.equal(cluster.error, undefined);
  });

  it("shows a page, then more, and brings as many back after a refresh", async () => {
    account.pageSize = 2;
    account.services = ["a", "b", "c", "d", "e"].map((key) => item("service", key));
    const cluster = await account.cluster();
    assert.equal(cluster.children.length, 2);
    await account.store.loadMore(cluster);
    assert.equal(cluster.children.length, 4);
    await account.store.refresh(cluster);
    assert.deepEqual(
      cluster.children.map((child) => child.item.key),
      ["a", "b", "c", "d"],
    );
    assert.equal(cluster.next, "4");
    await account.store.loadMore(cluster);
    assert.equal(cluster.next, undefined);
  });

  it("polls what is in transition every few seconds, what is at rest seldom, and what is hidden never", async () => {
    account.services = [item("service", "a", "good"), item("service", "b", "busy")];
    const cluster = await account.cluster();
    account.asked.length = 0;
    await account.store.poll([cluster]);
    assert.deepEqual(account.asked, [], "too early");
    account.now += busyMilliseconds;
    account.services = [item("service", "a", "good"), item("service", "b", "good")];
    await account.store.poll([cluster]);
    assert.deepEqual(account.asked, ["update b"]);
    assert.equal(account.child(cluster, "b").item.state, "good");
    account.now += busyMilliseconds;
    await account.store.poll([cluster]);
    assert.deepEqual(account.asked, ["update b"], "all is at rest");
    account.now += restMilliseconds;
    await account.store.poll([]);
    assert.deepEqual(account.asked, ["update b"], "nobody sees it");
    await account.store.poll([cluster]);
    assert.deepEqual(account.asked, ["update b", "cluster one"]);
  });

  it("takes away what an update does not find any more, and nothing else", async () => {
    account.services = [item("service", "a", "good"), item("service", "b", "busy")];
    const cluster = await account.cluster();
    account.services = [item("service", "a", "good")];
    account.now += busyMilliseconds;
    await account.store.poll([cluster]);
    assert.deepEqual(
      cluster.children.map((child) => child.item.key),
      ["a"],
    );
  });

  it("tries again by itself where a look failed", async () => {
    account.error = new SlipwayError({ code: "Unreachable", summary: "AWS could not be reached." });
    await account.store.load(account.store.root);
    const clusters = account.child(account.store.root, "clusters");
    await account.store.load(clusters);
    assert.equal(clusters.status, "failed");
    account.error = undefined;
    account.now += failedMilliseconds;
    await account.store.poll([clusters]);
    assert.equal(clusters.status, "ready");
    assert.equal(clusters.children.length, 2);
  });

  it("filters by name at the source", async () => {
    const cluster = await account.cluster();
    await account.store.setFilter("one", () => true);
    assert.ok(account.asked.includes("clusters clusters like one"));
    assert.deepEqual(
      (cluster.parent as ResourceNode).children.map((child) => child.item.key),
      ["one"],
    );
  });

  it("grows by nothing over two hundred refreshes", async () => {
    const cluster = await account.cluster();
    const before = JSON.stringify(cluster.parent?.children.length);
    for (let turn = 0; turn < 200; turn++) {
      account.services = [item("service", `s${turn}`)];
      await account.store.refresh(account.store.root);
    }
    assert.equal(JSON.stringify(cluster.parent?.children.length), before);
    assert.equal(cluster.children.length, 1);
  });
});

describe("the words of AWS resources", () => {
  it("says ages and sizes shortly", () => {
    assert.deepEqual(
      [age(0, 30_000), age(0, 5 * 60_000), age(0, 3 * 3_600_000), age(0, 5 * 86_400_000), age(undefined, 1)],
      ["just now", "5 min", "3 h", "5 d", ""],
    );
    assert.deepEqual([ago(0, 30_000), ago(0, 5 * 60_000), ago(undefined, 1)], ["just now", "5 min ago", ""]);
    assert.deepEqual(
      [size(0), size(999), size(12_345), size(3_400_000_000), size(undefined)],
      ["0 B", "999 B", "12.3 KB", "3.4 GB", ""],
    );
  });
  it("finds the console's page in the resource's own partition", () => {
    const service: ResourceItem = { ...item("service", "web"), ref: { cluster: "prod", service: "web" } };
    assert.equal(
      consoleUrl(service, { region: "eu-west-1", account: "1", partition: "aws" }),
      "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/prod/services/web/health?region=eu-west-1",
    );
    assert.match(
      consoleUrl(service, { region: "cn-north-1", account: "1", partition: "aws-cn" }) ?? "",
      /^https:\/\/cn-north-1\.console\.amazonaws\.cn\//,
    );
    const group: ResourceItem = { ...item("logGroup", "/ecs/web"), ref: { logGroup: "/ecs/web" } };
    assert.equal(
      consoleUrl(group, { region: "us-east-1", account: "1", partition: "aws" }),
      "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fecs$252Fweb",
    );
    assert.equal(consoleUrl(item("scaling", "x"), { region: "us-east-1", account: "1", partition: "aws" }), undefined);
  });
  it("knows what is AWS, and what only speaks like it", () => {
    for (const endpoint of [
      undefined,
      "https://ecs-fips.us-east-1.amazonaws.com",
      "https://ecs.cn-north-1.amazonaws.com.cn",
      "https://ecs.us-east-1.api.aws",
    ])
      assert.equal(isAws(endpoint), true, endpoint);
    for (const endpoint of ["http://127.0.0.1:4566", "https://amazonaws.com.example.org"])
      assert.equal(isAws(endpoint), false, endpoint);
  });
});
