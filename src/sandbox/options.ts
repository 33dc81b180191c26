import { parseArgs } from "node:util";

/** The command line of the sandbox. */
export interface Options {
  readonly port: number;
  readonly envFile: string | undefined;
  readonly time: "instant" | "aws";
  /** Divides AWS's durations in `--time aws`. */
  readonly speed: number;
  readonly tasks: "container" | "simulated";
  readonly consistency: "eventual" | "strong";
  /**
   * With `keep` it stands for an AWS newer than its model: a task definition's unknown members are kept and described.
   */
  readonly unknownMembers: "refuse" | "keep";
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
  [--consistency eventual|strong] [--state DIR] [--image-time SECONDS] [--leased] [--account ID] [--region R] [--seed N] [--vcpus N]
  [--unknown-members refuse|keep] [--coverage]`;

/** A command line that cannot be understood; the message says which part. */
export class UsageError extends Error {}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const DEFINITIONS = {
  port: text,
  "env-file": text,
  time: text,
  speed: text,
  tasks: text,
  consistency: text,
  state: text,
  "image-time": text,
  account: text,
  region: text,
  seed: text,
  vcpus: text,
  "unknown-members": text,
  leased: flag,
  coverage: flag,
};
type Name = keyof typeof DEFINITIONS;

/** What is given, the last of each. The tokens are judged here: Node's own errors are no words for a usage line. */
function readArguments(argv: readonly string[]): ReadonlyMap<Name, string> {
  const { tokens } = parseArgs({ args: [...argv], options: DEFINITIONS, strict: false, tokens: true });
  const given = new Map<Name, string>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") throw new UsageError(`unexpected argument ${token.value}`);
    if (!token.rawName.startsWith("--")) throw new UsageError(`unexpected argument ${argv[token.index]}`);
    if (!Object.hasOwn(DEFINITIONS, token.name)) throw new UsageError(`unknown option ${token.rawName}`);
    const name = token.name as Name;
    const takesValue = DEFINITIONS[name].type === "string";
    if (takesValue && token.value === undefined) throw new UsageError(`--${name} needs a value`);
    if (!takesValue && token.value !== undefined) throw new UsageError(`--${name} takes no value`);
    given.set(name, token.value ?? "true");
  }
  return given;
}

/** Reads `argv` (without node and script); throws UsageError. */
export function parseOptions(argv: readonly string[]): Options {
  const given = readArguments(argv);
  const choice = <T extends string>(name: Name, allowed: readonly T[], fallback: T): T => {
    const value = given.get(name) ?? fallback;
    const found = allowed.find((a) => a === value);
    if (!found) throw new UsageError(`--${name} must be one of ${allowed.join(", ")}`);
    return found;
  };
  const number = (name: Name, fallback: number, min: number): number => {
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
    unknownMembers: choice("unknown-members", ["refuse", "keep"], "refuse"),
    stateDir: given.get("state"),
    imageTime: given.has("image-time") ? number("image-time", 0, 0) : undefined,
    leased: given.has("leased"),
    account,
    region: given.get("region") ?? "us-east-1",
    seed: number("seed", 1, 0),
    coverage: given.has("coverage"),
  };
}
