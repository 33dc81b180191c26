import type { Node } from "jsonc-parser";
import { hasPlaceholder, isWholePlaceholder } from "./placeholders";
import type { ParsedText } from "./parse";

export type Path = readonly (string | number)[];

/** A value of the document, where it stands, and what stands for it when it is a placeholder. */
export class Value {
  // A hundred rules ask the same values: what was found out once is kept.
  private knownPlaceholder: boolean | undefined;
  private knownObject: ObjectValue | undefined;
  private knownItems: Value[] | undefined;
  private knownObjects: ObjectValue[] | undefined;

  private knownPath: Path | undefined;
  private knownOpen: boolean | undefined;

  constructor(
    readonly document: ParsedText,
    readonly node: Node,
    /** The path of what it is in, and its own key or index; the whole path when there is no step. */
    private readonly above: Value | Path,
    private readonly step?: string | number,
    /** Of a member of an object: its key's string node. */
    readonly key?: Node,
  ) {}

  /** Made when it is asked for: most values are never reported. */
  get path(): Path {
    if (this.knownPath) return this.knownPath;
    const above = this.above instanceof Value ? this.above.path : this.above;
    return (this.knownPath = this.step === undefined ? above : [...above, this.step]);
  }

  get isNull(): boolean {
    return this.node.type === "null";
  }

  /** True for a bare placeholder, and for a string that has one in it. */
  get isPlaceholder(): boolean {
    if (this.node.type !== "string") return false;
    return (this.knownPlaceholder ??=
      this.document.placeholders.has(this.node.offset) || hasPlaceholder(this.node.value as string, () => this.path));
  }

  /** True when the value as a whole will be another one, of a type that nobody knows yet. */
  get isOpen(): boolean {
    if (this.node.type !== "string") return false;
    return (this.knownOpen ??=
      this.document.placeholders.has(this.node.offset) ||
      isWholePlaceholder(this.node.value as string, () => this.path));
  }

  /** The string; undefined for anything else and for a placeholder. */
  get string(): string | undefined {
    return this.node.type === "string" && !this.isPlaceholder ? (this.node.value as string) : undefined;
  }

  /** The string as it is written, placeholders included. */
  get raw(): string | undefined {
    return this.node.type === "string" ? (this.node.value as string) : undefined;
  }

  get number(): number | undefined {
    return this.node.type === "number" && Number.isFinite(this.node.value) ? (this.node.value as number) : undefined;
  }

  get boolean(): boolean | undefined {
    return this.node.type === "boolean" ? (this.node.value as boolean) : undefined;
  }

  get object(): ObjectValue | undefined {
    if (this.node.type !== "object") return undefined;
    return (this.knownObject ??= new ObjectValue(this.document, this.node, this.above, this.step, this.key));
  }

  /** The elements; empty for anything but a list. */
  get items(): Value[] {
    if (this.node.type !== "array") return [];
    return (this.knownItems ??= (this.node.children ?? []).map(
      (child, index) => new Value(this.document, child, this, index),
    ));
  }

  /** The elements that are objects. */
  get objects(): ObjectValue[] {
    return (this.knownObjects ??= this.items.flatMap((item) => item.object ?? []));
  }

  /** True for a list with something in it. */
  get isFilled(): boolean {
    return this.node.type === "array" && (this.node.children?.length ?? 0) > 0;
  }

  get isEmptyList(): boolean {
    return this.node.type === "array" && (this.node.children?.length ?? 0) === 0;
  }
}

/** An object of the document with its members by key; of a key that is there twice the last counts, as it does in JSON. */
export class ObjectValue extends Value {
  override get object(): this {
    return this;
  }

  private members: Map<string, Value> | undefined;

  get entries(): Map<string, Value> {
    if (this.members) return this.members;
    const members = new Map<string, Value>();
    for (const property of this.node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (!key || !value) continue;
      const name = String(key.value);
      members.set(name, new Value(this.document, value, this, name, key));
    }
    this.members = members;
    return members;
  }

  /** A member that is there and is not null. */
  get(key: string): Value | undefined {
    const value = this.entries.get(key);
    return value?.isNull ? undefined : value;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  textOf(key: string): string | undefined {
    return this.get(key)?.string;
  }

  numberOf(key: string): number | undefined {
    return this.get(key)?.number;
  }

  objectOf(key: string): ObjectValue | undefined {
    return this.get(key)?.object;
  }

  /** The objects of a list below a key. */
  list(key: string): ObjectValue[] {
    return this.get(key)?.objects ?? [];
  }

  /** True when what is below the key, or its absence, is for a template to decide. */
  isOpenAt(key: string): boolean {
    return this.get(key)?.isOpen ?? false;
  }
}

/** A JSON pointer (RFC 6901). */
export function pointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
