/** Rules about tags. */
import type { Draft } from "../document/finding";
import { at, freeName, fix, missingIn } from "../document/fixes";
import { gigabytes } from "../document/sizes";
import type { Task } from "../document/task";
import type { Value } from "../document/view";
import { isMisnamed } from "./structure";

/** `2 GB, 3 GB … 8 GB`. */
export function listOf(memory: readonly number[]): string {
  const words = memory.map(gigabytes);
  return words.length > 4 ? `${words.slice(0, 2).join(", ")} … ${words.at(-1) ?? ""}` : words.join(", ");
}

/** Source: the API reference's Tag, with what AWS says of tags altogether. */
const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const tagSafe = (text: string): string => text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]+/gu, "-");

export function* tags(task: Task): Generator<Draft> {
  const value = task.definition?.get("tags");
  if (!value) return;
  if (value.object) {
    const entries = [...value.object.entries];
    yield {
      spot: at(value),
      message: "Tags are a list of `key` and `value` here, and no map.",
      fixes: [
        fix.set(
          "Make it a list of keys and values",
          value,
          entries.map(([key, item]) => ({ key, value: String(item.node.value ?? "") })),
        ),
      ],
    };
    return;
  }
  const items = value.items;
  if (items.length > 50)
    yield { spot: at(value), message: `A task definition has 50 tags at most; these are ${items.length}.` };
  const seen = new Map<string, Value>();
  for (const item of items.slice(0, 200)) {
    const [key, text] = [item.object?.get("key"), item.object?.get("value")];
    if (!item.object) continue;
    if (!key) {
      if (!isMisnamed(item.object, "key"))
        yield {
          spot: missingIn(item),
          message: "A tag needs a `key`.",
          fixes: [fix.removeItems("Remove this tag", value, [item])],
        };
    } else if (key.string !== undefined) {
      const before = seen.get(key.string);
      if (before)
        yield {
          spot: at(key),
          message: `The tag \`${key.string}\` is here twice.`,
          related: [{ message: "The first one", spot: at(before) }],
          fixes: [fix.removeItems("Remove this tag", value, [item])],
        };
      else seen.set(key.string, key);
      if (/^aws:/i.test(key.string))
        yield {
          spot: at(key),
          message: "Tags that begin with `aws:` are AWS's own.",
          fixes: [
            fix.set(
              "Take the prefix away",
              key,
              freeName(key.string.replace(/^(aws:)+/i, "") || "tag", new Set(seen.keys())),
            ),
            fix.removeItems("Remove this tag", value, [item], false),
          ],
        };
      else if (key.string.length < 1 || key.string.length > 128)
        yield {
          spot: at(key),
          message: "A tag's key has 1 to 128 characters.",
          fixes: [fix.removeItems("Remove this tag", value, [item], false)],
        };
    }
    for (const part of [key, text])
      if (part?.string !== undefined && !tagCharacters.test(part.string))
        yield {
          spot: at(part),
          message: "A tag has letters, digits, spaces and `_ . : / = + - @`.",
          fixes: [fix.set("Put a hyphen for each other character", part, tagSafe(part.string))],
        };
    if (text?.string !== undefined && /^aws:/i.test(text.string))
      yield {
        spot: at(text),
        message: "Values that begin with `aws:` are AWS's own.",
        severity: "warning",
        fixes: [fix.set("Take the prefix away", text, text.string.replace(/^(aws:)+/i, ""))],
      };
    if (text?.string !== undefined && text.string.length > 256)
      yield {
        spot: at(text),
        message: "A tag's value has 256 characters at most.",
        fixes: [fix.set("Cut it off", text, text.string.slice(0, 256), false)],
      };
  }
}
