import { isJsonObject } from "../../base/exactJson";
import { own, type Json, type JsonObject, type TaskDefinition } from "../../base/taskDefinition";
import { canonical, elementsOf, normalise } from "./normalise";
import { rootType, shapeOf, typeBelow, type TypeModel } from "./schema";

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
  const merged = merge(normalise(file), live && normalise(live), lastFile && normalise(lastFile), "", rootType);
  return (merged ?? {}) as TaskDefinition;
}

function merge(
  file: Json | undefined,
  live: Json | undefined,
  last: Json | undefined,
  member: string,
  type: TypeModel | undefined,
): Json | undefined {
  if (file === undefined) {
    if (last === undefined) return live;
    if (canonical(last, member) === canonical(live, member)) return undefined;
    // The file once stated a part of this: take that part out and leave what came from elsewhere.
    if (isJsonObject(live) && isJsonObject(last)) {
      const left = merge({}, live, last, member, type);
      // AWS takes no log configuration without a driver: what was added to it goes with what it was added to.
      const isHalf = shapeOf(type)?.required.some((key) => own(left as JsonObject, key) === undefined);
      return isHalf ? undefined : left;
    }
    if (Array.isArray(live) && Array.isArray(last) && elementsOf(member, live, last))
      return merge([], live, last, member, type);
    return live;
  }
  if (isJsonObject(file) && isJsonObject(live)) {
    const before = isJsonObject(last) ? last : {};
    const keys = [...new Set([...Object.keys(file), ...Object.keys(live)])];
    return Object.fromEntries(
      keys.flatMap((key): [string, Json][] => {
        const value = merge(own(file, key), own(live, key), own(before, key), key, typeBelow(type, key));
        return value === undefined ? [] : [[key, value]];
      }),
    );
  }
  if (Array.isArray(file) && Array.isArray(live))
    return mergeLists(file, live, Array.isArray(last) ? last : [], member, typeBelow(type, 0)) ?? file;
  return file;
}

/** Undefined for lists that are one value. */
function mergeLists(
  file: Json[],
  live: Json[],
  last: Json[],
  member: string,
  type: TypeModel | undefined,
): Json[] | undefined {
  const [stated, running] = elementsOf(member, file, live) ?? [];
  if (!stated || !running) return undefined;
  const [before] = elementsOf(member, last) ?? [];
  return [...new Set([...stated.keys(), ...running.keys()])].flatMap((id) => {
    const [wanted, runs, was] = [stated.get(id), running.get(id), before?.get(id)];
    // An element that left the file goes whole or stays whole: half an environment variable helps nobody.
    const gone = wanted === undefined && was !== undefined && canonical(was) === canonical(runs);
    const value = wanted === undefined ? runs : merge(wanted, runs, was, "", type);
    return gone || value === undefined ? [] : [value];
  });
}
