/** Finds what the neighbours of a definition say: slipway.json, the Dockerfile, a workflow that fills the image in. */
import { configFileName, parseConfig } from "../../app/app";
import { readDockerfile } from "../../source/dockerfile";
import { webPort } from "../../source/webPort";
import type { Surroundings } from "../document/task";

/** The folders around a file, and how they are read; paths have forward slashes. */
export interface Neighbourhood {
  /** The definition's own path. */
  file: string;
  /** Its folder and those above it, the nearest first, up to the workspace's. */
  folders: readonly string[];
  read(path: string): Promise<string | undefined>;
  /** Names of the files of a folder; empty when it is not there. */
  list(folder: string): Promise<string[]>;
}

/** Folders above the definition's in which a Dockerfile is still taken for its own. */
const dockerfileReach = 2;

/** Reads what there is; what cannot be read or understood says nothing. */
export async function surroundingsOf(place: Neighbourhood): Promise<Surroundings> {
  const found: Surroundings = { imageIsRendered: await isRendered(place) };
  for (const folder of place.folders) {
    const text = await place.read(`${folder}/${configFileName}`);
    if (text === undefined) continue;
    const application = applicationOf(text, folder, place.file);
    if (!application) break;
    const { name, entry } = application;
    found.slipway = {
      container: entry.container ?? name,
      ...(entry.container === undefined ? { isAssumed: true } : {}),
      file: configFileName,
      application: name,
      ...(entry.port === undefined ? {} : { port: entry.port }),
    };
    await addDockerfile(
      place,
      found,
      `${folder}/${entry.dockerfile ?? "Dockerfile"}`,
      entry.buildArguments,
      entry.target,
    );
    return found;
  }
  for (const folder of place.folders.slice(0, dockerfileReach))
    if (await addDockerfile(place, found, `${folder}/Dockerfile`)) break;
  return found;
}

function applicationOf(text: string, folder: string, file: string) {
  try {
    const entries = Object.entries(parseConfig(text).applications);
    const match = entries.find(
      ([, entry]) => normal(`${folder}/${entry.taskDefinition ?? "task-definition.json"}`) === normal(file),
    );
    return match && { name: match[0], entry: match[1] };
  } catch {
    // slipway.json has its own schema and its own complaints.
    return undefined;
  }
}

/** Without `.`, `..` and doubled slashes. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

async function addDockerfile(
  place: Neighbourhood,
  found: Surroundings,
  path: string,
  buildArguments?: Record<string, string>,
  target?: string,
): Promise<boolean> {
  const text = await place.read(path);
  if (text === undefined) return false;
  const facts = readDockerfile(text, buildArguments ?? {}, target);
  const likely = webPort(facts)?.port;
  // The likely one first: it is what a fix offers.
  const tcp = facts.ports
    .filter((port) => port.protocol === "tcp")
    .sort((one, other) => Number(other.port === likely) - Number(one.port === likely));
  found.dockerfile = {
    file: path.slice(path.lastIndexOf("/") + 1),
    path,
    ports: tcp.map(({ port, line }) => ({ port, line })),
  };
  return true;
}

/** A workflow that names both this file and GitHub's render action. */
async function isRendered(place: Neighbourhood): Promise<boolean> {
  const name = place.file.slice(place.file.lastIndexOf("/") + 1);
  for (const folder of place.folders) {
    const workflows = `${folder}/.github/workflows`;
    for (const entry of (await place.list(workflows)).filter((item) => /\.ya?ml$/.test(item)).slice(0, 50)) {
      const text = await place.read(`${workflows}/${entry}`);
      if (text?.includes("amazon-ecs-render-task-definition") && text.includes(name)) return true;
    }
  }
  return false;
}
