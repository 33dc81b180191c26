/** What of a build's inputs is on this machine: folders, files, and values that are not to be printed. */
import { SlipwayError } from "../core/base/errors";
import type { BuildRequest } from "../core/ports/machine";
import { absolutePath, placeOf, readRegular } from "../machine/workspaceFiles";
import { cachePaths, isFolder, pathOfContext } from "../core/base/buildPaths";
import type { BuildPaths } from "./commands";
import { masking } from "./mask";

export interface LocalInputs {
  paths: Pick<BuildPaths, "contexts" | "stored" | "ssh">;
  /** A line that was printed, without the values of secrets. */
  mask: (line: string) => string;
}

/** A secret is a token or a key: what is larger is not looked for in the output. */
const largest = 64 * 1024;

export async function buildInputs(
  { arguments: values, secrets = {}, ssh = [], contexts = {}, allowed = [], ...caches }: BuildRequest,
  root: string,
  storedSecret: ((id: string) => Promise<string | undefined>) | undefined,
): Promise<LocalInputs> {
  // Asked once more: since the plan a link may lead elsewhere.
  const demand = async (name: string) => {
    const { real, isInside } = await placeOf(root, name);
    if (!isInside && !allowed.includes(real)) throw outsideBuild(name, real);
  };
  const stored = new Map<string, string>();
  const hidden: string[] = [];
  for (const [id, place] of Object.entries(secrets)) {
    if (place.kind === "file") await demand(place.path);
    const value =
      place.kind === "environment"
        ? process.env[place.name]
        : place.kind === "file"
          ? await readSmall(place.path)
          : await storedSecret?.(id);
    if (value === undefined && place.kind === "stored") throw gone(id);
    if (value === undefined) continue;
    hidden.push(value);
    // An argument of the variable's name has a value of its own in the child's environment.
    const isHidden = place.kind === "environment" && Object.hasOwn(values, place.name);
    if (place.kind === "stored" || isHidden) stored.set(id, value);
  }
  const folders = Object.entries(contexts)
    .filter(([, context]) => isFolder(context))
    .map(([name, context]) => [name, absolutePath(root, context)] as const);
  const agents = ssh.map((agent) => agent.replace(/=(.+)$/, (_all, file: string) => `=${absolutePath(root, file)}`));
  const keys = agents.flatMap((agent) => /=(.+)$/.exec(agent)?.[1] ?? []);
  const cached = cachePaths([...(caches.cacheFrom ?? []), ...(caches.cacheTo ?? [])]);
  const given = Object.values(contexts).flatMap((context) => pathOfContext(context) ?? []);
  for (const each of [...given, ...keys, ...cached]) await demand(each);
  return { paths: { contexts: Object.fromEntries(folders), stored, ssh: agents }, mask: masking(hidden) };
}

async function readSmall(file: string): Promise<string | undefined> {
  return (await readRegular(file, file, largest).catch(() => undefined))?.toString();
}

/** What the build would get and nobody agreed to. */
export const outsideBuild = (name: string, real: string): SlipwayError =>
  new SlipwayError({
    code: "OutsideWorkspace",
    summary: `${name} is outside of the workspace folder, and nobody agreed that the build gets it.`,
    evidence: [`It leads to ${real}.`],
    remedy: "Deploy again: the plan names it and asks.",
    actions: ["retry"],
  });

const gone = (id: string): SlipwayError =>
  new SlipwayError({
    code: "BuildSecretMissing",
    summary: `The build needs the secret "${id}", and it is no longer stored.`,
    remedy: "Deploy again: it is asked for.",
    actions: ["retry"],
  });
