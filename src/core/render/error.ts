import type { ErrorReport } from "../base/errors";
import { paragraph, section, type Doc } from "./document";

/** All that is known of a failure: what happened, what proves it, what to do. */
export function errorDocument({ code, summary, evidence, remedy, location }: ErrorReport): Doc {
  return {
    title: summary,
    blocks: [
      ...(location ? [paragraph(`${location.file}, line ${location.line + 1}`)] : []),
      ...section("What proves it", evidence.length ? [{ kind: "printed", text: evidence.join("\n") }] : []),
      ...section("What to do", remedy ? [paragraph(remedy)] : []),
      paragraph(`Code: ${code}`, "quiet"),
    ],
  };
}

/** So much of a message fits two lines of a notification. */
const longest = 200;

/** A failure in a message: what happened, and as much of why and what to do as two lines hold. */
export function errorInShort({ summary, proof, remedy }: ErrorReport): string {
  let text = summary;
  for (const part of [proof?.replace(/[^.!?]$/, "$&."), remedy])
    if (part && text.length + part.length < longest) text += ` ${part}`;
  return text;
}
