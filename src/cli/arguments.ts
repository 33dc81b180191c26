import { parseArgs } from "node:util";
import type { ApplicationConfig } from "../core/app/schema";
import type { ConnectionChoice } from "../core/base/connection";
import type { RunRequest } from "../core/api";
import type { DiagnoseArguments } from "./diagnose";
import type { LogsArguments } from "./logs";
import { metricsFrom, queryFrom, type MetricsArguments, type QueryArguments } from "./figuresArguments";
import { promoteFrom, runFrom, scaleFrom, type PromoteArguments } from "./operationArguments";
import { usageError } from "./usage";
import type { OneOff } from "../core/deploy/oneOff";
import type { ScaleWish } from "../core/deploy/standstill";
import type { EnvArguments, SecretArguments } from "./secretArguments";

const commandNames = [
  "plan",
  "deploy",
  "history",
  "rollback",
  "promote",
  "environments",
  "continue",
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
  "schedules",
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
  /** The schedule whose command is run now. */
  schedule?: string;
  /** For a rollback: a number of the history, `family:revision` or a digest. */
  to?: string;
  promote?: PromoteArguments;
  /** Arguments of `slipway sandbox`, passed on as they are. */
  rest: string[];
}

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
  from: { type: "string" },
  "from-profile": { type: "string" },
  watch: { type: "boolean" },
  minimum: { type: "string" },
  maximum: { type: "string" },
  group: { type: "string", multiple: true },
  limit: { type: "string" },
  container: { type: "string" },
  schedule: { type: "string" },
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
  if ((values.from ?? values["from-profile"]) !== undefined && command !== "promote")
    throw usageError("--from and --from-profile go with promote.");
  if (values.schedule !== undefined && command !== "run") throw usageError("--schedule goes with run.");
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
    ...(command === "promote" ? { promote: promoteFrom(values) } : {}),
    ...(command === "diagnose" ? { diagnose: diagnoseFrom(values, positionals[1]) } : {}),
    ...(command === "run" ? runFrom(values, positionals.slice(1)) : {}),
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
