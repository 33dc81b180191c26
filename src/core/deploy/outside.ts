/**
 * What a build would get that lies outside of the workspace folder. Whoever wrote slipway.json need not be who deploys
 * it, and what is built is published: so that is the person's own choice each time, named in plan and consent.
 */
import { cachePaths, pathOfContext } from "../base/buildPaths";
import type { Workspace } from "../ports/machine";
import type { BuildInputs, RunInput } from "./observedState";
import type { CountedSource, OutsideSource } from "./sources";

/** So many names of a folder are said. */
const mostNames = 5;

/** Everything that the build is given by its path, in the order in which it is told. */
function* pathsOf(
  { app }: Pick<RunInput, "app">,
  { secrets, ssh }: BuildInputs,
): Generator<{ use: OutsideSource["use"]; name?: string; path: string }> {
  const { contexts = {}, cacheFrom = [], cacheTo = [] } = app.build;
  yield { use: "context", path: app.context ?? "." };
  for (const [name, context] of Object.entries(contexts)) {
    const path = pathOfContext(context);
    if (path !== undefined) yield { use: "namedContext", name, path };
  }
  for (const { id, place } of secrets) if (place?.kind === "file") yield { use: "secret", name: id, path: place.path };
  for (const agent of ssh) {
    const [name = "", ...path] = agent.split("=");
    if (path.length > 0) yield { use: "ssh", name, path: path.join("=") };
  }
  for (const path of cachePaths([...cacheFrom, ...cacheTo])) yield { use: "cache", path };
}

/** @param counted what each context holds that would be sent */
export async function findOutside(
  input: Pick<RunInput, "app" | "workspace">,
  inputs: BuildInputs,
  counted: readonly CountedSource[],
): Promise<OutsideSource[]> {
  const found = await Promise.all(
    [...pathsOf(input, inputs)].map(async ({ use, name, path }): Promise<OutsideSource[]> => {
      const { real, isInside } = await input.workspace.place(path);
      if (isInside) return [];
      const source = { use, ...(name === undefined ? {} : { name }), path: real };
      const count = use.endsWith("ontext") && counted.find((each) => each.name === (use === "context" ? "" : name));
      return [count ? { ...source, ...(await inside(input.workspace, real, count)) } : source];
    }),
  );
  return found.flat();
}

async function inside(workspace: Workspace, folder: string, { files, bytes }: CountedSource) {
  const names = await workspace.namesIn(folder);
  return { files, bytes, names: names.slice(0, mostNames), more: Math.max(0, names.length - mostNames) };
}
