import sdk from "./sdkModel.json";
import { containerNotes } from "./overlay/container";
import type { Note, Notes } from "./overlay/note";
import { partNotes } from "./overlay/parts";
import { taskNotes } from "./overlay/task";

/** The type of a member, as the SDK's schemas have it. */
export interface TypeModel {
  type: "string" | "integer" | "boolean" | "list" | "map" | "object";
  of?: TypeModel;
  shape?: string;
  enum?: readonly string[];
}

export interface ShapeModel {
  members: Readonly<Record<string, TypeModel>>;
  required: readonly string[];
}

/** Every shape below RegisterTaskDefinition, by name; generated from the AWS SDK at build time. */
const shapes = sdk.shapes as unknown as Readonly<Record<string, ShapeModel>>;
const notes: Notes = { ...taskNotes, ...containerNotes, ...partNotes };

const rootShape: string = sdk.root;
/** What describe-task-definition answers and RegisterTaskDefinition does not take. */
export const readOnlyKeys: ReadonlySet<string> = new Set(sdk.readOnly);
/** The root as a type, and a bare list of containers as one. */
export const rootType: TypeModel = { type: "object", shape: rootShape };
export const containersType: TypeModel = { type: "list", of: { type: "object", shape: "ContainerDefinition" } };

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

export function shapeOf(type: TypeModel | undefined): ShapeModel | undefined {
  return type?.shape === undefined ? undefined : own(shapes, type.shape);
}

/** The type at a key or index below another. */
export function typeBelow(type: TypeModel | undefined, step: string | number): TypeModel | undefined {
  if (!type) return undefined;
  if (type.type === "list") return typeof step === "number" ? type.of : undefined;
  if (type.type === "map") return type.of;
  const shape = shapeOf(type);
  return shape && typeof step === "string" ? own(shape.members, step) : undefined;
}

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
