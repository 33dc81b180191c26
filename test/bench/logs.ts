/** Log tails: what is lost, how late lines are, how much goes through and how much memory it takes, beside a plain polling tail. */
import { spawn } from "node:child_process";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CallBudget } from "../../src/core/logs/budget";
import { defaultFormat } from "../../src/core/logs/format";
import { isNote, type TailMode } from "../../src/core/logs/tailTypes";
import { Tail } from "../../src/core/logs/tail";
import { distFolder } from "../engine/support/cli";
import { projectRoot, resultsDir } from "../../scripts/paths";
import { startSandbox } from "../../scripts/sandbox";
import { pause } from "../../scripts/waiting";
import { FakeClock } from "../unit/support/fakeClock";
import { seeded } from "../unit/support/fakeLogs";
import { noEcs } from "../unit/support/tails";
import { LogSource, plainTail, type Load } from "./logSource";
import type { Bench, Row } from "./table";

const minute = 60_000;
const megabyte = 1024 * 1024;

/** As on AWS: a stream's batches are visible 3 to 12 s after they were stored, each with its own lag; one event in a hundred is sent up to 50 s late. */
const likeAws: Load = { perSecond: 50, streams: 4, lag: [3_000, 12_000], late: 0.01, lateBy: 50_000, latency: 80 };

export const logs: Bench = async (row) => {
  for (const [name, mode] of [
    ["Slipway, Live Tail", "auto"],
    ["Slipway, polling", "polling"],
    ["the manner of aws logs tail --follow", undefined],
  ] as const)
    await compare(name, mode, likeAws, 10, row);
  // What is hardest for the plain one is that streams' batches overtake each other; this is without that.
  for (const [name, mode] of [
    ["one lag for all: Slipway, polling", "polling"],
    ["one lag for all: the manner of aws logs tail", undefined],
  ] as const)
    await compare(name, mode, { ...likeAws, lag: [5_000, 5_000] }, 10, row);
  await sustained(row);
  await hour(row);
  await real(row);
};

interface Run {
  readonly clock: FakeClock;
  readonly source: LogSource;
  /** Ends it; what was read is printed. */
  readonly stop: () => Promise<void>;
  /** How often each event's number was printed, and how long after it was stored. */
  readonly printed: Map<number, number>;
  readonly delays: number[];
  text: number;
}

/** Runs a tail over a source; `mode` undefined for the plain one. */
function run(mode: TailMode | undefined, load: Load, remember = true): Run {
  const clock = new FakeClock();
  const source = new LogSource(clock, load);
  const printed = new Map<number, number>();
  const delays: number[] = [];
  const print = (event: { message: string; ingestedAt: number }) => {
    const number = Number.parseInt(event.message, 10);
    if (remember) printed.set(number, (printed.get(number) ?? 0) + 1);
    if (remember) delays.push(clock.now() - event.ingestedAt);
  };
  const state = { text: 0 };
  if (mode === undefined) {
    const over = new AbortController();
    const ended = plainTail(source, clock, print, over.signal).catch(() => undefined);
    return Object.assign(state, {
      clock,
      source,
      printed,
      delays,
      stop: async () => {
        over.abort();
        await ended;
      },
    });
  }
  const tail = new Tail(
    {
      port: source,
      ecs: () => noEcs,
      lastEvents: () => Promise.resolve([]),
      clock,
      budget: new CallBudget(25, clock),
      region: "us-east-1",
      zone: () => 0,
      random: seeded(5),
    },
    { target: { kind: "group", group: "/g" }, mode, back: minute, follow: true, format: defaultFormat },
    {
      write(batch) {
        state.text += batch.text.length;
        for (const item of batch.items) if (!isNote(item)) print(item);
      },
      changed: () => undefined,
      credentials: () => Promise.resolve(),
    },
  );
  return Object.assign(state, {
    clock,
    source,
    printed,
    delays,
    stop: () => clock.until(tail.stop().then(() => undefined)),
  });
}

async function advance(bench: Run, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    bench.source.second(() => undefined);
    await bench.clock.advance(1000);
  }
}

const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

async function compare(
  name: string,
  mode: TailMode | undefined,
  load: Load,
  minutes: number,
  row: (row: Row) => void,
): Promise<void> {
  const bench = run(mode, load);
  await bench.clock.advance(2000);
  await advance(bench, minutes * 60);
  await bench.clock.advance(3 * minute);
  await bench.stop();
  const lost = bench.source.stored - bench.printed.size;
  const twice = [...bench.printed.values()].filter((times) => times > 1).length;
  const sorted = bench.delays.sort((one, other) => one - other);
  const budget = mode === undefined ? {} : { budget: "0", met: lost + twice === 0 };
  row({ name: `${name}: lost of ${bench.source.stored}, printed twice`, value: `${lost}, ${twice}`, ...budget });
  row({
    name: `${name}: stored -> printed, p50 / p95 / max`,
    value: [0.5, 0.95, 1].map((part) => seconds(percentile(sorted, part))).join(" / "),
  });
  row({ name: `${name}: calls of FilterLogEvents in ${minutes} min`, value: String(bench.source.calls) });
}

/** Ten thousand events a second for a minute: what it takes of a processor. */
async function sustained(row: (row: Row) => void): Promise<void> {
  const rate = 10_000;
  const bench = run("polling", { ...likeAws, perSecond: rate, streams: 20, late: 0, lag: [1_000, 3_000] });
  await bench.clock.advance(2000);
  const before = process.cpuUsage();
  await advance(bench, 60);
  await bench.clock.advance(30_000);
  await bench.stop();
  const used = process.cpuUsage(before);
  const cpu = (used.user + used.system) / 1e6;
  const lost = bench.source.stored - bench.printed.size;
  row({
    name: `${rate} events/s for a minute, polling: lost, printed twice`,
    value: `${lost}, ${[...bench.printed.values()].filter((times) => times > 1).length}`,
    budget: "0",
    met: lost === 0,
  });
  row({
    name: "  processor time for 60 s of it (source and tail)",
    value: `${cpu.toFixed(1)} s`,
    budget: "60 s",
    met: cpu <= 60,
  });
  const sorted = bench.delays.sort((one, other) => one - other);
  row({
    name: "  stored -> printed, p50 / p95 / max",
    value: [0.5, 0.95, 1].map((part) => seconds(percentile(sorted, part))).join(" / "),
  });
}

/** An hour at 200 events a second: the memory at its end against that after twenty-five minutes, when the source is full. */
async function hour(row: (row: Row) => void): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const bench = run("polling", { ...likeAws, perSecond: 200 }, false);
  await advance(bench, 25 * 60);
  const early = heap();
  await advance(bench, 35 * 60);
  const late = heap();
  await bench.clock.advance(minute);
  await bench.stop();
  row({
    name: `an hour at 200 events/s (${(bench.text / megabyte).toFixed(0)} MB of text): heap after 25 min, after 60`,
    value: `${(early / megabyte).toFixed(0)}, ${(late / megabyte).toFixed(0)} MB`,
    budget: "+10 MB",
    met: late - early < 10 * megabyte,
  });
}

/** The real command line against the real sandbox: from PutLogEvents to the line on standard output. */
async function real(row: (row: Row) => void): Promise<void> {
  const sandbox = await startSandbox(undefined, path.join(resultsDir, "bench", "sandbox-logs.log"));
  const client = new CloudWatchLogsClient({
    endpoint: sandbox.url,
    region: sandbox.env["AWS_REGION"] ?? "us-east-1",
    credentials: {
      accessKeyId: sandbox.env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: sandbox.env["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  try {
    await client.send(new CreateLogGroupCommand({ logGroupName: "/bench" }));
    await client.send(new CreateLogStreamCommand({ logGroupName: "/bench", logStreamName: "s" }));
    for (const mode of ["auto", "polling"]) {
      const child = spawn(
        process.execPath,
        [
          path.join(distFolder(), "cli.js"),
          "logs",
          "/bench",
          "--follow",
          "--since",
          "1s",
          "--format",
          "json",
          "--mode",
          mode,
        ],
        {
          cwd: projectRoot,
          env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...sandbox.env, ...sandbox.stateEnv },
          stdio: ["ignore", "pipe", "ignore"],
        },
      );
      const exited = new Promise((resolve) => child.once("close", resolve));
      const put = new Map<string, number>();
      const delays: number[] = [];
      let rest = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines)
          delays.push(Date.now() - (put.get((JSON.parse(line) as { message: string }).message) ?? NaN));
      });
      await pause(3000);
      for (let number = 0; number < 60; number++) {
        const message = `${mode} ${number}`;
        await client.send(
          new PutLogEventsCommand({
            logGroupName: "/bench",
            logStreamName: "s",
            logEvents: [{ timestamp: Date.now(), message }],
          }),
        );
        put.set(message, Date.now());
        await pause(170);
      }
      await pause(6000);
      child.kill("SIGINT");
      await exited;
      const sorted = delays.sort((one, other) => one - other);
      row({
        name: `slipway logs against the sandbox, ${mode === "auto" ? "Live Tail" : mode}: ${delays.length} of 60, p50 / p95 / max`,
        value: [0.5, 0.95, 1].map((part) => seconds(percentile(sorted, part))).join(" / "),
        budget: "all",
        met: delays.length === 60,
      });
    }
  } finally {
    client.destroy();
    await sandbox.stop();
  }
}
