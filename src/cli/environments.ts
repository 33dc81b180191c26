/** `slipway environments`: what runs in each environment of an application. */
import type { Backend } from "../core/api";
import type { SignInPrompts } from "../core/base/connection";
import { inEnvironment, lookAtEnvironments } from "../core/deploy/environments";
import { alignedRows } from "../core/render/document";
import { environmentCells, environmentColumns, sameImageText } from "../core/render/environments";
import type { Invocation } from "./arguments";
import { choiceElsewhere } from "./choice";
import { utc } from "./history";
import { usageError } from "./usage";

/** @returns 1 where one of them could not be looked at */
export async function environmentsCommand(
  invocation: Invocation,
  backend: Backend,
  prompts: SignInPrompts,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const { request, format } = invocation;
  const listed = await backend.applications(request.folder);
  const entry =
    request.application === undefined && listed.length === 1
      ? listed[0]
      : listed.find(({ application }) => application === request.application);
  if (!entry)
    throw usageError(
      listed.length === 0
        ? "There is no slipway.json here that lists an application."
        : `Say which application: --application ${listed.map(({ application }) => application).join("|")}.`,
    );
  const { application, environments } = entry;
  const looks = await lookAtEnvironments(environments, async (environment) => {
    const asked = inEnvironment({ ...request, application }, environment);
    const connection = await backend.connect(
      await choiceElsewhere(invocation, asked, undefined, backend),
      prompts,
      signal,
    );
    try {
      const { account, region } = connection.identity;
      return { account, region, history: await connection.history(asked, signal) };
    } finally {
      connection.close();
    }
  });
  if (format === "json") say(JSON.stringify({ application, environments: looks }));
  else {
    alignedRows([[...environmentColumns], ...looks.map((look) => environmentCells(look, utc))]).forEach(say);
    const same = sameImageText(looks);
    if (same) say(same);
  }
  return looks.some(({ state }) => state === "notRead") ? 1 : 0;
}
