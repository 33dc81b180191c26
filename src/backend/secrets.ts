/** The secrets of applications, behind core's interface. */
import { parseEnv } from "node:util";
import type { ApplicationSecrets, RunRequest } from "../core/api";
import { judgeVariables, listSecrets, setSecret, setVariables, useSecret } from "../core/deploy/applicationSecrets";
import { SlipwayError } from "../core/base/errors";
import type { RunInput } from "../core/deploy/observedState";
import { hasSources } from "../docker/copySources";
import { folderWorkspace } from "../machine/workspace";

type Open = (request: RunRequest, signal: AbortSignal) => Promise<RunInput>;

/** @param open what a run of that application would have */
export function applicationSecrets(open: Open): ApplicationSecrets {
  const withPlace = async (request: RunRequest, signal: AbortSignal) => {
    const input = await open(request, signal);
    return { ...input, place: await input.cloud.identity() };
  };
  return {
    list: async (request, asksKeys, signal) => listSecrets(await withPlace(request, signal), asksKeys),
    choices: async (request, signal) => (await open(request, signal)).cloud.secrets.list(),
    set: async (request, wish, signal) => setSecret(await open(request, signal), wish),
    use: async (request, wish, signal) => useSecret(await withPlace(request, signal), wish),
    setVariables: async (request, container, variables, signal) =>
      setVariables(await open(request, signal), container, variables),
    async readVariables({ folder }, file) {
      const text = await folderWorkspace(folder, hasSources).read(file);
      if (text === undefined)
        throw new SlipwayError({
          code: "FileMissing",
          summary: `There is no file ${file} in ${folder}.`,
          remedy: "Name a .env file inside of the folder.",
          actions: [],
        });
      // Node's own reader, which is that of --env-file. A name twice counts by its last value.
      const values = parseEnv(text) as Record<string, string>;
      return { values, judged: judgeVariables(values) };
    },
  };
}
