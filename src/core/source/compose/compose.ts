import type { ApplicationConfig } from "../../app/schema";
import { looksSecret } from "../../base/looksSecret";
import { errorCode, isSlipwayError, SlipwayError } from "../../base/errors";
import type { Workspace } from "../../ports/machine";
import type { Lookup } from "./interpolate";
import { ComposeLoader } from "./load";
import { isAbsolutePath, isRemoteContext, joinPath } from "./paths";
import { readProject, type BuiltService } from "./project";
import { ComposeProblem } from "./values";

/** One service of a Compose file that has a `build:`. */
export interface ComposeService {
  name: string;
  /** What of it becomes an application's settings; paths are relative to the workspace folder. */
  settings: ApplicationConfig & { dockerfile: string };
  /** What a deployment does not take over, in the Compose file's own words: `volumes`, `build.secrets`. */
  notCarriedOver: string[];
  /** Why it cannot be deployed from here; absent where it can. */
  problem?: { code: string; summary: string; remedy: string };
}

/** Which service of which Compose file is meant. */
export interface ComposeRequest {
  /** Relative to the workspace folder. */
  file: string;
  /** May be absent where the file has one service with a build. */
  service?: string;
}

const folderOfFile = (file: string): string => joinPath(".", file.replace(/[^/]*$/, "") || ".");

/**
 * Reads a Compose file, with what it extends, includes and is overridden by, for what can be deployed of it. By the
 * Compose Specification and without `docker compose`: so it says the same on every machine.
 * @param file relative to the workspace folder
 * @param environment the process's variables; `.env` beside the file is read too
 */
export async function readCompose(
  workspace: Pick<Workspace, "read" | "root">,
  file: string,
  environment: Lookup,
): Promise<ComposeService[]> {
  const folder = folderOfFile(file);
  const loader = new ComposeLoader({
    environment,
    read: async (name) => {
      try {
        return await workspace.read(isAbsolutePath(name) ? name : joinPath(folder, name));
      } catch (error) {
        // What leads out of the folder, or is no file, says so itself.
        if (isSlipwayError(error)) throw error;
        throw new ComposeProblem(`${name} cannot be read (${errorCode(error) || String(error)})`);
      }
    },
  });
  try {
    const { services } = await readProject(file.split("/").at(-1) ?? file, loader);
    return services.map((service) => composeService(service, folder, workspace.root));
  } catch (error) {
    if (!(error instanceof ComposeProblem)) throw error;
    const at = error.file === undefined ? file : isAbsolutePath(error.file) ? error.file : joinPath(folder, error.file);
    const line = error.line;
    throw new SlipwayError({
      code: "InvalidCompose",
      summary: `${at}${line === undefined ? "" : `, line ${line + 1}`} cannot be used: ${error.message}.`,
      remedy: "Fix the Compose file and try again; nothing was changed.",
      actions: [],
      ...(line === undefined ? {} : { location: { file: at, line } }),
    });
  }
}

/** The service that is meant, ready to be deployed. Fails where it is not there, not clear or cannot be built. */
export async function chosenService(
  workspace: Pick<Workspace, "read" | "root">,
  { file, service: name }: ComposeRequest,
  environment: Lookup,
): Promise<ComposeService> {
  const services = await readCompose(workspace, file, environment);
  const [first, second] = services;
  const chosen = name === undefined ? (second ? undefined : first) : services.find((each) => each.name === name);
  if (!chosen)
    throw new SlipwayError({
      code: "WhichComposeService",
      summary:
        first === undefined
          ? `No service of ${file} has a build, so there is nothing to deploy.`
          : name === undefined
            ? `${file} has several services with a build.`
            : `${file} has no service ${name} with a build.`,
      evidence: first ? [`It has: ${services.map((each) => each.name).join(", ")}.`] : [],
      remedy: first ? "Say which service." : "Services with an image alone run what others built.",
      actions: [],
    });
  if (chosen.problem) throw new SlipwayError({ ...chosen.problem, actions: [] });
  return chosen;
}

function composeService(service: BuiltService, folder: string, root: string): ComposeService {
  const context = isRemoteContext(service.context)
    ? service.context
    : inWorkspace(service.context || ".", folder, root);
  const dockerfile =
    service.dockerfile === null || isRemoteContext(service.context)
      ? "Dockerfile"
      : inWorkspace(service.dockerfile, folder, root);
  const args = Object.entries(service.args);
  const secret = args.filter(([name, value]) => looksSecret(name, value)).map(([name]) => name);
  const carried = args.filter(([name]) => !secret.includes(name));
  const { port } = service;
  const problem = problemOf(service, context, dockerfile);
  return {
    name: service.name,
    settings: {
      dockerfile,
      context,
      ...(service.target === undefined ? {} : { target: service.target }),
      ...(carried.length ? { buildArguments: Object.fromEntries(carried) } : {}),
      ...(port === null || port < 1 || port > 65_535 ? {} : { port }),
    },
    notCarriedOver: [
      ...service.notCarriedOver,
      ...service.buildMembersNotCarriedOver.map((name) => `build.${name}`),
      // slipway.json is committed, and an argument stands in the image: no place for what looks like a secret.
      ...[...secret, ...service.unsetArguments].map((name) => `build.args.${name}`),
    ],
    ...(problem ? { problem } : {}),
  };
}

/** A path of the Compose file from the workspace folder; one that leads out of it stays absolute or keeps its `..`. */
function inWorkspace(path: string, folder: string, root: string): string {
  if (!isAbsolutePath(path)) return joinPath(folder, path);
  const base = root.replaceAll("\\", "/").replace(/\/+$/, "");
  const whole = joinPath(".", path.replaceAll("\\", "/"));
  if (whole === base) return ".";
  return whole.startsWith(`${base}/`) ? whole.slice(base.length + 1) : whole;
}

const isOutside = (path: string): boolean => isAbsolutePath(path) || path === ".." || path.startsWith("../");

function problemOf(service: BuiltService, context: string, dockerfile: string): ComposeService["problem"] {
  const { name } = service;
  if (isRemoteContext(context))
    return {
      code: "ComposeRemoteContext",
      summary: `The service ${name} is built from ${context}, which is not in this folder.`,
      remedy: "Check that repository out, open its folder, and deploy its Dockerfile.",
    };
  const outside = [context, dockerfile].find(isOutside);
  if (outside !== undefined)
    return {
      code: "ComposeOutsideWorkspace",
      summary: `The service ${name} is built from ${outside}, which is outside of this folder.`,
      remedy: "Open a folder that holds it too, and deploy from there.",
    };
  if (service.dockerfile === null)
    return {
      code: "ComposeInlineDockerfile",
      summary: `The Dockerfile of the service ${name} stands in the Compose file (dockerfile_inline).`,
      remedy: 'Save it as a file, name that in "dockerfile", and deploy again.',
    };
  return undefined;
}
