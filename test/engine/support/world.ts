/** A sandbox with real or simulated tasks, and everything that is done to it: applications, clients, control. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { ACMClient } from "@aws-sdk/client-acm";
import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { Route53Client } from "@aws-sdk/client-route-53";
import { ensureBaseImages } from "../../../scripts/baseImages";
import { ensureEngine, type Engine } from "../../../scripts/engine";
import { resultsDir, temporaryDir } from "../../../scripts/paths";
import { startSandbox, type Sandbox } from "../../../scripts/sandbox";
import { accountOf, startCli, type Finished, type RunningCli } from "./cli";

let engine: Promise<Engine | undefined> | undefined;

/** The host's container engine with the base images; undefined where there is none. */
export function theEngine(): Promise<Engine | undefined> {
  engine ??= process.env["SLIPWAY_NO_ENGINE"]
    ? Promise.resolve(undefined)
    : ensureEngine().then(async (found) => {
        if (found) await ensureBaseImages(found);
        return found;
      });
  return engine;
}

export interface Clients {
  readonly acm: ACMClient;
  readonly ec2: EC2Client;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
  readonly route53: Route53Client;
  readonly scaling: ApplicationAutoScalingClient;
}

/** One recorded API call of the sandbox. */
export interface Call {
  readonly n: number;
  readonly service: string;
  readonly operation: string;
  readonly at: number;
  readonly status: number;
  readonly error?: string;
}

/** A fault rule, as src/sandbox/README.md describes it. */
export interface Fault {
  readonly kind: string;
  readonly service?: string;
  readonly operation?: string;
  readonly match?: string;
  readonly count?: number;
  readonly skip?: number;
  readonly error?: { readonly code: string; readonly message?: string; readonly status?: number };
  readonly delayMs?: number;
  readonly end?: Readonly<Record<string, unknown>>;
  readonly target?: { readonly state: string; readonly reason?: string; readonly description?: string };
  readonly text?: string;
  readonly characters?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const readsOnly = /^(Describe|List|Get|BatchGet|Lookup|Simulate)/;

/** A sandbox of its own, and the command line pointed at it. */
export class World {
  readonly clients: Clients;
  /** What the command line gets as its environment. */
  readonly env: Record<string, string>;

  private constructor(
    readonly sandbox: Sandbox,
    private readonly engine: Engine,
  ) {
    // A command line that is killed leaves its private files: in a folder that goes with the world.
    this.env = { ...engine.env, ...sandbox.env, ...sandbox.stateEnv, TMPDIR: temporaryDir("world") };
    const options = {
      endpoint: sandbox.url,
      region: sandbox.env["AWS_REGION"] ?? "us-east-1",
      credentials: this.credentials,
    };
    this.clients = {
      acm: new ACMClient(options),
      ec2: new EC2Client(options),
      ecr: new ECRClient(options),
      ecs: new ECSClient(options),
      elb: new ElasticLoadBalancingV2Client(options),
      iam: new IAMClient(options),
      logs: new CloudWatchLogsClient(options),
      route53: new Route53Client(options),
      scaling: new ApplicationAutoScalingClient(options),
    };
  }

  /** Starts a sandbox; `more` are further arguments of its. */
  static async start(name: string, more: readonly string[] = []): Promise<World> {
    const found = await theEngine();
    if (!found) throw new Error("there is no container engine");
    return new World(await startSandbox(found, path.join(resultsDir, "engine", `sandbox-${name}.log`), more), found);
  }

  async stop(): Promise<void> {
    for (const client of Object.values(this.clients) as { destroy(): void }[]) client.destroy();
    await this.sandbox.stop();
  }

  get credentials(): { accessKeyId: string; secretAccessKey: string } {
    return {
      accessKeyId: this.sandbox.env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: this.sandbox.env["AWS_SECRET_ACCESS_KEY"] ?? "",
    };
  }

  get dockerEnv(): Readonly<Record<string, string>> {
    return this.engine.env;
  }

  /** A request to the sandbox's control endpoint. */
  async control<T>(method: string, name: string, body?: unknown): Promise<T> {
    const headers = { "x-sandbox-token": this.sandbox.env["SLIPWAY_SANDBOX_TOKEN"] ?? "" };
    const response = await fetch(`${this.sandbox.url}/_sandbox/${name}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${name}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  fault = (...rules: Fault[]): Promise<unknown> => this.control("POST", "faults", rules);
  clearFaults = (): Promise<unknown> => this.control("DELETE", "faults");

  /** An empty account. */
  async reset(): Promise<void> {
    await this.clearFaults();
    await this.control("POST", "reset");
  }

  /** The API calls while `work` runs. */
  async callsDuring(work: () => Promise<unknown>): Promise<Call[]> {
    const before = (await this.control<Call[]>("GET", "requests")).at(-1)?.n ?? 0;
    await work();
    return this.control<Call[]>("GET", `requests?since=${before}`);
  }

  start(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
    const [command = "", ...rest] = args;
    return startCli([command, "--config", folder, "--format", "json", ...rest], { ...this.env, ...env });
  }

  /** Runs `slipway COMMAND --config FOLDER --format json …` to its end. */
  cli(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return this.start(folder, args, env).exited;
  }

  /** Like {@link cli}; any other exit code than `code` is an error that shows the run's end. */
  async cliEndsWith(
    code: number,
    folder: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Finished> {
    const finished = await this.cli(folder, args, env);
    if (finished.code !== code)
      throw new Error(`slipway ${args.join(" ")} should have ended with ${code}: ${accountOf(finished)}`);
    return finished;
  }

  /** A request under the application's own name; connected to the loopback address, whatever the resolver says. */
  get(
    url: string,
    options: { readonly method?: string; readonly agent?: http.Agent; readonly body?: string } = {},
  ): Promise<Answer> {
    const { hostname, port, pathname, search, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          host: "127.0.0.1",
          port: port || 80,
          path: `${pathname}${search}`,
          method: options.method ?? "GET",
          headers: {
            host,
            ...(options.body === undefined ? {} : { "content-length": Buffer.byteLength(options.body) }),
          },
          agent: options.agent ?? false,
        },
        (response) => {
          let body = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
          response.on("error", reject);
        },
      );
      request.on("error", (error) => reject(new Error(`${hostname}: ${error.message}`)));
      request.end(options.body);
    });
  }
}

/** The calls that can change something. */
export const writesOf = (calls: readonly Call[]): string[] =>
  calls.filter((call) => !readsOnly.test(call.operation)).map((call) => `${call.service} ${call.operation}`);

/** A folder with these files, removed at the end of the process. The folder's own name is the application's. */
export function applicationFolder(name: string, files: Readonly<Record<string, string>>): string {
  const folder = path.join(temporaryDir("app"), name);
  for (const [file, text] of Object.entries(files)) writeIn(folder, file, text);
  return folder;
}

export function writeIn(folder: string, file: string, text: string): void {
  const at = path.join(folder, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
}

export const readIn = (folder: string, file: string): string => readFileSync(path.join(folder, file), "utf8");
export const isIn = (folder: string, file: string): boolean => existsSync(path.join(folder, file));

/** A copy of a folder under the same name. */
export function copyOf(folder: string): string {
  const copy = path.join(temporaryDir("app"), path.basename(folder));
  cpSync(folder, copy, { recursive: true });
  return copy;
}
