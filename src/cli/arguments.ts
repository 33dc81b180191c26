import { parseArgs } from "node:util";
import type { ApplicationConfig } from "../core/app/schema";
import type { ConnectionChoice } from "../core/base/connection";
import type { RunRequest } from "../core/api";
import type { DiagnoseArguments } from "./diagnose";
import type { LogsArguments } from "./logs";
import { metricsFrom, queryFrom, type MetricsArguments, type QueryArguments } from "./figuresArguments";
import { oneOffFrom, scaleFrom } from "./operationArguments";
import { usageError } from "./usage";
import type { OneOff } from "../core/deploy/oneOff";
import type { ScaleWish } from "../core/deploy/standstill";
import type { EnvArguments, SecretArguments } from "./secretArguments";

const commandNames = [
  "plan",
  "deploy",
  "history",
  "rollback",
  "verify",
  "review",
  "diagnose",
  "metrics",
  "query",
  "destroy",
  "restart",
  "stop",
  "start",
  "scale",
  "run",
  "secret",
  "env",
  "logs",
  "sandbox",
] as const;
/** So many words a command takes, itself among them; one where it is not here. */
const mostWords: Readonly<Partial<Record<CommandName, number>>> = {
  secret: 4,
  env: 3,
  logs: 2,
  diagnose: 2,
  metrics: 2,
  query: 2,
  scale: 2,
  run: Infinity,
};

export type CommandName = (typeof commandNames)[number];

export interface Invocation {
  command: CommandName;
  choice: ConnectionChoice;
  request: RunRequest;
  yes: boolean;
  acceptChanges: boolean;
  /** With `yes`: what is there already and was made by somebody else is taken. */
  adopt: boolean;
  /** With `yes`: the name of a protected environment, or application. */
  confirm?: string;
  /** With `yes`: what outside of the folder the build may have, as it was named. */
  allowed: readonly string[];
  format: "text" | "json" | "junit" | "csv";
  logs?: LogsArguments;
  secret?: SecretArguments;
  env?: EnvArguments;
  diagnose?: DiagnoseArguments;
  metrics?: MetricsArguments;
  query?: QueryArguments;
  scale?: ScaleWish;
  oneOff?: OneOff;
  /** For a rollback: a number of the history, `family:revision` or a digest. */
  to?: string;
  /** Arguments of `slipway sandbox`, passed on as they are. */
  rest: string[];
}

export const usage = `Usage: slipway <command> [options]

  plan      say what a deployment would do, and do nothing
  deploy    build, push and roll out
  history   list the deployments: when, which revision, image and commit, by whom, and how each ended
  rollback  run an earlier revision again, without a build; while a rollout is under way, take that back
  verify    look at the guide's checklist, live
  diagnose  say what is wrong and what proves it: slipway diagnose [SERVICE]; without one, of the application
  metrics   requests, errors, latency, CPU, memory: slipway metrics [SERVICE]; without one, of the application
  query     ask the logs: slipway query FILE|TEXT, in the language of Logs Insights
  review    judge security groups and IAM of what runs
  destroy   remove what Slipway made
  restart   start the tasks of what runs again, as a deployment does: they read their secrets anew
  stop      have no task run, and nothing start one; what it was like is remembered
  start     start what was stopped, as it was, and watch until it answers
  scale     how many tasks run: slipway scale N; within which limits: --minimum A --maximum B
  run       a command in a task of what runs, its lines, its exit code: slipway run -- COMMAND ARGUMENT…
  secret    list; set NAME: make a secret or give it a new value; use NAME REFERENCE: name one that is there; check
  env       import FILE: variables of a .env file into the task definition, secrets into Secrets Manager
  logs      print and follow logs: slipway logs [SERVICE|GROUP]; without one, of the application
  validate  check task definitions: slipway validate FILE… [--format text|json|sarif]
  sandbox   run the local sandbox in the foreground

Options
  --config FILE          slipway.json, or the folder that holds it (default: this folder)
  --application NAME     the application, where slipway.json names several
  --environment NAME     a named environment of slipway.json
  --profile NAME         AWS profile (default: the environment's credentials, or AWS_PROFILE)
  --region NAME          AWS region
  --endpoint-url URL     another AWS-compatible endpoint
  --sandbox              the local sandbox, started where it does not run
  --yes                  take every default and ask nothing
  --confirm NAME         with --yes: the name of the environment, where slipway.json protects it
  --accept-changes       with --yes: go on although the live task definition was changed elsewhere
  --adopt                with --yes: take over what is there already under the application's names
  --allow-context DIR    with --yes: this build context may lie outside of the folder. May be said again
  --allow-file FILE      with --yes: this file (a secret, an SSH key) may. May be said again
  --rebuild              build although ECR has this source's image
  --format text|json     json: events as lines, the last one the result; for verify also junit

For an application that slipway.json does not name yet
  --dockerfile FILE  --context DIR  --target STAGE  --port N  --health-path PATH
  --name NAME  --desired-count N  --no-load-balancer  --build-arg NAME=VALUE
  --compose FILE         a service of a Compose file, by its build; the plan says what is not carried over
  --compose-service NAME which one, where several have a build

For rollback
  --to N                 a number of slipway history, FAMILY:REVISION, or an image's digest
                         (default: the last revision before this one that came to a good end)

For secret and env (a value comes from standard input or is typed unseen, and is never an argument)
  --from-stdin           read the value from standard input, also from a terminal
  --secret-name NAME     its name in Secrets Manager (default: slipway/APPLICATION/ENVIRONMENT/NAME)
  --kms-key KEY          a key of your own for a secret that is made
  --container NAME       the container that gets it (default: the application's)
  --secret NAME          env import: this one is a secret; --plain NAME: this one is none. May be said again

For scale
  --minimum N  --maximum N  within what scaling keeps the number of tasks

For diagnose and metrics
  --cluster NAME         the cluster of SERVICE (default: the application's)
  --task ID              one task of it, also one that has stopped (diagnose)

For query
  --group NAME           a log group instead of the application's. May be said again
  --since 1h  --until T  which time; a file's "# since:" and "# group:" count where they are not said
  --limit N              most rows; --format csv as for a spreadsheet

For metrics
  --since 1h             where to begin: a duration back or a time; --until where to end
  --watch                look again each minute, until Ctrl+C (exit code 130)

For logs
  --follow (-f)          go on with what comes, until Ctrl+C (exit code 130)
  --tail N (-n)          of that the last N lines; without --since, of all there is
  --since 15m            where to begin: a duration back, a time, or "deployment"; --until where to end
  --filter PATTERN       a CloudWatch filter pattern
  --task ID              one task, also one that has stopped; --container NAME one container
  --mode auto|liveTail|polling

Exit codes
  0 done   1 failed   2 wrong arguments or files   3 rolled back   4 consent missing   5 credentials   130 cancelled
`;

const options = {
  config: { type: "string" },
  application: { type: "string" },
  name: { type: "string" },
  environment: { type: "string" },
  profile: { type: "string" },
  region: { type: "string" },
  "endpoint-url": { type: "string" },
  sandbox: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
  confirm: { type: "string" },
  "accept-changes": { type: "boolean" },
  adopt: { type: "boolean" },
  "allow-context": { type: "string", multiple: true },
  "allow-file": { type: "string", multiple: true },
  rebuild: { type: "boolean" },
  format: { type: "string" },
  dockerfile: { type: "string" },
  compose: { type: "string" },
  "compose-service": { type: "string" },
  context: { type: "string" },
  target: { type: "string" },
  port: { type: "string" },
  "health-path": { type: "string" },
  "desired-count": { type: "string" },
  "no-load-balancer": { type: "boolean" },
  "build-arg": { type: "string", multiple: true },
  follow: { type: "boolean", short: "f" },
  tail: { type: "string", short: "n" },
  since: { type: "string" },
  until: { type: "string" },
  filter: { type: "string" },
  task: { type: "string" },
  cluster: { type: "string" },
  to: { type: "string" },
  watch: { type: "boolean" },
  minimum: { type: "string" },
  maximum: { type: "string" },
  group: { type: "string", multiple: true },
  limit: { type: "string" },
  container: { type: "string" },
  "from-stdin": { type: "boolean" },
  "secret-name": { type: "string" },
  "kms-key": { type: "string" },
  secret: { type: "string", multiple: true },
  plain: { type: "string", multiple: true },
  mode: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

function wholeNumber(text: string | undefined, name: string, minimum: number, maximum: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < minimum || value > maximum)
    throw usageError(`--${name} takes a whole number from ${minimum} to ${maximum}, not "${text}".`);
  return value;
}

/**
 * Reads the command line; "help" and "version" where these were asked for.
 * @param folderOf the folder and file that --config names
 */
export function parseInvocation(
  argv: readonly string[],
  folderOf: (config: string | undefined) => string,
): Invocation | "help" | "version" {
  const [first, ...after] = argv;
  if (first === "sandbox")
    return {
      command: "sandbox",
      choice: { kind: "sandbox" },
      request: { folder: "." },
      yes: false,
      acceptChanges: false,
      adopt: false,
      allowed: [],
      format: "text",
      rest: after,
    };
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.version) return "version";
  if (values.help || positionals.length === 0) return "help";
  const command = commandNames.find((name) => name === positionals[0]);
  if (command === "secret" || command === "env") refuseValues(positionals);
  const most = mostWords[command ?? "deploy"] ?? 1;
  if (!command || positionals.length > most)
    throw usageError(
      command ? `"${positionals[most]}" is one argument too many.` : `There is no command "${positionals[0]}".`,
    );
  const format = values.format ?? "text";
  const more = command === "verify" ? "junit" : command === "query" ? "csv" : undefined;
  if (format !== "text" && format !== "json" && format !== more)
    throw usageError(`--format is text or json${more === undefined ? "" : ` or ${more}`}, not "${format}".`);
  const endpoint = values["endpoint-url"];
  if (endpoint !== undefined && !URL.canParse(endpoint))
    throw usageError(`--endpoint-url takes a URL, not "${endpoint}".`);
  const place = {
    ...(values.region === undefined ? {} : { region: values.region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const choice: ConnectionChoice = values.sandbox
    ? { kind: "sandbox" }
    : values.profile === undefined
      ? { kind: "environment", ...place }
      : { kind: "profile", profile: values.profile, ...place };
  if (values.to !== undefined && command !== "rollback") throw usageError("--to goes with rollback.");
  const answers = answersFrom(values);
  const name = values.application ?? values.name;
  const request: RunRequest = {
    folder: folderOf(values.config),
    ...(name === undefined ? {} : { application: name }),
    ...(values.environment === undefined ? {} : { environment: values.environment }),
    ...(values.dockerfile === undefined ? {} : { dockerfile: values.dockerfile }),
    ...composeFrom(values),
    ...(values.rebuild ? { rebuild: true } : {}),
    ...(Object.keys(answers).length ? { answers } : {}),
  };
  return {
    command,
    choice,
    request,
    yes: values.yes ?? false,
    ...(values.confirm === undefined ? {} : { confirm: values.confirm }),
    acceptChanges: values["accept-changes"] ?? false,
    adopt: values.adopt ?? false,
    allowed: [...(values["allow-context"] ?? []), ...(values["allow-file"] ?? [])],
    format,
    rest: [],
    ...(values.to === undefined ? {} : { to: values.to }),
    ...(command === "diagnose" ? { diagnose: diagnoseFrom(values, positionals[1]) } : {}),
    ...(command === "run" ? { oneOff: oneOffFrom(values, positionals.slice(1)) } : {}),
    ...(command === "scale" ? { scale: scaleFrom(values, positionals.slice(1)) } : {}),
    ...(command === "query" ? { query: queryFrom(values, positionals[1]) } : {}),
    ...(command === "metrics" ? { metrics: metricsFrom(values, positionals[1]) } : {}),
    ...(command === "logs" ? { logs: logsFrom(values, positionals[1]) } : {}),
    ...(command === "secret" ? { secret: secretFrom(values, positionals.slice(1)) } : {}),
    ...(command === "env" ? { env: envFrom(values, positionals.slice(1)) } : {}),
  };
}

type Values = { [K in keyof typeof options]?: string | boolean | string[] | undefined };

function diagnoseFrom({ cluster, task }: Values, service: string | undefined): DiagnoseArguments {
  if (typeof cluster === "string" && service === undefined)
    throw usageError("--cluster goes with a service: slipway diagnose SERVICE --cluster NAME.");
  return {
    ...(service === undefined ? {} : { service }),
    ...(typeof cluster === "string" ? { cluster } : {}),
    ...(typeof task === "string" ? { task } : {}),
  };
}

/** What somebody may have put there is not repeated. */
function refuseValues([command, action, name, ...more]: readonly string[]): void {
  const most = command === "env" || action === "use" ? 1 : 0;
  if (more.length > (action === "use" ? most : 0) || (name?.includes("=") ?? false))
    throw usageError(
      "A secret's value is no argument: it would stand in the shell's history and in the list of processes. " +
        "If one stood there just now, give the secret a new value.",
    );
}

const textOf = (value: Values[keyof Values]): string | undefined => (typeof value === "string" ? value : undefined);

function secretFrom(values: Values, [action, name, reference]: readonly string[]): SecretArguments {
  const container = textOf(values.container);
  if (action === "list" || action === "check") return { action };
  if (action === "set" && name !== undefined)
    return {
      action,
      name,
      container,
      secret: textOf(values["secret-name"]),
      key: textOf(values["kms-key"]),
      fromStdin: values["from-stdin"] === true,
    };
  if (action === "use" && name !== undefined && reference !== undefined) return { action, name, reference, container };
  throw usageError("Say what: slipway secret list, set NAME, use NAME REFERENCE, or check.");
}

function envFrom(values: Values, [action, file]: readonly string[]): EnvArguments {
  if (action !== "import" || file === undefined) throw usageError("Say which file: slipway env import FILE.");
  const names = (key: "secret" | "plain"): readonly string[] => (values[key] as string[] | undefined) ?? [];
  return { file, secrets: names("secret"), plain: names("plain"), container: textOf(values.container) };
}

function logsFrom(values: Values, what: string | undefined): LogsArguments {
  const mode = values.mode ?? "auto";
  if (mode !== "auto" && mode !== "liveTail" && mode !== "polling")
    throw usageError(`--mode is auto, liveTail or polling, not "${String(mode)}".`);
  const texts = (["since", "until", "filter", "task", "container"] as const).flatMap((name) =>
    typeof values[name] === "string" ? [[name, values[name]] as const] : [],
  );
  if (values.follow && values.until !== undefined)
    throw usageError("--until ends where --follow goes on: say one of them.");
  const lines = wholeNumber(typeof values.tail === "string" ? values.tail : undefined, "tail", 1, 10_000);
  return {
    follow: values.follow === true,
    ...(lines === undefined ? {} : { lines }),
    mode,
    ...Object.fromEntries(texts),
    ...(what === undefined ? {} : { what }),
  };
}

function composeFrom({ compose: file, "compose-service": service, dockerfile }: Values): Pick<RunRequest, "compose"> {
  if (typeof file !== "string") {
    if (service === undefined) return {};
    throw usageError("--compose-service goes with a file: --compose FILE --compose-service NAME.");
  }
  if (dockerfile !== undefined) throw usageError("--compose says which Dockerfile it is: leave --dockerfile out.");
  return { compose: { file, ...(typeof service === "string" ? { service } : {}) } };
}

function answersFrom(values: Values): ApplicationConfig {
  const text = (name: keyof typeof options) => (typeof values[name] === "string" ? values[name] : undefined);
  const port = wholeNumber(text("port"), "port", 1, 65535);
  const desiredCount = wholeNumber(text("desired-count"), "desired-count", 0, 5000);
  const healthPath = text("health-path");
  const [context, target] = [text("context"), text("target")];
  const pairs = (values["build-arg"] as string[] | undefined)?.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw usageError(`--build-arg takes NAME=VALUE, not "${pair}".`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return {
    ...(port === undefined ? {} : { port }),
    ...(desiredCount === undefined ? {} : { desiredCount }),
    ...(healthPath === undefined ? {} : { healthCheck: { path: healthPath } }),
    ...(context === undefined ? {} : { context }),
    ...(target === undefined ? {} : { target }),
    ...(values["no-load-balancer"] ? { loadBalancer: false } : {}),
    ...(pairs ? { buildArguments: Object.fromEntries(pairs) } : {}),
  };
}
