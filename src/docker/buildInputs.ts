/** What of a build's inputs is on this machine: folders, files, and values that are not to be printed. */
import { readFile, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { SlipwayError } from "../core/base/errors";
import type { BuildRequest } from "../core/ports/machine";
import type { BuildPaths } from "./commands";
import { masking } from "./mask";

export interface LocalInputs {
  paths: Pick<BuildPaths, "contexts" | "stored" | "ssh">;
  /** A line that was printed, without the values of secrets. */
  mask: (line: string) => string;
}

const isFolder = (context: string): boolean => !/^[a-z][\w+.-]*:\/\//i.test(context) && !/^git@/.test(context);
/** A secret is a token or a key: what is larger is not looked for in the output. */
const largest = 64 * 1024;

export async function buildInputs(
  { arguments: given, secrets = {}, ssh = [], contexts = {} }: BuildRequest,
  root: string,
  storedSecret: ((id: string) => Promise<string | undefined>) | undefined,
): Promise<LocalInputs> {
  const stored = new Map<string, string>();
  const values: string[] = [];
  for (const [id, place] of Object.entries(secrets)) {
    const value =
      place.kind === "environment"
        ? process.env[place.name]
        : place.kind === "file"
          ? await readSmall(place.path)
          : await storedSecret?.(id);
    if (value === undefined && place.kind === "stored") throw gone(id);
    if (value === undefined) continue;
    values.push(value);
    // An argument of the variable's name has a value of its own in the child's environment.
    const isHidden = place.kind === "environment" && Object.hasOwn(given, place.name);
    if (place.kind === "stored" || isHidden) stored.set(id, value);
  }
  const folders = Object.entries(contexts)
    .filter(([, context]) => isFolder(context))
    .map(([name, context]) => [name, inHome(root, context)] as const);
  const agents = ssh.map((agent) => agent.replace(/=(.+)$/, (_all, file: string) => `=${inHome(root, file)}`));
  return { paths: { contexts: Object.fromEntries(folders), stored, ssh: agents }, mask: masking(values) };
}

/** A path of slipway.json: from its folder, or from the home folder. */
const inHome = (root: string, file: string): string => path.resolve(root, file.replace(/^~(?=[/\\]|$)/, os.homedir()));

async function readSmall(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() && found.size <= largest ? readFile(file, "utf8").catch(() => undefined) : undefined;
}

const gone = (id: string): SlipwayError =>
  new SlipwayError({
    code: "BuildSecretMissing",
    summary: `The build needs the secret "${id}", and it is no longer stored.`,
    remedy: "Deploy again: it is asked for.",
    actions: ["retry"],
  });
