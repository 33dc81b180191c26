/** Tails of real containers through everything that goes wrong: the count is exact. */
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import path from "node:path";
import {
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  type FilteredLogEvent,
} from "@aws-sdk/client-cloudwatch-logs";
import { has } from "../contract/support/cli";
import { pause, promised, waitFor } from "../../scripts/waiting";
import { webApplication } from "./support/apps";
import { accountOf, distFolder, type Finished } from "./support/cli";
import { applicationFolder, theEngine, World, writeIn, type Call } from "./support/world";

interface Line {
  readonly timestamp: string;
  readonly stream: string;
  readonly message: string;
  readonly task?: string;
  readonly late?: boolean;
}

const linesPerTask = 800;
/** Prints numbered lines, a hundred a second, some in the same millisecond. */
const printing = (version: string): string =>
  `let number = 0; const printing = setInterval(() => { for (let i = 0; i < 2 && number < ${linesPerTask}; i++) console.log("seq ${version} " + number++); if (number >= ${linesPerTask}) clearInterval(printing); }, 20);`;

const keyOf = (line: { stream: string; message: string; at: number }): string =>
  `${line.stream} ${line.at} ${line.message}`;

function counts(keys: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const key of keys) found.set(key, (found.get(key) ?? 0) + 1);
  return found;
}

describe("slipway logs", function () {
  this.timeout(180_000);
  let world: World;
  let folder: string;
  const group = "/ecs/quay";
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("logs");
    folder = applicationFolder("quay", webApplication({ first: printing("one"), term: "exit" }));
    await world.cliEndsWith(0, folder, ["deploy", "--yes", "--desired-count", "3"]);
    writeIn(
      folder,
      "slipway.json",
      JSON.stringify({
        applications: { quay: { dockerfile: "Dockerfile", desiredCount: 3, deregistrationDelaySeconds: 5 } },
      }),
    );
  });
  after(async () => world?.stop());

  async function stored(): Promise<(FilteredLogEvent & { at: number })[]> {
    const events: FilteredLogEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await world.clients.logs.send(
        new FilterLogEventsCommand({ logGroupName: group, ...(nextToken === undefined ? {} : { nextToken }) }),
      );
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events.map((event) => ({ ...event, at: event.timestamp ?? 0 }));
  }

  function check(name: string, finished: Finished, all: readonly (FilteredLogEvent & { at: number })[]): void {
    assert.equal(finished.code, 130, `${name}: ${accountOf(finished)}`);
    const lines = finished.lines.map((line) => JSON.parse(line) as Line);
    const printed = counts(lines.map((line) => keyOf({ ...line, at: Date.parse(line.timestamp) })));
    const wanted = counts(
      all.map((event) => keyOf({ stream: event.logStreamName ?? "", message: event.message ?? "", at: event.at })),
    );
    const wrong = [...new Set([...printed.keys(), ...wanted.keys()])].filter(
      (key) => printed.get(key) !== wanted.get(key),
    );
    assert.deepEqual(
      wrong.slice(0, 5).map((key) => `${key}: stored ${wanted.get(key) ?? 0}, printed ${printed.get(key) ?? 0}`),
      [],
      `${name}: ${finished.stderr}`,
    );
    assert.equal(lines.length, all.length);
    // In order within a stream, but for what is marked late.
    const newest = new Map<string, number>();
    for (const line of lines) {
      const at = Date.parse(line.timestamp);
      assert.ok(
        line.late || at >= (newest.get(line.stream) ?? 0),
        `${name}: ${line.message} of ${line.stream} is out of order and not marked late`,
      );
      newest.set(line.stream, Math.max(at, newest.get(line.stream) ?? 0));
    }
  }

  /** An agent of another kind: the official client where it is installed. */
  async function secondClient(
    stream: string,
    events: readonly { timestamp: number; message: string }[],
  ): Promise<void> {
    if (!has("aws"))
      return void (await world.clients.logs.send(
        new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents: [...events] }),
      ));
    const child = spawn(
      "aws",
      [
        "logs",
        "put-log-events",
        "--log-group-name",
        group,
        "--log-stream-name",
        stream,
        "--log-events",
        JSON.stringify(events),
      ],
      { env: { ...process.env, ...world.sandbox.env, AWS_EC2_METADATA_DISABLED: "true" }, stdio: "ignore" },
    );
    assert.equal(await new Promise((resolve) => child.once("close", resolve)), 0);
  }

  it("holds every line once, live and polling, through a rollout with faults in the middle", async () => {
    const tails = [
      world.start(folder, ["logs", "--follow", "--since", "1h"]),
      world.start(folder, ["logs", "quay", "--follow", "--since", "1h", "--mode", "polling"]),
    ];
    const stream = "agent/app/other";
    await world.clients.logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }));
    // Not of the service's own containers: the service's tail leaves it out, the group's holds it.
    const whole = world.start(folder, ["logs", group, "--follow", "--since", "1h"]);
    await Promise.all(
      [...tails, whole].map((tail) =>
        tail.event((event) => (event as unknown as Line).message?.startsWith("seq one 5")),
      ),
    );

    await world.fault(
      { kind: "expire-credentials", service: "logs", operation: "FilterLogEvents", count: 1, delayMs: 2000 },
      { kind: "throttle", service: "logs", operation: "FilterLogEvents", count: 6, skip: 2 },
    );
    await pause(4000);
    writeIn(
      folder,
      "lib/main.js",
      webApplication({ version: "two", first: printing("two"), term: "exit" })["lib/main.js"] ?? "",
    );
    await world.fault(
      { kind: "hold-events", match: "seq|quay", count: 40, skip: 100, delayMs: 5000 },
      { kind: "sample-live-tail", count: 8 },
      { kind: "empty-pages", count: 8 },
      { kind: "cut-live-tail", count: 2, skip: 20 },
      { kind: "end-live-tail", count: 2, skip: 60 },
      { kind: "reset", service: "logs", operation: "FilterLogEvents", count: 4, skip: 4 },
      { kind: "throttle", service: "logs", operation: "StartLiveTail", count: 2 },
    );
    const rollout = world.cli(folder, ["deploy", "--yes"]);
    const t = Date.now();
    await secondClient(stream, [
      { timestamp: t - 40_000, message: "late from elsewhere" },
      { timestamp: t, message: "the same" },
      { timestamp: t, message: "the same" },
      { timestamp: t + 1, message: "one\n  event of\n  three lines" },
    ]);
    const finished = await rollout;
    assert.equal(finished.code, 0, accountOf(finished));
    await waitFor(
      "the new tasks to have printed all",
      async () =>
        (await stored()).filter((event) => event.message?.startsWith(`seq two ${linesPerTask - 1}`)).length >= 3,
      { timeoutMs: 60_000 },
    );
    await world.clearFaults();
    await pause(20_000);
    for (const tail of [...tails, whole]) tail.kill("SIGINT");
    const [live, polling, both] = (await Promise.all([...tails, whole].map((tail) => tail.exited))) as [
      Finished,
      Finished,
      Finished,
    ];

    const all = await stored();
    const own = all.filter((event) => event.logStreamName !== stream);
    // The sandbox itself has lost nothing: each of the new tasks' numbers is there.
    assert.equal(own.filter((event) => event.message?.startsWith("seq two ")).length, 3 * linesPerTask);
    assert.ok(new Set(own.map((event) => event.logStreamName)).size >= 6, "six tasks have come and gone");
    check("live", live, own);
    check("polling", polling, own);
    check("group", both, all);
    assert.ok(
      both.lines.some((line) => (JSON.parse(line) as Line).message === "one\n  event of\n  three lines"),
      "a multi-line event is one line of JSON",
    );
    for (const text of ["sampled", "Live Tail has"])
      assert.ok(live.stderr.includes(text), `${text} is not said: ${live.stderr}`);
    assert.match(live.stderr, /A rollout brings quay:\d+/);
    assert.match(live.stderr, /has stopped/);
    console.log(
      `      ${own.length} events of ${new Set(own.map((event) => event.logStreamName)).size} tasks, three tails`,
    );
  });

  it("shows the last of a task that has stopped, and ends by itself without --follow", async () => {
    const old = (await stored()).find((event) => event.message?.startsWith("seq one "));
    const task = old?.logStreamName?.split("/").at(-1) ?? "";
    const finished = await world.cliEndsWith(0, folder, ["logs", "--task", task, "--since", "1h"]);
    const lines = finished.lines.map((line) => JSON.parse(line) as Line);
    assert.ok(lines.length > 0 && lines.every((line) => line.task === task));
    const filtered = await world.cliEndsWith(0, folder, ["logs", "--since", "1h", "--filter", '"seq two 7"']);
    assert.ok(
      filtered.lines.length > 0 &&
        filtered.lines.every((line) => (JSON.parse(line) as Line).message.includes("seq two 7")),
    );
    await world.cliEndsWith(2, folder, ["logs", "--filter", '"open']);
    await world.cliEndsWith(2, folder, ["logs", "nothing-of-this-name"]);
  });

  it("ends without a word when its reader has gone, and within a second of Ctrl+C", async () => {
    const cli = path.join(distFolder(), "cli.js");
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], ...world.env };
    // Enough that the reader is gone while there is still something to write.
    const piped = spawn("sh", ["-c", `"${process.execPath}" "${cli}" logs ${group} --since 1h | head -3; echo "$?"`], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, errors] = ["", ""];
    piped.stdout.on("data", (data: Buffer) => (out += data.toString()));
    piped.stderr.on("data", (data: Buffer) => (errors += data.toString()));
    await new Promise((resolve) => piped.once("close", resolve));
    assert.equal(out.trim().split("\n").length, 4);
    assert.doesNotMatch(errors, /EPIPE|Error/);
    const run = world.start(folder, ["logs", "--follow", "--since", "1h"]);
    await run.event((event) => (event as unknown as Line).message !== undefined);
    const asked = Date.now();
    run.kill("SIGINT");
    assert.equal((await run.exited).code, 130);
    assert.ok(Date.now() - asked < promised(1000), `it took ${Date.now() - asked} ms`);
    // A session's call lasts as long as its connection; one that was refused took no time.
    const sessions = async () =>
      (await world.control<(Call & { durationMs: number })[]>("GET", "requests")).filter(
        (call) => call.operation === "StartLiveTail",
      );
    await waitFor(
      "its Live Tail session to be over",
      async () => (await sessions()).every((call) => call.status !== 200 || call.durationMs > 0),
      { timeoutMs: 3000, evidence: async () => JSON.stringify(await sessions()) },
    );
  });
});
