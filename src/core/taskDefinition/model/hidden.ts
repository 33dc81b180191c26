/**
 * Differences as they may be shown, logged and kept: with the names of environment variables, labels and log options and
 * without their values, with programs and without their arguments. A password stands in a plain variable or behind
 * `--password` more often than anybody admits, and a plan ends up in a pipeline's log; what looks like a secret is no judge
 * of that, so no value is shown.
 */
import { exactText, isJsonObject } from "../../base/exactJson";
import { own, type Json, type TaskDefinition } from "../../base/taskDefinition";
import type { Difference } from "./normalise";

/** Stands for a value that is there. */
export const notShown = "(not shown)";

type Show = (value: Json, member: string) => Json;

const each =
  (show: (inner: Json, member: string) => Json): Show =>
  (value) =>
    isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).map(([member, inner = null]) => [member, show(inner, member)]))
      : notShown;

/** Named values, of which the names are shown: one of them, its value alone, or the list. */
const namedValues: Show = (value, member) => {
  if (Array.isArray(value)) return value.map((entry) => namedValues(entry, ""));
  if (isJsonObject(value)) return each((inner, name) => (name === "value" ? notShown : inner))(value, "");
  return member === "value" ? notShown : value;
};

/** A program is shown, and not what it is given: `--password=…` is there, and what a shell is to run. */
const words: Show = (value) =>
  Array.isArray(value)
    ? value.map((word, at) => (at === 0 && typeof word === "string" && /^[\w./-]+$/.test(word) ? word : notShown))
    : notShown;

/** Of log drivers only what says where CloudWatch has the lines: other drivers are given tokens and URLs with passwords. */
const isPlace = (option: string): boolean => /^(awslogs-[\w-]+|mode|max-buffer-size)$/.test(option);
const options: Show = (value, member) => {
  if (isJsonObject(value)) return each((inner, name) => (isPlace(name) ? inner : notShown))(value, "");
  return isPlace(member) ? value : notShown;
};

/** Of a map the keys. */
const names: Show = (value) => (isJsonObject(value) ? each(() => notShown)(value, "") : notShown);

/** What is not shown as it is, by the member that holds it. */
const guarded: Readonly<Record<string, Show>> = {
  environment: namedValues,
  command: words,
  entryPoint: words,
  options,
  dockerLabels: names,
  // Of volumes: what a driver is told, an NFS server's password for example.
  driverOpts: names,
  labels: names,
};
const guardOf = (member: string): Show | undefined => (Object.hasOwn(guarded, member) ? guarded[member] : undefined);

function hidden(value: Json, member = ""): Json {
  const show = guardOf(member);
  // What is no value cannot give one away: null stays null.
  if (show) return value === null ? null : show(value, member);
  if (Array.isArray(value)) return value.map((item) => hidden(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner = null]) => [name, hidden(inner, name)]));
}

/** The guarded member that a path leads to or into, and the last member of the path. */
function guardAt(path: string): { show: Show; last: string } | undefined {
  // A key in brackets may be any text: a variable's name with a dot in it.
  const members = path.replaceAll(/\[[^\]]*\]/g, "").split(".");
  const at = members.findIndex((member) => guardOf(member) !== undefined);
  const show = at < 0 ? undefined : guardOf(members[at] ?? "");
  // An option's own name may have dots, too.
  return show && { show, last: members.slice(at + 1).join(".") };
}

/** The same differences without values that may be secret; whether there is one stays to be seen. */
export function withoutValues(differences: readonly Difference[]): Difference[] {
  return differences.map(({ path, before, after }) => {
    const guard = guardAt(path);
    const shown = (side: Json | undefined): Json | undefined =>
      side === undefined || side === null ? side : guard ? guard.show(side, guard.last) : hidden(side);
    return { path, before: shown(before), after: shown(after) };
  });
}

/** What of a definition is noted on this machine: of what is not shown, what is shown of it. */
export const namesOnly = (definition: TaskDefinition): TaskDefinition => hidden(definition as Json) as TaskDefinition;

/**
 * A definition that was noted by {@link namesOnly}, with the values that the revision has which was registered of it. What
 * the revision does not have stays without a value.
 */
export function withValuesOf(noted: TaskDefinition, registered: TaskDefinition): TaskDefinition {
  const [only, ...others] = registered.containerDefinitions ?? [];
  const [single, ...more] = noted.containerDefinitions ?? [];
  // The one container may have another name by now.
  const alone = others.length + more.length === 0 && isJsonObject(single) && isJsonObject(only);
  const like = alone ? { ...registered, containerDefinitions: [{ ...only, name: single.name }] } : registered;
  return restored(noted as Json, like as Json) as TaskDefinition;
}

function restored(noted: Json, registered: Json | undefined): Json {
  if (noted === notShown) return registered ?? noted;
  if (Array.isArray(noted)) {
    const there = Array.isArray(registered) ? registered : [];
    return noted.map((item, at) => restored(item, matching(item, there, at)));
  }
  if (!isJsonObject(noted)) return noted;
  const there = isJsonObject(registered) ? registered : {};
  const made = Object.fromEntries(
    Object.entries(noted).map(([key, inner = null]) => [key, restored(inner, own(there, key))]),
  );
  // Earlier versions left the value of a variable out.
  const isVariable = noted["name"] !== undefined && Object.keys(noted).length === 1 && there["value"] !== undefined;
  return isVariable ? { ...made, value: there["value"] as Json } : made;
}

/** What has a name is found by it, and all else by its place. */
function matching(item: Json, there: readonly Json[], at: number): Json | undefined {
  const name = isJsonObject(item) ? item["name"] : undefined;
  return name === undefined ? there[at] : there.find((each) => isJsonObject(each) && each["name"] === name);
}

/** A noted text that may still have values, as earlier versions wrote it: without them, or nothing where it is no JSON. */
export function notedNames(text: string, parse: (text: string) => TaskDefinition): string | undefined {
  try {
    return exactText(namesOnly(parse(text)));
  } catch {
    return undefined;
  }
}
