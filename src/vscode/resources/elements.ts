/** What the AWS Resources view consists of. Loaded with the extension's entry: it knows types alone. */
import type { ResourceNode } from "../../core/resources/store";
import type { Root } from "./roots";

/** What stands in a place that has nothing to show, or more than is shown. */
export interface Note {
  readonly note: "loading" | "empty" | "error" | "more" | "figures";
  readonly of: ResourceNode | Root;
}

export type Element = Root | ResourceNode | Note;

export const isNote = (element: Element): element is Note => "note" in element;
export const isRoot = (element: Element): element is Root => "choice" in element;
export const isNode = (element: Element | undefined): element is ResourceNode =>
  element !== undefined && "item" in element;

/** Whether an argument of a command is shaped like an element; whether the view has it is looked up there. */
export const isElement = (value: unknown): value is Element =>
  typeof value === "object" && value !== null && ["note", "choice", "item"].some((member) => member in value);

/** A place below the workspace's own account: folders by their kind, things by key, ARN or name as well. */
export type PlacePath = readonly { kind: string; key?: string }[];

/** The row that a command is for, with all that were selected. */
export interface Selection {
  readonly element: Element;
  readonly selected: readonly Element[];
}
