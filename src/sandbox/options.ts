/** The command line of the sandbox. */
export interface Options {
  readonly port: number;
  readonly envFile: string | undefined;
  readonly time: "instant" | "aws";
  /** Divides AWS's durations in `--time aws`. */
  readonly speed: number;
  readonly tasks: "container" | "simulated";
  readonly consistency: "eventual" | "strong";
  readonly stateDir: string | undefined;
  /** Seconds that a bench counts for build and push; only reported by the control endpoint. */
  readonly imageTime: number | undefined;
  /** The account's Fargate On-Demand vCPU quota. */
  readonly vcpus: number;
  readonly leased: boolean;
  readonly account: string;
  readonly region: string;
  readonly seed: number;
  readonly coverage: boolean;
}

export const USAGE = `usage: sandbox --port N [--env-file FILE] [--time instant|aws] [--speed F] [--tasks container|simulated]
  [--consistency eventual|strong] [--state DIR] [--image-time SECONDS] [--leased] [--account ID] [--region R] [--seed N] [--vcpus N] [--coverage]`;

/** A command line that cannot be understood; the message says which part. */
export class UsageError extends Error {}

const FLAGS = new Set(["leased", "coverage"]);
const KNOWN = new Set([
  "port",
  "env-file",
  "time",
  "speed",
  "tasks",
  "consistency",
  "state",
  "image-time",
  "account",
  "region",
  "seed",
  "vcpus",
]);

/** Reads `argv` (without node and script); throws UsageError. */
export function parseOptions(argv: readonly string[]): Options {
  const given = new Map<string, string>();
  for (let i = 0; i < argv.length; i++) {
    const [name, inline] = (argv[i] ?? "").replace(/^--/, "").split("=", 2);
    if (!argv[i]?.startsWith("--") || name === undefined)
      throw new UsageError(`unexpected argument ${String(argv[i])}`);
    if (FLAGS.has(name)) {
      given.set(name, "true");
      continue;
    }
    if (!KNOWN.has(name)) throw new UsageError(`unknown option --${name}`);
    const value = inline ?? argv[++i];
    if (value === undefined) throw new UsageError(`--${name} needs a value`);
    given.set(name, value);
  }
  const choice = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = given.get(name) ?? fallback;
    const found = allowed.find((a) => a === value);
    if (!found) throw new UsageError(`--${name} must be one of ${allowed.join(", ")}`);
    return found;
  };
  const number = (name: string, fallback: number, min: number): number => {
    const value = Number(given.get(name) ?? fallback);
    if (!Number.isFinite(value) || value < min) throw new UsageError(`--${name} must be a number of at least ${min}`);
    return value;
  };
  const account = given.get("account") ?? "000000000000";
  if (!/^\d{12}$/.test(account)) throw new UsageError("--account must have 12 digits");
  const tasks = choice("tasks", ["container", "simulated"], "container");
  return {
    port: number("port", 0, 0),
    envFile: given.get("env-file"),
    time: choice("time", ["instant", "aws"], "instant"),
    speed: number("speed", 1, 0.01),
    tasks,
    // A new account has 6; simulated tasks are for thousands of services.
    vcpus: number("vcpus", tasks === "container" ? 6 : 4000, 0),
    consistency: choice("consistency", ["eventual", "strong"], "eventual"),
    stateDir: given.get("state"),
    imageTime: given.has("image-time") ? number("image-time", 0, 0) : undefined,
    leased: given.has("leased"),
    account,
    region: given.get("region") ?? "us-east-1",
    seed: number("seed", 1, 0),
    coverage: given.has("coverage"),
  };
}
