import { stat } from "node:fs/promises";
import path from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { readWorkspaceFile } from "../machine/workspaceFiles";
import { engineElsewhere, SlipwayError } from "../core/base/errors";

/** What was built, for the words of a failure; `context` is relative to `root`. */
export interface FailedBuild {
  root: string;
  dockerfile: string;
  context: string;
}

/** A failed build with the line of the Dockerfile that failed, for the Problems panel. */
export async function buildFailure(
  tail: readonly string[],
  { root, dockerfile: name, context }: FailedBuild,
): Promise<SlipwayError> {
  const missing = missingSource(tail);
  const text = (await readWorkspaceFile(root, name, { also: context, lenient: true }).catch(() => "")) ?? "";
  const line = failingLine(tail, text);
  const unavailable =
    /pull access denied|failed to resolve source metadata|manifest (for .*)?not found|no such host|TLS handshake timeout/i.exec(
      tail.join("\n"),
    );
  const needsBuildKit = /requires BuildKit|buildx component is missing/i.test(tail.join("\n"));
  const noSpace = /no space left on device/i.test(tail.join("\n"));
  const reason =
    tail.findLast((item) => /error|failed|returned a non-zero code|denied|not found/i.test(item)) ?? tail.at(-1) ?? "";
  return new SlipwayError({
    code: "BuildFailed",
    summary: `The image could not be built${line === undefined ? "" : `: line ${line + 1} of ${name} failed`}.`,
    quotes: [...tail],
    evidence: [reason, ...tail.slice(-12)].filter((item, index, all) => all.indexOf(item) === index),
    remedy: noSpace
      ? "The engine's disk is full: remove what it no longer needs (docker system prune)."
      : needsBuildKit
        ? "That syntax needs BuildKit: install the docker client's buildx plugin (docker buildx version shows it)."
        : unavailable
          ? "The base image cannot be fetched: check its name, the network, and that you are logged in to its registry."
          : missing === undefined
            ? "Fix that line; what the build printed is in the log."
            : await whereItIs(root, context, missing),
    actions: [...(missing === undefined ? [] : ["openConfig" as const]), "openDockerfile", "showLog", "retry"],
    ...(line === undefined ? {} : { location: { file: name, line } }),
  });
}

/** How builders say that a source of COPY or ADD is not there. */
const missingPatterns = [
  /failed to calculate checksum of ref [^"]*"\/?([^"]+)": not found/,
  /failed to compute cache key:.*"\/?([^"]+)" ?(?:: )?not found/,
  /(?:COPY|ADD) failed: (?:file not found in build context or excluded by \.dockerignore: )?(?:l?stat) (?:\/\S*?\/docker-builder\d+\/)?([^:]+): (?:file does not exist|no such file or directory)/,
  /forbidden path outside the build context: (\S+)/,
  /copier: stat: "\/?([^"]+)": no such file or directory/,
];

/** The source that a builder did not find, relative to the context. */
export function missingSource(tail: readonly string[]): string | undefined {
  const output = tail.join("\n");
  return missingPatterns.map((pattern) => pattern.exec(output)?.[1]).find((found) => found !== undefined);
}

/** What was looked for where, and where there is one. */
async function whereItIs(root: string, context: string, source: string): Promise<string> {
  const isThere = (folder: string) =>
    stat(path.resolve(root, folder, source)).then(
      () => true,
      () => false,
    );
  const whole = (folder: string) => (folder === "." || folder === "" ? "the workspace folder" : folder);
  const looked = `${source} was looked for in the build context, which is ${whole(context)}`;
  if (await isThere(context))
    return `${looked}. It is there, so .dockerignore leaves it out: take it back with !${source}.`;
  const parts = path.posix
    .normalize(context)
    .split("/")
    .filter((part) => part !== "." && part !== "");
  for (let depth = parts.length - 1; depth >= 0; depth--) {
    const folder = parts.slice(0, depth).join("/") || ".";
    if (await isThere(folder))
      return `${looked}. There is one in ${whole(folder)}: set "context": "${folder}" in slipway.json, or correct the path.`;
  }
  return `${looked}; it is not there. Correct the path, or set "context" in slipway.json to the folder that has it.`;
}

/** The failing line, from zero, out of what either builder prints; undefined when it does not say. */
export function failingLine(tail: readonly string[], dockerfile: string): number | undefined {
  const output = tail.join("\n");
  const buildkit =
    /(?:^|\s)\S*:(\d+)\n-{5,}/m.exec(output) ??
    /dockerfile parse error on line (\d+)/i.exec(output) ??
    /Dockerfile:(\d+)/.exec(output);
  if (buildkit) return Number(buildkit[1]) - 1;
  // The classic builder numbers its steps; BuildKit without line numbers heads the failed one with " > [2/5] RUN …:".
  const step = tail
    .map((item) => /^Step \d+\/\d+ : (.*)$/.exec(item) ?? /^ > \[(?:\S+ )*\d+\/\d+\] (.*):$/.exec(item))
    .findLast((match) => match !== null);
  const said = step?.[1] && plain(step[1]);
  if (!said) return undefined;
  const lines = dockerfile.split(/\r?\n/);
  // The engine prints an instruction on one line, whatever continuations it had.
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const { start, end } = instruction.getRange();
    if (
      plain(
        lines
          .slice(start.line, end.line + 1)
          .filter((line) => !/^\s*#/.test(line))
          .join(" ")
          .replace(/\\(\s|$)/g, " "),
      ) === said
    )
      return start.line;
  }
  return undefined;
}

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

/** What a registry or the engine says, and what it means. Texts as docker prints them. */
const registryPatterns: readonly { pattern: RegExp; code: string; summary: string; remedy: string }[] = [
  {
    pattern: /no basic auth credentials|authorization token has expired|401 Unauthorized|authentication required/i,
    code: "RegistryLoginExpired",
    summary: "The registry does not accept the login any more.",
    remedy: "Try again: Slipway fetches a new token (they live twelve hours).",
  },
  {
    pattern: /name unknown|does not exist in the registry/i,
    code: "RepositoryMissing",
    summary: "The repository is not there any more.",
    remedy: "Deploy again: Slipway makes it anew.",
  },
  {
    pattern: /tag invalid|tag is immutable|repository is immutable/i,
    code: "TagImmutable",
    summary: "The repository lets no tag be overwritten, and this one exists.",
    remedy: "Set immutableTags in slipway.json, so that latest is left out.",
  },
  {
    pattern: /\bdenied\b|403 Forbidden|not authorized/i,
    code: "PushDenied",
    summary: "You may not push to this repository.",
    remedy:
      "Ask for ecr:InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload, PutImage and " +
      "BatchCheckLayerAvailability.",
  },
  {
    pattern: /Cannot connect to the Docker daemon|Is the docker daemon running/i,
    code: "EngineNotRunning",
    summary: "The container engine stopped answering.",
    remedy: "Start it, then try again.",
  },
  {
    pattern: /no space left on device/i,
    code: "NoSpace",
    summary: "The disk is full.",
    remedy: "Remove what the engine no longer needs (docker system prune).",
  },
];

/** How clients say that the engine behind them went away: the connection to it, and never one to a registry. */
const lostConnection = [
  /Cannot connect to the Docker daemon|Is the docker daemon running|error during connect:/i,
  /(unable|cannot) (to )?connect to Podman|cannot access containerd socket/i,
  /rpc error: code = Unavailable desc = (error reading|connection error|transport|keepalive|closing)|error reading from server: EOF|transport is closing/i,
  /dial unix \S+: |(docker|podman|containerd|buildkitd|finch)\S*\.sock\S*"?:? .*(EOF|refused|reset|broken pipe|no such file)/i,
  /^(error: )?(unexpected )?EOF$/i,
];
/** Of a run that was cut off, what is printed last. */
const lastLines = 3;

/** Whether the last words of a client are that its engine went away. What a build's own commands print is further up. */
export function lostEngine(tail: readonly string[]): boolean {
  const last = tail.filter((line) => line.trim() !== "" && !/^#\d+ /.test(line)).slice(-lastLines);
  return last.some((line) => lostConnection.some((pattern) => pattern.test(line.trim())));
}

/** The engine, or the program that talks to it, was ended in the middle of something. */
export function engineStopped(
  what: "build" | "push" | "login",
  tail: readonly string[],
  killed?: NodeJS.Signals,
): SlipwayError {
  const said = tail.filter((line) => line.trim() !== "").slice(-4);
  return new SlipwayError({
    code: "EngineNotRunning",
    summary: killed
      ? `The container engine's program was ended by ${killed} in mid-${what}.`
      : `The container engine stopped in mid-${what}.`,
    evidence: said,
    quotes: said,
    remedy: killed
      ? "Another program or the system (memory that ran out) ended it. Try again: what was done is not done twice."
      : "Start it, then try again: what was done is not done twice. If it stops again, its own log says why (memory, disk).",
    actions: ["startEngine", "retry", "showLog"],
  });
}

/** A registry, or the way to it, that may be there again in a moment. */
const passing =
  /connection refused|connection reset|i\/o timeout|no route to host|network is unreachable|no such host|temporary failure in name resolution|server misbehaving|TLS handshake timeout|deadline exceeded|Client\.Timeout|request canceled|\bEOF\b|broken pipe|(50[0234]|429)\b.*(Bad Gateway|Service Unavailable|Gateway Time-?out|Internal Server Error|Too Many Requests)|unexpected (HTTP )?status.*\b(429|50[0234])\b/i;

/** Nothing listens any more where the registry of this machine was. */
function registryGone(target: string, said: string[]): SlipwayError {
  const registry = target.split("/")[0] ?? target;
  return new SlipwayError({
    code: "RegistryGone",
    summary: `Nothing listens at ${registry} any more: the registry of the local endpoint has ended.`,
    evidence: said,
    quotes: said,
    remedy: "Start the endpoint again, then deploy again.",
    actions: ["retry", "chooseConnection", "showLog"],
    transient: true,
  });
}

/** Hosts that are another one for each machine. */
export const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/;

/**
 * A refused login or push, in words.
 * @param target the registry or image
 * @param listens whether something listens there, seen from this process
 */
export function pushFailure(
  tail: readonly string[],
  target: string,
  what: "login" | "push",
  listens = true,
): SlipwayError {
  const output = tail.join("\n");
  const evidence = tail.filter((line) => line.trim() !== "").slice(-4);
  if (
    loopback.test(target) &&
    /connection refused|i\/o timeout|no route to host|network is unreachable|dial tcp|deadline exceeded|EOF/i.test(
      output,
    )
  ) {
    return listens ? engineElsewhere(evidence) : registryGone(target, evidence);
  }
  const known = registryPatterns.find((item) => item.pattern.test(output));
  if (known)
    return new SlipwayError({
      code: known.code,
      summary: known.summary,
      evidence,
      quotes: evidence,
      remedy: known.remedy,
      actions: ["retry", "showLog"],
    });
  return new SlipwayError({
    code: what === "login" ? "LoginFailed" : "PushFailed",
    summary:
      what === "login" ? `The engine could not log in to ${target}.` : `The image could not be pushed to ${target}.`,
    evidence,
    quotes: evidence,
    remedy: "Check the network and the proxy of the engine, then try again: layers that arrived are not sent twice.",
    actions: ["retry", "showLog"],
    ...(passing.test(output) ? { transient: true } : {}),
  });
}
