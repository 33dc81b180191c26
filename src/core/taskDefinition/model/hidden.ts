/**
 * Differences as they may be shown, logged and kept: with the names of environment variables and without their values. A
 * password stands in a plain variable more often than anybody admits, and a plan ends up in a pipeline's log; what looks
 * like a secret is no judge of that, so no value is shown.
 */
import { isJsonObject } from "../../base/exactJson";
import type { Json } from "../../base/taskDefinition";
import type { Difference } from "./normalise";

/** Stands for a value that is there. */
export const notShown = "(not shown)";

/** Members of a container whose entries are named values. */
const named: ReadonlySet<string> = new Set(["environment"]);

/** The path leads into one of them. */
const inside = /(?:^|\.)environment(?:\[|\.|$)/;

function hidden(value: Json | undefined, within: boolean): Json {
  if (Array.isArray(value)) return value.map((item) => hidden(item, within));
  if (!isJsonObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      member,
      within && member === "value" ? notShown : hidden(inner, within || named.has(member)),
    ]),
  );
}

/** The same differences without values of environment variables; whether there is one stays to be seen. */
export function withoutValues(differences: readonly Difference[]): Difference[] {
  return differences.map(({ path, before, after }) => {
    const within = inside.test(path);
    const shown = (side: Json | undefined): Json | undefined =>
      side === undefined ? undefined : within && /\.value$/.test(path) ? notShown : hidden(side, within);
    return { path, before: shown(before), after: shown(after) };
  });
}
