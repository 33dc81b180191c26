/** What a deployment notes for the next, as it is handed on. */
import { parseDefinition } from "../taskDefinition/model/generate";
import { notedNames } from "../taskDefinition/model/hidden";
import type { Journal } from "../ports/machine";

/** Earlier versions noted the definition file with its values: they go when the notes are next written. */
export function withoutNotedValues(journal: Journal): Journal {
  const { registeredFile, ...rest } = journal;
  if (registeredFile === undefined) return journal;
  const names = notedNames(registeredFile, (text) => parseDefinition(text, "the journal"));
  return names === undefined ? rest : { ...rest, registeredFile: names };
}
