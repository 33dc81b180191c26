/** What there is to say of secrets. Never what they say. */
import { oneLine } from "../base/encoders";
import type { SecretEntry, SecretResult } from "../deploy/applicationSecrets";

const keyWords: Record<NonNullable<SecretEntry["jsonKey"]>, string> = {
  there: "its JSON key is there",
  absent: "it has no such JSON key",
  notJson: "it is no JSON object",
  unread: "whether the JSON key is there may not be read",
};

/**
 * The secrets of a definition, a line each.
 * @param when a moment as it is written where this is read
 */
export function secretsText(entries: readonly SecretEntry[], when: (at: number) => string): string[] {
  if (entries.length === 0) return ["The task definition names no secret. slipway secret set NAME makes one."];
  return entries.map(({ name, container, valueFrom, exists, changedAt, jsonKey }) => {
    const known = [
      exists === undefined ? "cannot be seen" : exists ? "there" : "MISSING",
      ...(changedAt === undefined ? [] : [`changed ${when(changedAt)}`]),
      ...(jsonKey === undefined ? [] : [keyWords[jsonKey]]),
    ];
    return oneLine(`${name}  (${container})  ${valueFrom}  ${known.join(", ")}`);
  });
}

const done: Record<SecretResult["action"], (result: SecretResult) => string> = {
  created: ({ secret }) => `Made the secret ${secret}.`,
  rotated: ({ secret }) => `Gave ${secret} a new value.`,
  restored: ({ secret }) => `Brought ${secret} back, which was to be deleted, and gave it a new value.`,
  named: ({ secret }) => `${secret} is there.`,
};

/** What was done, and what it takes until tasks have it. */
export function secretResultText(result: SecretResult): string[] {
  const { action, name, file, isFileChanged, isMoved } = result;
  return [
    done[action](result),
    ...(isFileChanged ? [`${file} names it as ${name}.`] : []),
    ...(isMoved
      ? [
          `${name} stood in the open in ${file} and is taken out; revisions that are registered, and git, still have it.`,
        ]
      : []),
    isFileChanged
      ? "Tasks get it with the next deployment: slipway deploy."
      : "Tasks that run keep the value that they started with; slipway restart brings the new one.",
  ].map(oneLine);
}
