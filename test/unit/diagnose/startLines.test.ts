import assert from "node:assert/strict";
import { listenersIn, readStartLine } from "../../../src/core/service/diagnosis/said/startLines";
import { linesOfScripts } from "./startLinesOfScripts";
import { linesOfServers } from "./startLinesOfServers";

/** What a line says, in short: scope, port, protocol; several by commas. */
const short = (lines: string | readonly string[]): string =>
  (typeof lines === "string" ? readStartLine(lines) : listenersIn(lines))
    .map(({ scope, port, protocol }) => [scope, port ?? "-", protocol ?? "-"].join(" "))
    .join(", ");

const lines = [...linesOfScripts, ...linesOfServers];

/** What looks like it and is not. */
const silent: readonly string[] = [
  "Debugger listening on ws://127.0.0.1:9229/0f2c936f-b1cd-4ac9-aab3-f63b0f33d55e",
  "Listening for transport dt_socket at address: 5005",
  "Error: listen EADDRINUSE: address already in use 0.0.0.0:3000",
  "connect ECONNREFUSED 127.0.0.1:5432",
  "Connected to redis at 127.0.0.1:6379",
  "Connecting to database on localhost:5432",
  "Proxying /api to http://localhost:4000",
  '127.0.0.1 - - [01/Jan/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 15',
  "Server started at 2026-01-01 12:00:00",
  "Server started on Thu Jan 01 12:00:00 UTC 2026",
  "Running Node v20.10.0",
  "Started in 12.34 seconds",
  "Running 16 workers",
  "Running at 60 fps",
  "Serving 8000 files",
  "starting up at 10:30",
  "PostgreSQL 15.4 is running",
  "API docs available at http://localhost:3000/docs",
  "Learn more: https://nextjs.org/telemetry",
  "https://nextjs.org/telemetry",
  "Prometheus metrics server listening on :9090",
  "version 3.10.12 started",
  "Finished in 8080 ms",
  "hello",
  "",
];

describe("a start-up line of a framework", () => {
  it("is one of many, of all languages", () => {
    assert.ok(new Set(lines.filter(([, , says]) => says !== "").map(([name]) => name)).size >= 40);
    assert.ok(lines.length > 150);
  });
  it("says the address, the port and the protocol", () => {
    const wrong = lines.flatMap(([name, line, says]) =>
      short(line) === says ? [] : [`${name}: ${line}\n      wanted "${says}", read "${short(line)}"`],
    );
    assert.deepEqual(wrong, []);
  });
  it("is not made out of what only looks like one", () => {
    assert.deepEqual(
      silent.filter((line) => short(line) !== ""),
      [],
      silent.map((line) => `${line} -> ${short(line)}`).join("\n"),
    );
  });
  it("is read together with those around it", () => {
    assert.equal(
      short([
        " * Running on all addresses (0.0.0.0)",
        " * Running on http://127.0.0.1:5000",
        " * Running on http://172.17.0.2:5000",
      ]),
      "address 5000 http",
    );
    assert.equal(
      short(["   - Local:        http://localhost:3000", "   - Network:      http://0.0.0.0:3000"]),
      "all 3000 http",
    );
    assert.equal(
      short(["  ➜  Local:   http://localhost:5173/", "  ➜  Network: use --host to expose"]),
      "loopback 5173 http",
    );
    assert.equal(short(["│ http://127.0.0.1:3000 │", "│ (bound on host 0.0.0.0 and port 3000) │"]), "all 3000 http");
    assert.equal(
      short([" * Running on all addresses (0.0.0.0)", " * Running on http://127.0.0.1:5000"]),
      "all 5000 http",
    );
  });
});
