import { canonical, keyOfList, normalise } from "./normalise";
import type { Json, JsonObject, TaskDefinition } from "../../base/taskDefinition";

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export interface MergeInput {
  /** task-definition.json: governs every member that it states. */
  file: TaskDefinition;
  /** What runs now; its own members are kept. */
  live?: TaskDefinition | undefined;
  /** The file as it was when Slipway last registered it: what left the file since leaves the definition too. */
  lastFile?: TaskDefinition | undefined;
}

/**
 * File, live revision and the file as last registered, in one. A member that only the live revision has was set
 * elsewhere and stays; one that the file had and no longer has goes, unless it was changed elsewhere meanwhile.
 */
export function mergeDefinitions({ file, live, lastFile }: MergeInput): TaskDefinition {
  const merged = merge(normalise(file), live && normalise(live), lastFile && normalise(lastFile), "");
  return (merged ?? {}) as TaskDefinition;
}

function merge(
  file: Json | undefined,
  live: Json | undefined,
  last: Json | undefined,
  member: string,
): Json | undefined {
  if (file === undefined) {
    if (last === undefined) return live;
    if (canonical(last, member) === canonical(live, member)) return undefined;
    // The file once stated a part of this: take that part out and leave what came from elsewhere.
    if (isObject(live) && isObject(last)) return merge({}, live, last, member);
    if (Array.isArray(live) && Array.isArray(last) && keyOfList(member, [...live, ...last]))
      return merge([], live, last, member);
    return live;
  }
  if (isObject(file) && isObject(live)) {
    const before = isObject(last) ? last : {};
    const result: JsonObject = {};
    for (const key of new Set([...Object.keys(file), ...Object.keys(live)])) {
      const value = merge(file[key], live[key], before[key], key);
      if (value !== undefined) result[key] = value;
    }
    return result;
  }
  if (Array.isArray(file) && Array.isArray(live)) {
    const key = keyOfList(member, [...file, ...live]);
    if (key !== undefined) return mergeLists(file, live, Array.isArray(last) ? last : [], key);
  }
  return file;
}

function mergeLists(file: Json[], live: Json[], last: Json[], key: string): Json[] {
  const find = (list: Json[], id: Json | undefined) => list.find((item) => isObject(item) && item[key] === id);
  const ids = new Set([...file, ...live].map((item) => (item as JsonObject)[key]));
  const result: Json[] = [];
  for (const id of ids) {
    const [stated, running, before] = [find(file, id), find(live, id), find(last, id)];
    // An element that left the file goes whole or stays whole: half an environment variable helps nobody.
    const gone = stated === undefined && before !== undefined && canonical(before) === canonical(running);
    const value = stated === undefined ? running : merge(stated, running, before, "");
    if (!gone && value !== undefined) result.push(value);
  }
  return result;
}
