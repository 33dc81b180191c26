/** What a Compose file holds once YAML is read: maps keep their order and take any name, numbers keep their text. */

/** A scalar that is no text in YAML; `text` is how Compose writes it where a text is wanted. */
export interface Plain {
  readonly kind: "integer" | "float" | "time";
  readonly text: string;
}

export type Scalar = string | boolean | null | Plain;
export type Mapping = Map<string, Value>;
export type Value = Scalar | Value[] | Mapping;

/** Where a value stands: names of members, and the numbers of entries in brackets. */
export type Path = readonly string[];

export const isMapping = (value: unknown): value is Mapping => value instanceof Map;
export const isList = (value: Value | undefined): value is Value[] => Array.isArray(value);
export const isPlain = (value: Value | undefined): value is Plain =>
  typeof value === "object" && value !== null && "kind" in value;

/** The name of an entry of a list in a path. */
export const entry = (index: number): string => `[${index}]`;

/** A path as a person reads it. */
export const pathText = (path: Path): string => path.join(".").replaceAll(".[", "[");

/** Whether a path is of a form: `*` is any name, `[]` any entry. */
export const pathIs = (path: Path, form: string): boolean => {
  const parts = form.split(".");
  return (
    parts.length === path.length &&
    parts.every((part, at) => part === "*" || part === path[at] || (part === "[]" && path[at]?.startsWith("[")))
  );
};

/** A scalar as Compose writes it into a text. */
export function textOf(value: Scalar): string {
  if (value === null) return "";
  return typeof value === "object" ? value.text : String(value);
}

/** A copy that shares nothing that can be changed. */
export function copyOf<T extends Value>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (isMapping(value)) return new Map([...(value as Mapping)].map(([name, member]) => [name, copyOf(member)])) as T;
  return value;
}

/** What is wrong with a Compose file, before it is known how to say it. */
export class ComposeProblem extends Error {
  /**
   * @param file relative to the project's folder
   * @param line from zero
   */
  constructor(
    message: string,
    readonly path: Path = [],
    public file?: string,
    public line?: number,
  ) {
    super(message);
    this.name = "ComposeProblem";
  }
}
