import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile, readdir } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { addressMappingOf, parseAddressMapping, prober } from "../../src/machine/prober";
import { deploymentRecord } from "../../src/machine/state";
import { folderWorkspace } from "../../src/machine/workspace";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "slipway-state-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const record = () =>
  deploymentRecord({ account: "1", region: "r", application: "web", environment: "default", endpoint: "" }, root);

describe("the record of a deployment", () => {
  it("gives its lock once, and again after release", async () => {
    const lock = await record().lock();
    assert.ok(lock);
    assert.equal(await record().lock(), undefined);
    await lock.release();
    const again = await record().lock();
    assert.ok(again);
    await again.release();
  });
  it("lets another follow the events to the end", async () => {
    const lock = await record().lock();
    lock?.append({ n: 1 });
    const seen: unknown[] = [];
    const following = (async () => {
      for await (const event of record().follow(new AbortController().signal)) {
        seen.push(event);
        if (seen.length === 1) {
          lock?.append({ n: 2 });
          await lock?.release();
        }
      }
    })();
    await following;
    assert.deepEqual(seen, [{ n: 1 }, { n: 2 }]);
  });
  it("takes half a journal for none", async () => {
    await record().writeJournal({ created: {}, clientToken: "t" });
    assert.equal((await record().readJournal()).clientToken, "t");
    const [folder] = await readdir(path.join(root, "deployments"));
    await writeFile(path.join(root, "deployments", folder ?? "", "journal.json"), '{"clientTok');
    assert.deepEqual(await record().readJournal(), { created: {} });
  });
});

describe("the workspace", () => {
  it("writes a file whole and leaves nothing beside it", async () => {
    const workspace = folderWorkspace(root, () => Promise.resolve(true));
    await workspace.write("a/b.json", "{}");
    assert.equal(await workspace.read("a/b.json"), "{}");
    assert.deepEqual(await readdir(path.join(root, "a")), ["b.json"]);
    assert.equal(await workspace.read("nope"), undefined);
  });
});

describe("reaching a load balancer", () => {
  it("goes by the connection's address mapping, with the name as Host", async () => {
    const server = http.createServer((request, response) => response.end(request.headers.host)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const mapping = addressMappingOf(`http://127.0.0.1:${port}`, undefined);
      const url = prober(mapping).urlFor("web-1.elb.localhost", 80);
      assert.equal(url, `http://web-1.elb.localhost:${port}/`);
      const answer = await prober(mapping).get(url, new AbortController().signal);
      assert.deepEqual([answer.status, answer.start], [200, `web-1.elb.localhost:${port}`]);
    } finally {
      server.close();
    }
  });
  it("leaves AWS's own names alone, and says when nothing answers", async () => {
    assert.equal(addressMappingOf("https://ecs.eu-west-1.amazonaws.com", undefined), undefined);
    assert.equal(prober(undefined).urlFor("web.elb.amazonaws.com", 80), "http://web.elb.amazonaws.com/");
    assert.equal(parseAddressMapping("rubbish"), undefined);
    const answer = await prober({ suffix: ".localhost", host: "127.0.0.1", port: 1 }).get(
      "http://x.localhost/",
      new AbortController().signal,
    );
    assert.equal(answer.status, undefined);
    assert.ok(answer.error);
  });
});
