/** What a container of the engine uses, as the engine's API and its command line say it. */
import assert from "node:assert/strict";
import http from "node:http";
import path from "node:path";
import { engineSocket, useByApi, useInWords, useOf } from "../../src/sandbox/ecs/dockerUse";
import { temporaryDir } from "../../scripts/paths";

const MIB = 1024 * 1024;
const statistics = (memory: object): object => ({
  read: "2026-11-30T12:00:00.5Z",
  cpu_stats: { cpu_usage: { total_usage: 2_500_000 } },
  memory_stats: memory,
});

describe("a container's use", () => {
  it("leaves out what the kernel would give back, by both versions of cgroups", () => {
    const at = Date.parse("2026-11-30T12:00:00.500Z");
    for (const stats of [{ total_inactive_file: 10 * MIB }, { inactive_file: 10 * MIB }])
      assert.deepEqual(useOf(statistics({ usage: 50 * MIB, stats })), { cpuNs: 2_500_000, at, memoryBytes: 40 * MIB });
    assert.equal(useOf(statistics({ usage: 50 * MIB }))?.memoryBytes, 50 * MIB);
  });

  it("is unknown of a container that does not run any more", () => {
    assert.equal(useOf({ read: "0001-01-01T00:00:00Z", cpu_stats: { cpu_usage: { total_usage: 0 } } }), undefined);
    assert.equal(useOf({}), undefined);
  });

  it("is read from the engine's socket, and unknown where it does not answer", async () => {
    const own = path.join(temporaryDir("use"), "s");
    const socketPath = process.platform === "win32" ? `\\\\.\\pipe\\${process.pid}-use` : own;
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(request.url ?? "");
      const isKnown = request.url?.startsWith("/containers/abc/") === true;
      response.writeHead(isKnown ? 200 : 404).end(JSON.stringify(statistics({ usage: MIB })));
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    try {
      const options = engineSocket(`unix://${socketPath}`);
      assert.ok(options);
      assert.equal((await useByApi(options, "abc"))?.cpuNs, 2_500_000);
      assert.equal(await useByApi(options, "gone"), undefined);
      assert.equal(asked[0], "/containers/abc/stats?stream=false&one-shot=true");
      assert.equal(await useByApi({ socketPath: `${socketPath}.none` }, "abc"), undefined);
    } finally {
      server.close();
    }
  });

  it("knows which engines are reached simply", () => {
    assert.deepEqual(engineSocket("tcp://10.0.0.1:2375"), { host: "10.0.0.1", port: "2375" });
    assert.deepEqual(engineSocket("npipe:////./pipe/docker_engine"), { socketPath: "//./pipe/docker_engine" });
    assert.equal(engineSocket("ssh://me@there"), undefined);
    assert.equal(engineSocket(""), undefined);
  });

  it("is read from the command line's words", () => {
    const line = (CPUPerc: string, MemUsage: string): string => JSON.stringify({ CPUPerc, MemUsage });
    assert.deepEqual(useInWords(line("95.80%", "12.5MiB / 512MiB")), { cpuPercent: 95.8, memoryBytes: 12.5 * MIB });
    assert.deepEqual(useInWords(line("0.00%", "0B / 0B")), { cpuPercent: 0, memoryBytes: 0 });
    assert.equal(useInWords(line("--", "-- / --")), undefined);
    assert.equal(useInWords(""), undefined);
  });
});
