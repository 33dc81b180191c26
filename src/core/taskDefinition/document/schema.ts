/** The SDK's model with what the overlay says of its members, in words. */
import { own } from "../../base/taskDefinition";
import { shapes, type TypeModel } from "../model/schema";
import { containerNotes } from "./overlay/container";
import type { Note, Notes } from "./overlay/note";
import { partNotes } from "./overlay/parts";
import { taskNotes } from "./overlay/task";

const notes: Notes = { ...taskNotes, ...containerNotes, ...partNotes };

/** What the overlay says about a member; undefined for one that it does not know (a unit test looks for these). */
export function noteOf(shape: string | undefined, member: string): Note | undefined {
  const ofShape = shape === undefined ? undefined : own(notes, shape);
  return ofShape && own(ofShape, member);
}

/** Members of the SDK that the overlay lacks, and of the overlay that the SDK lacks, as `Shape.member`. */
export function overlayGaps(): { missing: string[]; left: string[] } {
  const names = (table: Readonly<Record<string, object>>) =>
    Object.entries(table).flatMap(([shape, members]) => Object.keys(members).map((member) => `${shape}.${member}`));
  const inSdk = new Set(
    names(Object.fromEntries(Object.entries(shapes).map(([name, { members }]) => [name, members]))),
  );
  const inOverlay = new Set(names(notes));
  return {
    missing: [...inSdk].filter((name) => !inOverlay.has(name)),
    left: [...inOverlay].filter((name) => !inSdk.has(name)),
  };
}

const words: Readonly<Record<TypeModel["type"], string>> = {
  string: "a string",
  integer: "a whole number",
  boolean: "true or false",
  list: "a list",
  map: "an object of strings",
  object: "an object",
};
export function typeInWords(type: TypeModel): string {
  return words[type.type];
}
