import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Node,
  type ParsedNode,
  type Scalar as ScalarNode,
  type YAMLMap,
} from "yaml";
import { plainScalar } from "./scalars";
import { ComposeProblem, entry, isList, isMapping, pathText, type Mapping, type Path, type Value } from "./values";

/** One YAML document of a Compose file. */
export interface ComposeDocument {
  readonly root: Value;
  /** What `!reset` and `!override` take away of the files before. */
  readonly resets: readonly Path[];
}

/** A file's documents, and where in it each value stands: the line from zero, by the path's text. */
export interface ComposeText {
  readonly documents: readonly ComposeDocument[];
  readonly lines: ReadonlyMap<string, number>;
}

/** Aliases may multiply a file, a small one into gigabytes: what is read of one is no more than this many values. */
const mostValues = 200_000;

/** Many times what people write; the library compares each key of a mapping with all others. */
const longest = 128 * 1024;
/** Brackets within each other, and other marks that nest, up to which the library is asked. */
const deepest = 100;

/**
 * Whether more brackets are open than anybody writes. The library's time grows with the square of their number, and with
 * that of the marks that one line may begin with. Quotes are not looked at: a text of brackets alone is meant.
 */
function isDeep(text: string): boolean {
  let depth = 0;
  let marks = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) depth++;
    else if (code === 93 || code === 125) depth = Math.max(0, depth - 1);
    if (code === 10) {
      marks = 0;
      // A key at the line's very beginning is in no bracket.
      if (/[A-Za-z]/.test(text[at + 1] ?? "")) depth = 0;
    } else if ((code === 45 || code === 58 || code === 63) && /\s/.test(text[at + 1] ?? "")) marks++;
    if (depth > deepest || marks > deepest * 10) return true;
  }
  return false;
}

const absent = Symbol("absent");

/**
 * Reads a Compose file's YAML as Compose does: scalars by the rules of its library, `<<` merges, `!reset` and
 * `!override` understood.
 * @param file its name, for what is said of it
 */
export function parseCompose(text: string, file: string): ComposeText {
  if (text.length > longest) throw new ComposeProblem(`it is longer than ${longest / 1024} KB`, [], file);
  if (isDeep(text)) throw new ComposeProblem("it is nested too deeply", [], file);
  try {
    return parsed(text, file);
  } catch (error) {
    // The library recurses, and so does what reads its tree: what is left of a text of brackets is this.
    if (error instanceof RangeError) throw new ComposeProblem("it is nested too deeply", [], file);
    throw error;
  }
}

function parsed(text: string, file: string): ComposeText {
  const lineCounter = new LineCounter();
  const lines = new Map<string, number>();
  const found = parseAllDocuments(text.replace(/^\uFEFF/, ""), {
    schema: "failsafe",
    lineCounter,
    prettyErrors: false,
    logLevel: "silent",
  });
  const documents = (Array.isArray(found) ? found : []) as Document.Parsed[];
  return {
    documents: documents.filter(hasContent).map((document) => {
      const error = document.errors[0];
      if (error) throw new ComposeProblem(error.message, [], file, lineCounter.linePos(error.pos[0]).line - 1);
      return new Reader(document, file, lineCounter, lines).read();
    }),
    lines,
  };
}

/** A document of comments alone is none. */
const hasContent = (document: Document.Parsed): boolean =>
  document.errors.length > 0 || document.contents !== null || document.directives?.docStart === true;

class Reader {
  private readonly targets = new Map<Alias, Node>();
  private readonly open = new Set<Node>();
  private readonly resets: Path[] = [];
  private values = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly file: string,
    private readonly lineCounter: LineCounter,
    private readonly lines: Map<string, number>,
  ) {}

  read(): ComposeDocument {
    const anchors = new Map<string, Node>();
    visit(this.document, {
      Node: (_key, node) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source);
          if (!target) throw this.problem(`the alias *${node.source} has no anchor before it`, [], node);
          this.targets.set(node, target);
        } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
      },
    });
    const contents: Node | null = this.document.contents;
    const root = contents ? this.value(contents, []) : null;
    return { root: root === absent ? null : root, resets: this.resets };
  }

  private problem(message: string, path: Path, node?: Node | null): ComposeProblem {
    return new ComposeProblem(message, path, this.file, this.lineOf(node));
  }

  private lineOf(node: Node | null | undefined): number | undefined {
    const start = (node as ParsedNode | null | undefined)?.range?.[0];
    return start === undefined ? undefined : this.lineCounter.linePos(start).line - 1;
  }

  private value(node: Node, path: Path): Value | typeof absent {
    this.values += 1;
    if (this.values > mostValues)
      throw this.problem(`it has more than ${mostValues} values once its aliases are followed`, path, node);
    const line = this.lineOf(node);
    const name = pathText(path);
    if (line !== undefined && !this.lines.has(name)) this.lines.set(name, line);
    if (isAlias(node)) return this.value(this.targetOf(node, path), path);
    if (node.tag === "!reset" || node.tag === "!override") this.resets.push(path);
    if (node.tag === "!reset") return absent;
    if (isScalar(node)) return this.scalar(node, path);
    if (this.open.has(node)) throw this.problem("an anchor contains itself", path, node);
    this.open.add(node);
    try {
      return isMap(node) ? this.mapping(node, path) : isSeq(node) ? this.list(node.items as Node[], path) : null;
    } finally {
      this.open.delete(node);
    }
  }

  private targetOf(node: Alias, path: Path): Node {
    const target = this.targets.get(node);
    if (!target) throw this.problem(`the alias *${node.source} has no anchor before it`, path, node);
    return target;
  }

  private scalar(node: ScalarNode, path: Path): Value {
    const source = typeof node.value === "string" ? node.value : "";
    const tag = node.tag?.replace("tag:yaml.org,2002:", "");
    if (tag === "str" || tag === "!") return source;
    const quoted = node.type !== undefined && node.type !== "PLAIN";
    if (quoted && (tag === undefined || tag.startsWith("!"))) return source;
    const value = plainScalar(node.source ?? source);
    if (tag === "int" && typeof value !== "object") throw this.problem(`${source} is no number`, path, node);
    return value;
  }

  private list(items: readonly Node[], path: Path): Value[] {
    return items.flatMap((item, index) => {
      const value = this.value(item, [...path, entry(index)]);
      return value === absent ? [] : [value];
    });
  }

  private mapping(node: YAMLMap, path: Path): Mapping {
    const own: Mapping = new Map();
    const merged: Mapping[] = [];
    for (const pair of node.items) {
      const key = pair.key as Node;
      const content = pair.value as Node | null;
      if (isMergeKey(key)) {
        merged.push(...this.merges(content, path));
        continue;
      }
      const name = this.value(key, path);
      if (typeof name !== "string") throw this.problem(`a name in ${pathText(path) || "it"} is no text`, path, key);
      const value = content ? this.value(content, [...path, name]) : null;
      if (own.has(name)) throw this.problem(`${pathText([...path, name])} is there twice`, path, key);
      if (value !== absent) own.set(name, value);
    }
    // The first that has a member gives it, and the mapping's own before all.
    for (const each of merged) for (const [name, value] of each) if (!own.has(name)) own.set(name, value);
    return own;
  }

  private merges(content: Node | null, path: Path): Mapping[] {
    const value = content ? this.value(content, path) : null;
    const each = isList(value as Value) ? (value as Value[]) : [value as Value];
    if (!each.every(isMapping)) throw this.problem("<< merges mappings, or a list of them", path, content);
    return each;
  }
}

/** `<<` in quotes is a name like any other. */
const isMergeKey = (key: Node): boolean => isScalar(key) && key.value === "<<" && key.type === "PLAIN";
