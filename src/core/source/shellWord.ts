/**
 * Words of a Dockerfile as BuildKit's own small shell reads them: quotes, escapes and `${…}` in all its forms. It is not
 * a shell: nothing is run, and what a shell would take and BuildKit does not is an error here too.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
import { readPattern, replaced, withoutEnd, withoutStart } from "./shellPattern";
import { WordError } from "./wordError";

export interface WordOptions {
  /** What takes a character's meaning away: a backslash, or what the file's escape directive says. */
  escape?: string;
  /** Leaves quotes where they are. */
  keepQuotes?: boolean;
  /** Leaves escapes where they are. */
  keepEscapes?: boolean;
  /** Leaves a variable without a value as it is written. */
  keepUnset?: boolean;
  /** Quotes mean nothing, as in the text of a heredoc. */
  plainQuotes?: boolean;
}

export interface Word {
  text: string;
  /** The same, parted where white space stands outside quotes; what a variable brought in is parted too. */
  words: string[];
  /** Variables that had no value where one was needed. */
  unset: string[];
}

/** Values that double with each line would fill the memory. */
const longestWord = 1_000_000;
/** `${a:-${a:-…}}`: deeper than anybody writes, and shallow enough for the stack. */
const deepest = 100;

/** What counts as white space for Go, which BuildKit is written in. */
export const goSpace = "\\t-\\r \\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000";
const oneSpace = new RegExp(`^[${goSpace}]$`);
const nameCharacter = /^[\p{L}\p{Nd}_]$/u;
const digit = /^\p{Nd}$/u;
const specialNames = "@*#?-$!0";

/**
 * Reads a word and puts in the values of variables.
 * @throws WordError where BuildKit refuses it
 */
export function readWord(source: string, values: ReadonlyMap<string, string>, options: WordOptions = {}): Word {
  const reader = new WordReader(source, values, options);
  const { text, words } = reader.until(undefined, options.keepEscapes ?? false);
  return { text, words, unset: [...reader.unset] };
}

class WordReader {
  readonly unset = new Set<string>();
  private readonly characters: readonly string[];
  private at = 0;
  private readonly escape: string;
  private keepEscapes = false;
  private depth = 0;
  /** Characters that variables brought in, whatever became of them. */
  private brought = 0;

  constructor(
    source: string,
    private readonly values: ReadonlyMap<string, string>,
    private readonly options: WordOptions,
  ) {
    this.characters = [...source];
    this.escape = options.escape ?? "\\";
  }

  /** Everything up to `stop`, which is taken too; to the end where there is none. */
  until(stop: string | undefined, keepEscapes: boolean): { text: string; words: string[] } {
    const before = this.keepEscapes;
    this.keepEscapes = keepEscapes;
    if (++this.depth > deepest) throw new WordError(`it has more than ${deepest} variables within each other`);
    let text = "";
    const parts = new Parts();
    for (;;) {
      const character = this.characters[this.at];
      if (character === undefined) {
        if (stop !== undefined) throw new WordError(`there is no closing ${stop}`);
        break;
      }
      if (character === stop) {
        this.at++;
        break;
      }
      if (character === "$") {
        const value = this.variable();
        text += value;
        for (const each of value) parts.add(each);
      } else if ((character === "'" || character === '"') && !this.options.plainQuotes) {
        const value = character === "'" ? this.singleQuoted() : this.doubleQuoted();
        text += value;
        parts.append(value);
      } else if (character === this.escape) {
        this.at++;
        if (keepEscapes) {
          text += character;
          parts.append(character);
        }
        const escaped = this.characters[this.at++];
        if (escaped === undefined) continue;
        text += escaped;
        parts.append(escaped);
      } else {
        this.at++;
        text += character;
        parts.add(character);
      }
    }
    this.keepEscapes = before;
    this.depth--;
    return { text, words: parts.end() };
  }

  private singleQuoted(): string {
    const end = this.characters.indexOf("'", this.at + 1);
    if (end < 0) throw new WordError("a single quote is not closed");
    const text = this.characters.slice(this.at + 1, end).join("");
    this.at = end + 1;
    return this.options.keepQuotes ? `'${text}'` : text;
  }

  private doubleQuoted(): string {
    let text = "";
    this.at++;
    for (;;) {
      const character = this.characters[this.at];
      if (character === undefined) throw new WordError("a double quote is not closed");
      if (character === "$") {
        text += this.variable();
        continue;
      }
      this.at++;
      if (character === '"') return this.options.keepQuotes ? `"${text}"` : text;
      if (character !== this.escape) {
        text += character;
        continue;
      }
      if (this.keepEscapes) text += character;
      const next = this.characters[this.at];
      if (next === undefined) continue;
      // Within double quotes an escape has a meaning before these alone.
      if (next === '"' || next === "$" || next === this.escape) {
        text += next;
        this.at++;
      } else text += character;
    }
  }

  private variable(): string {
    const value = this.valueHere();
    this.brought += value.length;
    if (this.brought > longestWord) throw new WordError(`its value has more than ${longestWord} characters`);
    return value;
  }

  private valueHere(): string {
    this.at++;
    if (this.characters[this.at] !== "{") {
      const name = this.name();
      return name === "" ? "$" : this.plain(name, `$${name}`);
    }
    this.at++;
    const first = this.characters[this.at];
    if (first === undefined) throw new WordError("a ${ is not closed");
    if (first === "{" || first === "}" || first === ":") throw new WordError("a ${ has no name");
    const name = this.name();
    const operator = this.characters[this.at++];
    if (operator === "}") return this.plain(name, `\${${name}}`);
    if (operator === "/") return this.substituted(name);
    if (operator !== undefined && ":+-?#%".includes(operator)) return this.modified(name, operator);
    throw new WordError(`BuildKit has no \${…${operator ?? ""}`);
  }

  private plain(name: string, written: string): string {
    const value = this.values.get(name);
    if (value !== undefined) return value;
    if (this.options.keepUnset) return written;
    this.unset.add(name);
    return "";
  }

  /** `${x:-y}`, `${x+y}`, `${x:?y}`, `${x#y}`, `${x%%y}` and the like. */
  private modified(name: string, first: string): string {
    let operator: string | undefined = first;
    if (first === ":") operator = this.characters[this.at++];
    const trims = operator === "#" || operator === "%";
    const { text } = this.until("}", trims);
    const value = this.values.get(name);
    if (this.options.keepUnset && value === undefined)
      return `\${${name}${first === ":" ? ":" : ""}${operator}${text}}`;
    const there = value !== undefined && !(first === ":" && value === "");
    switch (operator) {
      case "-":
        return there ? value : text;
      case "+":
        return there ? text : "";
      case "?":
        if (there) return value;
        throw new WordError(
          `${name}: ${text || (value === undefined ? "is not allowed to be unset" : "is not allowed to be empty")}`,
          value === undefined ? name : undefined,
        );
      case "#":
      case "%": {
        if (value === undefined) this.unset.add(name);
        const longest = text.startsWith(operator);
        const pattern = readPattern(longest ? text.slice(1) : text);
        const trim = operator === "#" ? withoutStart : withoutEnd;
        return this.worked(name, () => trim(value ?? "", pattern, longest));
      }
      default:
        throw new WordError(`BuildKit has no \${…:${operator ?? ""}`);
    }
  }

  /** `${x/a/b}` and `${x//a/b}`. */
  private substituted(name: string): string {
    const all = this.characters[this.at] === "/";
    if (all) this.at++;
    const { text: pattern } = this.until("/", true);
    const { text: replacement } = this.until("}", true);
    const value = this.values.get(name);
    if (value === undefined) {
      if (this.options.keepUnset) return `\${${name}/${pattern}/${replacement}}`;
      this.unset.add(name);
    }
    return this.worked(name, () => replaced(value ?? "", readPattern(pattern), replacement, all));
  }

  /** A value that is too long to be worked on is nobody's mistake: it counts as one that is not known. */
  private worked(name: string, work: () => string | undefined): string {
    const result = work();
    if (result === undefined) throw new WordError(`${name} is too long to be worked out here`, name);
    return result;
  }

  private name(): string {
    const first = this.characters[this.at] ?? "";
    let end = this.at;
    const takes = digit.test(first) ? digit : nameCharacter;
    if (first !== "" && specialNames.includes(first) && !digit.test(first)) end++;
    else while (takes.test(this.characters[end] ?? "")) end++;
    const name = this.characters.slice(this.at, end).join("");
    this.at = end;
    return name;
  }
}

class Parts {
  private readonly words: string[] = [];
  private word = "";

  add(character: string): void {
    if (!oneSpace.test(character)) this.word += character;
    else this.part();
  }

  append(text: string): void {
    this.word += text;
  }

  end(): string[] {
    this.part();
    return this.words;
  }

  private part(): void {
    if (this.word !== "") this.words.push(this.word);
    this.word = "";
  }
}
