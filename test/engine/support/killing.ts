/** Kills a deployment at one of its API calls, runs it again, and compares the world with an uninterrupted run's. */
import { rmSync } from "node:fs";
import path from "node:path";
import { run as runProcess } from "../../../scripts/processes";
import { waitFor } from "../../../scripts/waiting";
import { accountOf, distFolder, startCli, type RunningCli } from "./cli";
import { Proxy, type Moment, type Point } from "./proxy";
import { scenarios, type Scenario } from "./scenarios";
import { describeAll, describeSettled, differencesBetween } from "./snapshot";
import { applicationFolder, copyOf, isIn, World } from "./world";

/** Where and how a deployment is killed. */
export interface Kill extends Point {
  readonly moment: Moment;
  /** Whether the journal survives. */
  readonly journal: boolean;
}

export interface Killed extends Kill {
  /** What is wrong; empty when all is well. */
  readonly problems: readonly string[];
}

/** A new role is assumable within 0.8 s in the sandbox's eventual consistency. */
const settleMilliseconds = 900;

/** Under this name the images of the matrix outlive each removal; the two benches of a pair share them. */
const pinned = `slipway-test-pinned-${process.pid}`;

/** One sandbox with simulated tasks, what it looks like empty, and after an uninterrupted run of the scenario. */
export class KillBench {
  private constructor(
    private readonly world: World,
    private readonly proxy: Proxy,
    private readonly scenario: Scenario,
    private readonly sources: string,
    private readonly empty: string,
    private readonly wanted: string,
    /** The calls of an uninterrupted run, in order. */
    readonly calls: readonly Point[],
  ) {}

  /** Two of them, so that kills run side by side. The second starts with the builder's cache filled: one image for both. */
  static async pair(scenario: Scenario): Promise<KillBench[]> {
    const first = await KillBench.start("kill-1", scenario);
    try {
      return [first, await KillBench.start("kill-2", scenario)];
    } catch (error) {
      await first.stop();
      throw error;
    }
  }

  static async start(name: string, scenario: Scenario = scenarios.first): Promise<KillBench> {
    const world = await World.start(name, ["--tasks", "simulated"]);
    const proxy = await Proxy.start(world.sandbox.url, world.credentials);
    const sources = applicationFolder("quay", scenario.sources);
    await scenario.arrange?.(world);
    const empty = await describeSettled(world);
    const folder = copyOf(sources);
    const bench = new KillBench(world, proxy, scenario, sources, empty, "", []);
    await bench.prepare(folder);
    await bench.finish(folder);
    const calls = [...proxy.seen];
    await bench.pin();
    if ((await bench.images(pinned)).length === 0) throw new Error("the engine has no image of what was deployed");
    const whole = new KillBench(world, proxy, scenario, sources, empty, await describeSettled(world), calls);
    await whole.cleanUp(folder);
    return whole;
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    for (const name of await this.images(pinned)) await this.docker(["rmi", name]);
    await this.world.stop();
  }

  /**
   * A removal takes the local images, and the builder's cache goes with the last name of one: built again it would have
   * another digest, which is no difference that a kill made. A name more keeps them.
   */
  private async pin(): Promise<void> {
    for (const name of await this.images("quay"))
      await this.docker(["tag", name, `${pinned}:${name.replace(/[^a-z0-9]/g, "-")}`]);
  }

  /** The images of this process in a repository, as the engine lists them. */
  private async images(repository: string): Promise<string[]> {
    const filter = ["--filter", `label=process=${process.pid}`];
    const listed = await this.docker(["images", ...filter, "--format", "{{.Repository}}:{{.Tag}}", repository]);
    return listed.split("\n").filter((line) => line !== "");
  }

  private async docker(args: readonly string[]): Promise<string> {
    const done = await runProcess("docker", args, { env: { ...process.env, ...this.world.dockerEnv } });
    return done.stdout;
  }

  /** One point of the matrix. Never throws for what the run does: that is in `problems`. */
  async run(kill: Kill): Promise<Killed> {
    const problems: string[] = [];
    const folder = copyOf(this.sources);
    try {
      await this.prepare(folder);
      if (!(await this.kill(folder, kill))) problems.push(neverReached);
      if (!kill.journal) this.dropJournal();
      await this.finish(folder);
      problems.push(...(await this.compare(this.wanted)).map((line) => `after the second run: ${line}`));
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
    try {
      await this.cleanUp(folder);
    } catch (error) {
      problems.push(`destroy: ${error instanceof Error ? error.message : String(error)}`);
      await this.world.reset();
      await this.scenario.arrange?.(this.world);
    }
    return { ...kill, problems };
  }

  /** What is there before the run that is killed. */
  private async prepare(folder: string): Promise<void> {
    const { change } = this.scenario;
    if (!change) return;
    const finished = await this.deploy(folder).exited;
    if (finished.code !== 0) throw new Error(`the first version could not be deployed: ${accountOf(finished)}`);
    await this.pin();
    change(folder);
  }

  private async kill(folder: string, kill: Kill): Promise<boolean> {
    const run = this.start(folder, { ...kill, act: () => run.kill("SIGKILL") });
    const { code } = await run.exited;
    await this.proxy.quiet();
    if (!this.proxy.hasStruck && code !== 0)
      throw new Error(`the first run failed by itself: ${accountOf(await run.exited)}`);
    return this.proxy.hasStruck;
  }

  private start(folder: string, strike?: Parameters<Proxy["begin"]>[0]): RunningCli {
    return this.scenario.command === "deploy" ? this.deploy(folder, strike) : this.destroy(folder, strike);
  }

  /** Through the proxy: the journal is known by its endpoint. */
  private deploy(folder: string, strike?: Parameters<Proxy["begin"]>[0]): RunningCli {
    this.proxy.begin(strike);
    const dist = distFolder();
    const program = path.join(__dirname, "deployOnce.cjs");
    return startCli(
      [path.join(dist, "engine.js"), path.join(dist, "sandbox.js"), folder, String(settleMilliseconds)],
      { ...this.world.env, AWS_ENDPOINT_URL: this.proxy.url },
      program,
    );
  }

  private destroy(folder: string, strike?: Parameters<Proxy["begin"]>[0]): RunningCli {
    this.proxy.begin(strike);
    // Killed before it could write its files, a run has left nothing to destroy by; the folder still says its name.
    const args = isIn(folder, "slipway.json") ? [] : ["--port", "8080"];
    return this.world.start(folder, ["destroy", "--yes", ...args], { AWS_ENDPOINT_URL: this.proxy.url });
  }

  /** The scenario's run to its end. */
  private async finish(folder: string): Promise<void> {
    const finished = await this.start(folder).exited;
    if (finished.code !== 0) throw new Error(`${this.scenario.name} failed: ${accountOf(finished)}`);
  }

  private async cleanUp(folder: string): Promise<void> {
    const finished = await this.destroy(folder).exited;
    if (finished.code !== 0) throw new Error(accountOf(finished));
    this.dropJournal();
    const left = await this.compare(this.empty);
    if (left.length) throw new Error(`it left\n${left.join("\n")}`);
  }

  private dropJournal(): void {
    rmSync(path.join(this.world.env["SLIPWAY_STATE_DIR"] ?? "", "deployments"), { recursive: true, force: true });
  }

  /** What differs once nothing is stale any more. */
  private async compare(wanted: string): Promise<string[]> {
    let differences: string[] = [];
    await waitFor(
      "the world to be as it should be",
      async () => {
        differences = differencesBetween(wanted, await describeAll(this.world));
        return differences.length === 0;
      },
      { timeoutMs: 3000, intervalMs: 100 },
    ).catch(() => undefined);
    return differences;
  }
}

const neverReached = "the run never came to this call, so it was not killed";

/**
 * The calls that every uninterrupted run made. What only one of them made came by chance (a look more at something slow, a
 * write refused since AWS did not see a former one yet), and a run that does not come to it shows nothing.
 */
export function callsOfAll(benches: readonly KillBench[]): Point[] {
  const [first, ...others] = benches;
  const isIn = (calls: readonly Point[], point: Point): boolean =>
    calls.some(({ operation, occurrence }) => operation === point.operation && occurrence === point.occurrence);
  return (first?.calls ?? []).filter((point) => others.every(({ calls }) => isIn(calls, point)));
}

/** Every call that is not a poll's third or later look, before and after. */
export function pointsOf(calls: readonly Point[]): { point: Point; moment: Moment }[] {
  return calls
    .filter((point) => point.occurrence <= 2 || !/^(Describe|List|Get|BatchGet)/.test(point.operation))
    .flatMap((point) => (["before", "after"] as const).map((moment) => ({ point, moment })));
}

/** Runs all kills, spread over the benches. */
export async function runAll(
  benches: readonly KillBench[],
  kills: readonly Kill[],
  onDone: (killed: Killed) => void = () => undefined,
): Promise<Killed[]> {
  const left = [...kills];
  const done: Killed[] = [];
  await Promise.all(
    benches.map(async (bench) => {
      for (let kill = left.shift(); kill; kill = left.shift()) {
        let killed = await bench.run(kill);
        // A second or third call of a kind may come by chance all the same; a first one has to come.
        for (let more = 2; more > 0 && kill.occurrence > 1 && killed.problems.includes(neverReached); more -= 1)
          killed = await bench.run(kill);
        done.push(killed);
        onDone(killed);
      }
    }),
  );
  return done;
}

export const nameOf = (kill: Kill): string =>
  `${kill.moment} ${kill.operation}${kill.occurrence > 1 ? ` (${kill.occurrence})` : ""}, ${kill.journal ? "with" : "without"} journal`;
