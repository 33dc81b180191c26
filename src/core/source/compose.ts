import { parse } from "yaml";
import type { ApplicationConfig } from "../app/schema";
import { SlipwayError } from "../base/errors";

/** One service of a Compose file that has a `build:`. */
export interface ComposeService {
  name: string;
  /** What of it becomes an application's settings; paths are relative to the workspace folder. */
  settings: ApplicationConfig & { dockerfile: string };
  /** What a deployment does not take over, in the Compose file's own words. */
  notCarriedOver: string[];
}

/** Members of a service that Slipway takes over, or that mean nothing on Fargate. */
const carried: ReadonlySet<string> = new Set(["build", "image", "ports", "expose", "container_name", "restart"]);

type Scalar = string | number | boolean | null | undefined;

interface RawService {
  build?:
    | string
    | {
        context?: string;
        dockerfile?: string;
        target?: string;
        args?: Record<string, Scalar> | string[];
        [more: string]: unknown;
      };
  ports?: (string | number | { target?: number })[];
  expose?: (string | number)[];
  [more: string]: unknown;
}

/**
 * Reads a Compose file for what can be deployed of it.
 * @param folder the file's folder, relative to the workspace folder; empty for the folder itself
 */
export function readCompose(content: string, folder: string): ComposeService[] {
  let document: { services?: Record<string, RawService | null> } | null;
  try {
    document = parse(content) as typeof document;
  } catch (error) {
    throw new SlipwayError({
      code: "InvalidCompose",
      summary: `The Compose file is not valid YAML: ${(error as Error).message.split("\n")[0]}`,
      remedy: "Fix it and try again.",
      actions: [],
    });
  }
  return Object.entries(document?.services ?? {}).flatMap(([name, service]) =>
    service?.build === undefined ? [] : [serviceFrom(name, service, folder)],
  );
}

function serviceFrom(name: string, service: RawService, folder: string): ComposeService {
  const build = typeof service.build === "string" ? { context: service.build } : (service.build ?? {});
  const context = join(folder, build.context ?? ".");
  const args = argumentsOf(build.args);
  const port = portOf(service);
  return {
    name,
    settings: {
      dockerfile: join(context, build.dockerfile ?? "Dockerfile"),
      context,
      ...(build.target === undefined ? {} : { target: build.target }),
      ...(args ? { buildArguments: args } : {}),
      ...(port === undefined ? {} : { port }),
    },
    notCarriedOver: Object.keys(service).filter((key) => !carried.has(key)),
  };
}

function argumentsOf(args: Record<string, Scalar> | string[] | undefined): Record<string, string> | undefined {
  if (!args) return undefined;
  const pairs = Array.isArray(args)
    ? args.map((item) => item.split(/=(.*)/s).slice(0, 2))
    : Object.entries(args).map(([key, value]) => [key, String(value ?? "")]);
  // An argument without a value is taken from the environment, which a deployment does not have.
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2 && pair[1] !== undefined)) as Record<
    string,
    string
  >;
}

/** The container's side of the first published port. */
function portOf(service: RawService): number | undefined {
  const first = service.ports?.[0] ?? service.expose?.[0];
  const text = typeof first === "object" ? String(first.target ?? "") : String(first ?? "");
  const port = Number.parseInt(text.split("/")[0]?.split(":").at(-1) ?? "", 10);
  return Number.isInteger(port) ? port : undefined;
}

/** Joins two relative paths with forward slashes; `.` for the folder itself. */
function join(folder: string, name: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${name}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/") || ".";
}
