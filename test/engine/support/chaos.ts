/** What can go wrong, by the roll of a die that is known: each case is its seed's, and comes to the same end as a calm run. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DeleteServiceCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { DeleteRepositoryCommand } from "@aws-sdk/client-ecr";
import {
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DetachRolePolicyCommand } from "@aws-sdk/client-iam";
import { DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { waitFor, pause } from "../../../scripts/waiting";
import { temporaryDir } from "../../../scripts/paths";
import { tinyApplication } from "./apps";
import { descendants } from "./cancelling";
import { accountOf, distFolder, resultOf, startCli, type Finished, type RunningCli } from "./cli";
import { Proxy, type Passage } from "./proxy";
import { describeAll, describeSettled, differencesBetween } from "./snapshot";
import { applicationFolder, copyOf, isIn, World } from "./world";

export const chaosKinds = ["kill", "faults", "outage", "throttling", "clock", "disk", "interference", "two"] as const;
export type ChaosKind = (typeof chaosKinds)[number];

export interface ChaosCase {
  readonly seed: number;
  readonly kind: ChaosKind;
}

export interface ChaosResult extends ChaosCase {
  /** What was done to it. */
  readonly what: string;
  readonly seconds: number;
  /** What is wrong; empty when all is well. */
  readonly problems: readonly string[];
}

/** The same numbers for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A run that has not ended by then has to have said why it waits; then somebody ends it. */
const [longestMilliseconds, settleMilliseconds] = [100_000, 900];
const tooOften = (isQuery: boolean): Passage =>
  isQuery
    ? {
        status: 400,
        type: "text/xml",
        // EC2 has another envelope than the other services with XML; both are read.
        body: "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></Response>",
      }
    : {
        status: 400,
        type: "application/x-amz-json-1.1",
        body: '{"__type":"ThrottlingException","message":"Rate exceeded"}',
      };
const page = (status: number): Passage => ({
  status,
  type: "text/html",
  body: "<html><head><title>Sign in to the network</title></head></html>",
});
const fault = (isQuery: boolean): Passage =>
  isQuery
    ? { status: 500, type: "text/xml", body: "<Response><Error><Code>InternalError</Code></Error></Response>" }
    : { status: 500, type: "application/x-amz-json-1.1", body: '{"__type":"InternalFailure"}' };

/** One sandbox with simulated tasks, the world when it is empty, and after a calm first deployment. */
export class ChaosBench {
  private empty = "";
  private wanted = "";
  /** API calls of a calm run. */
  private calls = 0;

  private constructor(
    private readonly world: World,
    private readonly proxy: Proxy,
    private readonly sources: string,
  ) {}

  static async start(name: string): Promise<ChaosBench> {
    const world = await World.start(name, ["--tasks", "simulated"]);
    const proxy = await Proxy.start(world.sandbox.url, world.credentials);
    const bench = new ChaosBench(world, proxy, applicationFolder("quay", tinyApplication()));
    await bench.calm();
    return bench;
  }

  /** What the account is like empty, and after a run that nothing happens to. */
  private async calm(): Promise<void> {
    this.empty = await describeSettled(this.world);
    const folder = copyOf(this.sources);
    this.proxy.begin();
    await this.ends(this.deploy(folder), "a calm run");
    this.calls = this.proxy.seen.length;
    this.wanted = await describeSettled(this.world);
    await this.cleanUp(folder);
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.world.stop();
  }

  /** One case. Never throws for what the run does: that is in `problems`. */
  async run(chosen: ChaosCase): Promise<ChaosResult> {
    const problems: string[] = [];
    const folder = copyOf(this.sources);
    const began = performance.now();
    let what = "";
    this.proxy.begin();
    const attempt = async (name: string, work: () => Promise<unknown>) => {
      try {
        await work();
      } catch (error) {
        problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    await attempt("the run", async () => {
      const [described, go] = this[chosen.kind](folder, dice(chosen.seed));
      what = described;
      await go();
    });
    this.proxy.gate = undefined;
    const seconds = (performance.now() - began) / 1000;
    await attempt("afterwards", async () => {
      // A deployment onto a service that is there gives it more time: how many came through is not told by the seed.
      const differences = (await this.differences(this.wanted)).filter((line) => !/healthCheckGracePeriod/.test(line));
      if (differences.length) throw new Error(differences.join("\n"));
    });
    await attempt("the removal", () => this.cleanUp(folder));
    if (problems.length) {
      // Another account, with other ids.
      await this.world.reset();
      await this.calm();
    }
    return { ...chosen, what, seconds, problems };
  }

  /** Killed at a call, and run again. */
  private kill(folder: string, die: () => number): [string, () => Promise<void>] {
    const at = Math.floor(die() * this.calls);
    const group = die() < 0.5;
    return [
      `SIGKILL at call ${at}${group ? ", notes lost" : ""}`,
      async () => {
        const run = this.deploy(folder);
        this.proxy.gate = (before) => {
          if (before < at) return "pass";
          run.kill("SIGKILL");
          return "cut";
        };
        await run.exited;
        this.proxy.gate = undefined;
        if (group) this.dropNotes();
        await this.ends(this.deploy(folder), "the run after it");
      },
    ];
  }

  /** Each call has a small chance of going wrong, in one of five ways. */
  private faults(folder: string, die: () => number): [string, () => Promise<void>] {
    const share = 0.05 + die() * 0.15;
    let hangs = 1;
    return [
      `${Math.round(share * 100)} % of all calls fail`,
      async () => {
        const run = this.deploy(folder);
        this.proxy.gate = (_, isQuery) => {
          if (die() > share) return "pass";
          const ways: Passage[] = [tooOften(isQuery), fault(isQuery), "cut", page(502), page(200)];
          return hangs-- > 0 ? "hang" : (ways[Math.floor(die() * ways.length)] ?? "pass");
        };
        await this.ends(run, "the run");
      },
    ];
  }

  private throttling(folder: string, die: () => number): [string, () => Promise<void>] {
    const share = 0.4 + die() * 0.25;
    return [
      `${Math.round(share * 100)} % of all calls are throttled`,
      async () => {
        const run = this.deploy(folder);
        this.proxy.gate = (_, isQuery) => (die() < share ? tooOften(isQuery) : "pass");
        await this.ends(run, "the run");
      },
    ];
  }

  /** From a call on nothing is reached for a while. */
  private outage(folder: string, die: () => number): [string, () => Promise<void>] {
    const at = 5 + Math.floor(die() * (this.calls - 5));
    const milliseconds = 5000 + Math.floor(die() * 27_000);
    const way = (["refused", "cut", "a sign-in page", "a gateway's page"] as const)[Math.floor(die() * 4)] ?? "refused";
    return [
      `${way} for ${Math.round(milliseconds / 1000)} s from call ${at}`,
      async () => {
        const run = this.deploy(folder);
        let until = 0;
        let down: Promise<void> | undefined;
        this.proxy.gate = (before) => {
          if (before < at) return "pass";
          until ||= performance.now() + milliseconds;
          if (performance.now() > until) return "pass";
          if (way === "refused") down ??= this.proxy.down(milliseconds);
          return way === "a sign-in page" ? page(200) : way === "a gateway's page" ? page(503) : "cut";
        };
        await this.ends(run, "the run");
        await down;
      },
    ];
  }

  private clock(folder: string, die: () => number): [string, () => Promise<void>] {
    const by = Math.round((die() - 0.5) * 4) || -1;
    const after = 500 + Math.floor(die() * 6000);
    return [
      `the clock is set by ${by} h after ${after} ms`,
      async () => {
        const jump = {
          NODE_OPTIONS: `--require ${path.join(__dirname, "clockJump.cjs")}`,
          SLIPWAY_CLOCK_JUMP: `${by * 3_600_000},${after}`,
        };
        await this.ends(this.deploy(folder, jump), "the run");
      },
    ];
  }

  /** A folder that cannot be written, or is none: said with its path, and the next run goes as ever. */
  private disk(folder: string, die: () => number): [string, () => Promise<void>] {
    const place = temporaryDir("disk");
    const file = path.join(place, "file");
    writeFileSync(file, "");
    const ways: readonly [string, Record<string, string>][] = [
      ["no temporary folder", { TMPDIR: path.join(place, "none") }],
      ["a state folder that is a file", { SLIPWAY_STATE_DIR: file }],
      ["a state folder that is full", { SLIPWAY_STATE_DIR: "/dev/full/slipway" }],
      ["a state folder that nobody may write", { SLIPWAY_STATE_DIR: "/proc/slipway" }],
    ];
    const [what, env] = ways[Math.floor(die() * ways.length)] ?? ["", {}];
    return [
      what,
      async () => {
        const finished = await this.deploy(folder, env).exited;
        const { error } = resultOf(finished);
        if (finished.code === 0) return;
        const known = ["DiskFull", "ReadOnlyDisk", "FileAccessDenied", "FileMissing", "NotAFolder", "LoginFailed"];
        if (!known.includes(error?.code ?? "")) throw new Error(accountOf(finished));
        const named = Object.values(env).some((folderOf) => JSON.stringify(error).includes(folderOf));
        if (!named) throw new Error(`no path: ${accountOf(finished)}`);
        await this.ends(this.deploy(folder), "the run after it");
      },
    ];
  }

  /** Somebody takes something away or changes it, in the middle. */
  private interference(folder: string, die: () => number): [string, () => Promise<void>] {
    const { ecs, ecr, elb, iam, logs } = this.world.clients;
    const balancer = async () =>
      (await elb.send(new DescribeLoadBalancersCommand({ Names: ["quay"] }))).LoadBalancers?.[0]?.LoadBalancerArn;
    const ways: Readonly<Record<string, () => Promise<unknown>>> = {
      "the log group": () => logs.send(new DeleteLogGroupCommand({ logGroupName: "/ecs/quay" })),
      "the repository": () => ecr.send(new DeleteRepositoryCommand({ repositoryName: "quay", force: true })),
      "the service": () => ecs.send(new DeleteServiceCommand({ cluster: "quay", service: "quay", force: true })),
      "the count of tasks": () =>
        ecs.send(new UpdateServiceCommand({ cluster: "quay", service: "quay", desiredCount: 2 })),
      "the role's policy": () =>
        iam.send(
          new DetachRolePolicyCommand({
            RoleName: "quay-execution",
            PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
          }),
        ),
      "the listener": async () => {
        const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: await balancer() }));
        await elb.send(new DeleteListenerCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
      },
      "the load balancer": async () => elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: await balancer() })),
    };
    const names = Object.keys(ways);
    const name = names[Math.floor(die() * names.length)] ?? "";
    const later = Math.floor(die() * 2500);
    return [
      `${name} is taken or changed ${later} ms after the rollout began`,
      async () => {
        const run = this.deploy(folder);
        await run.event((event) => event.type === "step" && event.step === "rollout" && event.state === "running");
        await pause(later);
        await ways[name]?.();
        const first = await this.orInterrupted(run);
        const { error } = resultOf(first);
        if (error?.code === "Unexpected") throw new Error(accountOf(first));
        // A service that drains, or ECS's own way back, may still be under way.
        let finished = first;
        for (let tries = 0; tries < 3 && (tries === 0 || finished.code !== 0); tries++)
          finished = await this.orInterrupted(this.deploy(folder));
        if (finished.code !== 0) throw new Error(`the run after it: ${accountOf(finished)}`);
        if (name === "the count of tasks")
          await ecs.send(new UpdateServiceCommand({ cluster: "quay", service: "quay", desiredCount: 1 }));
      },
    ];
  }

  /** Two command lines at once: one deploys, the other follows it, or comes after. */
  private two(folder: string, die: () => number): [string, () => Promise<void>] {
    const later = Math.floor(die() * 4000);
    const killed = die() < 0.4;
    const killAfter = Math.floor(die() * 4000);
    return [
      `a second deployment ${later} ms later${killed ? `; the first is killed ${killAfter} ms after that` : ""}`,
      async () => {
        const env = { AWS_ENDPOINT_URL: this.proxy.url };
        const first = this.world.start(folder, ["deploy", "--yes"], env);
        await pause(later);
        const second = this.world.start(folder, ["deploy", "--yes"], env);
        if (killed) {
          await pause(killAfter);
          first.kill("SIGKILL");
        }
        const [one, other] = [await first.exited, await this.orInterrupted(second)];
        if (!killed && one.code !== 0) throw new Error(accountOf(one));
        const { error } = resultOf(other);
        if (other.code !== 0 && !(killed && error?.code === "HolderGone")) throw new Error(accountOf(other));
        if (other.code !== 0) await this.ends(this.deploy(folder), "the run after it");
      },
    ];
  }

  private async ends(run: RunningCli, name: string): Promise<Finished> {
    const finished = await this.orInterrupted(run);
    if (finished.code !== 0) throw new Error(`${name} failed: ${accountOf(finished)}`);
    return finished;
  }

  /** A run's end; one that waits for too long is interrupted, and has to have said why. */
  private async orInterrupted(run: RunningCli): Promise<Finished> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      run.kill("SIGKILL");
    }, longestMilliseconds);
    const finished = await run.exited;
    clearTimeout(timer);
    if (isLate && !finished.lines.some((line) => /"type":"note","level":"warning"/.test(line)))
      throw new Error(`it was silent for ${longestMilliseconds / 1000} s: ${accountOf(finished)}`);
    return isLate ? { ...finished, lines: [...finished.lines, '{"outcome":"stoppedWatching"}'] } : finished;
  }

  private deploy(folder: string, env: Readonly<Record<string, string>> = {}): RunningCli {
    const dist = distFolder();
    return startCli(
      [path.join(dist, "engine.js"), path.join(dist, "sandbox.js"), folder, String(settleMilliseconds)],
      { ...this.world.env, AWS_ENDPOINT_URL: this.proxy.url, ...env },
      path.join(__dirname, "deployOnce.cjs"),
    );
  }

  private async cleanUp(folder: string): Promise<void> {
    const args = isIn(folder, "slipway.json") ? [] : ["--port", "8080"];
    const finished = await this.world.cli(folder, ["destroy", "--yes", ...args], { AWS_ENDPOINT_URL: this.proxy.url });
    if (finished.code !== 0) throw new Error(accountOf(finished));
    this.dropNotes();
    const problems = (await this.differences(this.empty)).map((line) => `left in AWS: ${line}`);
    const { TMPDIR: temporary = "" } = this.world.env;
    problems.push(
      ...readdirSync(temporary).flatMap((name) => (/^slipway-registry-/.test(name) ? [`left: ${name}`] : [])),
    );
    const mark = `SLIPWAY_STATE_DIR=${this.world.env["SLIPWAY_STATE_DIR"] ?? ""}`;
    problems.push(...descendants(mark).map((process) => `runs still: ${process}`));
    if (problems.length) throw new Error(problems.join("\n"));
  }

  private dropNotes(): void {
    const state = this.world.env["SLIPWAY_STATE_DIR"] ?? "";
    rmSync(path.join(state, "deployments"), { recursive: true, force: true });
    mkdirSync(state, { recursive: true });
  }

  /** What differs once nothing is stale any more. */
  private async differences(wanted: string): Promise<string[]> {
    let found: string[] = [];
    await waitFor(
      "the world to be as it should be",
      async () => {
        found = differencesBetween(wanted, await describeAll(this.world));
        return found.length === 0;
      },
      { timeoutMs: 5000, intervalMs: 100 },
    ).catch(() => undefined);
    return found;
  }
}
