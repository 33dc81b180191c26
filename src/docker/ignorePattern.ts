/**
 * One line of a .dockerignore, matched as moby/patternmatcher does: that turns a line into a regular expression of Go,
 * with habits that builds rely on (`[*]` is not a star, `\d` is a digit). Here the same expression is followed by the
 * set of places that it can be at, so that the time is linear in its length and the path's, whatever it says.
 */

/** One place in an expression. `gate` is how `(.*\/)?` begins: past it, or into the folders that it stands for. */
type Item =
  | {
      kind: "one" | "any" | "maybe";
      takes: (character: string) => boolean;
      /** Set where it takes this character alone. */
      literal?: string;
    }
  | { kind: "gate" | "folders" }
  | { kind: "at"; holds: (path: readonly string[], position: number) => boolean; anchor?: "start" | "end" };

/** A pattern that Go's filepath.Match or its regular expressions do not take. */
export class BadPattern extends Error {
  constructor(message = "syntax error in pattern") {
    super(message);
  }
}

/**
 * The test that a cleaned pattern is, which throws BadPattern where it takes too many steps; a BadPattern where Docker finds the
 * error only when it first compares a path.
 */
export function compilePattern(pattern: string): ((path: string, budget?: StepBudget) => boolean) | BadPattern {
  const { type, expression } = translate([...pattern]);
  if (type === "exact") return (path) => path === pattern;
  if (type === "prefix") return (path) => path.startsWith(pattern.slice(0, -2));
  if (type === "suffix") {
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith("/") && path === suffix.slice(1));
  }
  try {
    const alternatives = parse([...expression]);
    const tests = alternatives.map((items) => ({ items, could: quickTest(items) }));
    return (path, budget = { left: mostSteps }) =>
      tests.some(({ items, could }) => could(path) && follow(items, charactersOf(path), budget));
  } catch (error) {
    if (error instanceof BadPattern) return error;
    throw error;
  }
}

/** More places than the longest path has characters, doubled: what needs more fits nothing. */
const mostItems = 10_000;
/** Steps that comparing one path may take; what takes more was not written to be compared. */
export const mostSteps = 3_000_000;

/** How much is left of them. */
export interface StepBudget {
  left: number;
}

/** Of the path that was last asked about: each pattern of a file is asked about the same one. */
let split: { path: string; characters: readonly string[] } = { path: "", characters: [] };
function charactersOf(path: string): readonly string[] {
  if (split.path !== path) split = { path, characters: [...path] };
  return split.characters;
}

/** What a path must have to fit: nearly every path of a large context is told apart by this. */
function quickTest(items: readonly Item[]): (path: string) => boolean {
  const [start, end] = [items.at(0), items.at(-1)];
  const whole = start?.kind === "at" && start.anchor === "start" && end?.kind === "at" && end.anchor === "end";
  const inner = whole ? items.slice(1, -1) : [];
  // Within, a place may be one that takes nothing; only what every path goes through is looked for.
  const runs: string[] = [""];
  for (const item of inner) {
    if (item.kind === "one" && item.literal !== undefined) runs[runs.length - 1] += item.literal;
    else runs.push("");
  }
  const first = runs.at(0) ?? "";
  const last = runs.at(-1) ?? "";
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (runs.length === 1) return (path) => path.includes(longest);
  return (path) => path.startsWith(first) && path.endsWith(last) && path.includes(longest);
}

/** Throws BadPattern where Go's filepath.Match would: an open class, an empty one, a backslash at the end. */
export function checkPattern(pattern: string): void {
  let at = 0;
  const member = () => {
    if (pattern[at] === undefined || pattern[at] === "-" || pattern[at] === "]") throw new BadPattern();
    if (pattern[at] === "\\") at++;
    at++;
    // Nothing may end here: the class is still open.
    if (at >= pattern.length) throw new BadPattern();
  };
  while (at < pattern.length) {
    const character = pattern[at++];
    if (character === "\\" && at++ >= pattern.length) throw new BadPattern();
    if (character !== "[") continue;
    if (pattern[at] === "^") at++;
    do {
      member();
      if (pattern[at] !== "-") continue;
      at++;
      member();
    } while (pattern[at] !== "]");
    at++;
  }
}

const [anyFolders, anyName] = ["(.*/)?", "[^/]*"] as const;

/** The kind of comparison and the expression, as patternmatcher writes it; `{`, `|` and `}` are not escaped there. */
function translate(pattern: readonly string[]): {
  type: "exact" | "prefix" | "suffix" | "expression";
  expression: string;
} {
  let type: "exact" | "prefix" | "suffix" | "expression" = "exact";
  const parts = ["^"];
  let at = 0;
  for (let step = 0; at < pattern.length; step++) {
    const character = pattern[at++] ?? "";
    if (character === "*" && pattern[at] === "*") {
      at++;
      if (pattern[at] === "/") at++;
      if (at < pattern.length) {
        if (parts.at(-1) !== anyFolders) parts.push(anyFolders);
        type = "expression";
      } else if (type === "exact") type = "prefix";
      else {
        parts.push(".*");
        type = "expression";
      }
      if (step === 0) type = "suffix";
    } else if (character === "*" || character === "?") {
      // Twice says the same as once, and a thousand times takes a thousand times as long.
      if (character === "?") parts.push("[^/]");
      else if (parts.at(-1) !== anyName) parts.push(anyName);
      type = "expression";
    } else if (".+()$".includes(character)) parts.push(`\\${character}`);
    else if (character === "\\") {
      parts.push(`\\${pattern[at++] ?? ""}`);
      type = "expression";
    } else {
      if (character === "[" || character === "]") type = "expression";
      parts.push(character);
    }
  }
  return { type, expression: `${parts.join("")}$` };
}

const newline = "\n";
const isWord = (character: string | undefined) => character !== undefined && /^\w$/.test(character);
const atWordEdge = (path: readonly string[], position: number) => isWord(path[position - 1]) !== isWord(path[position]);

/** What a letter after a backslash takes, in a class and outside. */
const letters: Readonly<Record<string, RegExp>> = {
  d: /^[0-9]$/,
  D: /^[^0-9]$/,
  s: /^[\t\n\f\r ]$/,
  S: /^[^\t\n\f\r ]$/u,
  w: /^\w$/,
  W: /^\W$/u,
};
const controls: Readonly<Record<string, string>> = { a: "\x07", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const edges: Readonly<Record<string, (path: readonly string[], position: number) => boolean>> = {
  A: (_path, position) => position === 0,
  z: (path, position) => position === path.length,
  b: atWordEdge,
  B: (path, position) => !atWordEdge(path, position),
};
const named: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  ascii: /^[\0-\x7F]$/,
  blank: /^[\t ]$/,
  cntrl: /^[\0-\x1F\x7F]$/,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t-\r ]$/,
  upper: /^[A-Z]$/,
  word: /^\w$/,
  xdigit: /^[0-9A-Fa-f]$/,
};

/** The alternatives of an expression: those parts of Go's syntax that a translated pattern can have. */
function parse(text: readonly string[]): Item[][] {
  const alternatives: Item[][] = [[]];
  // Where the last `[:name:]` can end: looked for once, not at every bracket.
  const lastName = text.findLastIndex((each, index) => each === ":" && text[index + 1] === "]");
  let at = 0;
  let repeated = false;
  while (at < text.length) {
    const items = alternatives.at(-1) ?? [];
    const character = text[at++] ?? "";
    const count = character === "{" ? /^(\d+)(,(\d*))?\}/.exec(text.slice(at, at + 12).join("")) : null;
    if (items.length > mostItems || alternatives.length > mostItems) throw new BadPattern();
    if (count) {
      if (repeated || items.length === 0) throw new BadPattern();
      at += count[0].length;
      repeat(items, Number(count[1]), count[2] === undefined ? count[1] : count[3]);
      repeated = true;
      continue;
    }
    repeated = false;
    if (character === "|") alternatives.push([]);
    else if (character === "^") items.push({ kind: "at", anchor: "start", holds: (_path, position) => position === 0 });
    else if (character === "$")
      items.push({ kind: "at", anchor: "end", holds: (path, position) => position === path.length });
    else if (character === "(") {
      items.push({ kind: "gate" }, { kind: "folders" });
      at += ".*/)?".length;
      repeated = true;
    } else if (character === ".") items.push({ kind: "one", takes: (each) => each !== newline });
    else if (character === "[") {
      const read = readClass(text, at, lastName);
      at = read.at;
      items.push({ kind: "one", takes: read.takes });
    } else if (character === "\\" && text[at] === "Q") {
      for (at++; at < text.length && !(text[at] === "\\" && text[at + 1] === "E"); at++)
        items.push(literal(text[at] ?? ""));
      at += 2;
    } else if (character === "\\") {
      const holds = edges[text[at] ?? ""];
      if (holds) {
        at++;
        items.push({ kind: "at", holds });
      } else {
        const read = readEscape(text, at);
        at = read.at;
        items.push({ kind: "one", takes: read.takes });
      }
    } else if (character === "*") {
      const last = items.pop();
      if (last?.kind !== "one") throw new BadPattern();
      items.push({ ...last, kind: "any" });
      repeated = true;
    } else items.push(literal(character));
  }
  return alternatives;
}

const literal = (character: string): Item => ({
  kind: "one",
  literal: character,
  takes: (each) => each === character,
});

/** Go's limit for a count is 1000; a count of nothing that takes a character says nothing. */
function repeat(items: Item[], least: number, mostText: string | undefined): void {
  const most = mostText === "" || mostText === undefined ? undefined : Number(mostText);
  if (least > 1000 || (most ?? 0) > 1000 || (most !== undefined && most < least)) throw new BadPattern();
  const last = items.pop();
  if (!last || !("takes" in last)) {
    if (last && least > 0) items.push(last);
    return;
  }
  for (let each = 0; each < least; each++) items.push(last);
  if (most === undefined) items.push({ ...last, kind: "any" });
  else for (let each = least; each < most; each++) items.push({ ...last, kind: "maybe" });
}

interface Read {
  at: number;
  takes: (character: string) => boolean;
  /** The one character that an escape stands for, where it is one. */
  character?: string;
}

function readEscape(text: readonly string[], start: number): Read {
  let at = start;
  const letter = text[at++] ?? "";
  const one = (character: string): Read => ({ at, character, takes: (other) => other === character });
  const kind = letters[letter];
  if (kind) return { at, takes: (other) => kind.test(other) };
  const control = controls[letter];
  if (control !== undefined) return one(control);
  if (/^[pP]$/.test(letter) && /^[CLMNPSZ]$/.test(text[at] ?? "")) {
    const category = new RegExp(`^\\${letter}{${text[at++]}}$`, "u");
    return { at, takes: (other) => category.test(other) };
  }
  const digits = /^(x[0-9A-Fa-f]{2}|0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(text.slice(start, start + 3).join(""))?.[0];
  if (digits !== undefined) {
    at = start + digits.length;
    return one(
      String.fromCodePoint(digits.startsWith("x") ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 8)),
    );
  }
  if (!/^[\0-\x7F]$/.test(letter) || /^[0-9A-Za-z]$/.test(letter)) throw new BadPattern();
  return one(letter);
}

/** A class, from behind its bracket. */
function readClass(text: readonly string[], start: number, lastName: number): Read {
  let at = start;
  const parts: ((character: string) => boolean)[] = [];
  const negated = text[at] === "^";
  if (negated) at++;
  const bound = (): string => {
    const character = text[at++];
    if (character === undefined) throw new BadPattern();
    if (character !== "\\") return character;
    const read = readEscape(text, at);
    at = read.at;
    if (read.character === undefined) throw new BadPattern();
    return read.character;
  };
  for (let first = true; first || text[at] !== "]"; first = false) {
    if (text[at] === "[" && text[at + 1] === ":" && at + 1 < lastName) {
      const end = text.findIndex((each, index) => index > at + 1 && each === ":" && text[index + 1] === "]");
      if (end >= 0) {
        const name = text.slice(at + 2, end).join("");
        const kind = named[name.replace(/^\^/, "")];
        if (!kind) throw new BadPattern();
        parts.push((character) => kind.test(character) !== name.startsWith("^"));
        at = end + 2;
        continue;
      }
    }
    const kind = text[at] === "\\" && /^[dDsSwWpP]$/.test(text[at + 1] ?? "");
    if (kind) {
      const read = readEscape(text, at + 1);
      at = read.at;
      parts.push(read.takes);
      continue;
    }
    const low = codeOf(bound());
    let high = low;
    if (text[at] === "-" && text[at + 1] !== undefined && text[at + 1] !== "]") {
      at++;
      high = codeOf(bound());
      if (high < low) throw new BadPattern();
    }
    parts.push((character) => codeOf(character) >= low && codeOf(character) <= high);
  }
  return { at: at + 1, takes: (character) => parts.some((part) => part(character)) !== negated };
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** Whether the items fit somewhere in a path: all places that they can be at are followed at once. */
function follow(items: readonly Item[], path: readonly string[], budget: StepBudget): boolean {
  let here = new Set<number>();
  const enter = (places: Set<number>, first: number, position: number) => {
    for (let place = first; !places.has(place); place++) {
      const item = items[place];
      if (item?.kind === "at" && !item.holds(path, position)) return;
      places.add(place);
      if (item?.kind === "gate") {
        places.add(place + 1);
        place++;
      } else if (item?.kind !== "any" && item?.kind !== "maybe" && item?.kind !== "at") return;
    }
  };
  for (let position = 0; ; position++) {
    enter(here, 0, position);
    if (here.has(items.length)) return true;
    const character = path[position];
    if (character === undefined) return false;
    const next = new Set<number>();
    budget.left -= here.size;
    if (budget.left < 0) throw new BadPattern("comparing it takes too long");
    for (const place of here) {
      const item = items[place];
      if (item?.kind === "folders") {
        if (character === newline) continue;
        next.add(place);
        if (character === "/") enter(next, place + 1, position + 1);
      } else if (item && "takes" in item && item.takes(character))
        enter(next, item.kind === "any" ? place : place + 1, position + 1);
    }
    here = next;
  }
}
