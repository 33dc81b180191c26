/**
 * Placeholders that something fills in before the definition reaches AWS: `${VAR}`, `<IMAGE1_NAME>`, `{{ must_env "X" }}`,
 * `%X%`, `#{X}#`, `__X__`, YOUR_… words. Within strings they are recognised; outside of strings, where they are no
 * JSON, they are hidden from the parser behind a string of the same length.
 */

/** What no value has by itself: brackets and marks of templates. Tried at each place, so that none looks far ahead. */
const marks: readonly RegExp[] = [
  /\$\{/,
  /\$\([^)]{0,500}\)/,
  /\$[A-Za-z_]/,
  /<[^<>\s][^<>]{0,500}>/,
  /\{\{.{0,500}?\}\}/s,
  /\{%.{0,500}?%\}/s,
  /%[A-Za-z_][\w.-]{0,500}%/,
  /#\{[^}]{0,500}\}/,
  /\[\[[^\]]{1,500}\]\]/,
  /__[A-Za-z][A-Za-z0-9_]{0,500}?__/,
  /@[A-Z][A-Z0-9_]{0,500}@|@@[A-Za-z0-9_]{1,500}@@/,
];

/** Words in the place of a value; names of environment variables look like them without being any. */
const words: readonly RegExp[] = [
  // ACCOUNT_ID, AWS_REGION, YOUR_IMAGE, your-account, XXXXXXXXXXXX, REPLACE_ME, IMAGE_PLACEHOLDER.
  /(?<![A-Za-z0-9])(?:[A-Z0-9]+_)*ACCOUNT(?:_?(?:ID|NUMBER|NO))?(?![A-Za-z0-9])/,
  /(?<![A-Za-z0-9])(?:[A-Z0-9]+_)*REGION(?![A-Za-z0-9])/,
  /(?<![A-Za-z0-9])(?:YOUR|Your|your)[ _-]?[A-Za-z]/,
  /[Xx]{4,}/,
  /(?:REPLACE|CHANGE)[_-]?(?:ME|THIS|WITH)?(?![a-z])|(?<![A-Za-z])(?:replace|change)[_-]?me(?![a-z])/,
  /PLACEHOLDER|(?<![A-Za-z])placeholder(?![a-z])|\bTODO\b|\bTBD\b/,
  /(?<![A-Za-z])(?:aws[_-])?account[_-]?(?:id|number)(?![A-Za-z])/,
  /^\.\.\.$|…/,
];

/** Members that never are in capitals by themselves, so that one of nothing else stands for something: `"image": "IMAGE_URI"`. */
const neverCapitals: ReadonlySet<string> = new Set([
  "image",
  "family",
  "executionRoleArn",
  "taskRoleArn",
  "cpu",
  "memory",
  "memoryReservation",
  "containerPort",
  "hostPort",
  "value",
  "valueFrom",
  "credentialsParameter",
  "containerName",
  "sourceContainer",
  "sourceVolume",
  "fileSystemId",
  "accessPointId",
  "fileSystemArn",
  "rootDirectory",
  "awslogs-group",
  "awslogs-region",
  "awslogs-stream-prefix",
  "user",
  "sizeInGiB",
  "softLimit",
  "hardLimit",
  "networkMode",
]);
const capitals = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** Lists whose elements' `name` is a name that people write in capitals. */
const namedInCapitals: ReadonlySet<string> = new Set([
  "environment",
  "secrets",
  "secretOptions",
  "properties",
  "ulimits",
  "tags",
]);

type Steps = readonly (string | number)[];
const isVariableName = (path: Steps): boolean => path.at(-1) === "name" && namedInCapitals.has(String(path.at(-3)));
const maybeInCapitals = (path: Steps): boolean =>
  !neverCapitals.has(String(path.at(-1))) && !(path.at(-1) === "name" && !isVariableName(path));

/** Both in one pass each: a large definition has thousands of strings. */
const anyMark = new RegExp(marks.map(({ source }) => source).join("|"), "s");
const anyWord = new RegExp(words.map(({ source }) => source).join("|"));
const maybeMark = /[$<{%#[@]|__/;
const maybeWord = /[A-Z]{3}|[Xx]{4}|your|Your|account|replace|change|placeholder|\.\.\.|…/;

/**
 * True when a string holds something that will be another one when AWS sees it.
 * @param path where the string stands: some words are placeholders in some places only
 */
export function hasPlaceholder(value: string, path: () => Steps): boolean {
  // A value that is megabytes long is no template's.
  if (value.length > 8192) return false;
  if (maybeMark.test(value) && anyMark.test(value)) return true;
  if (!maybeWord.test(value) && !capitals.test(value)) return false;
  const where = path();
  return !isVariableName(where) && (anyWord.test(value) || (capitals.test(value) && !maybeInCapitals(where)));
}

const whole =
  /^(?:\$\{[^}]*\}|\$[A-Za-z_]\w*|<[^<>]+>|\{\{[^{}]*\}\}|\{%.*%\}|%[\w.-]+%|#\{[^}]*\}#?|\[\[[^\]]+\]\]|__\w+__|@+\w+@+)$/;

/** True when a string is nothing but one: it may come to be a number or a list. */
export function isWholePlaceholder(value: string, path: () => Steps): boolean {
  const trimmed = value.trim();
  return (maybeMark.test(trimmed) && whole.test(trimmed)) || (capitals.test(trimmed) && !maybeInCapitals(path()));
}

export interface Covered {
  /** The text with every bare placeholder behind a string of its own length. */
  text: string;
  /** Where these are: offset -> length. */
  placeholders: Map<number, number>;
}

/** One placeholder as it stands outside of strings; sticky. Tried at each place, so that none may look far ahead. */
const bare =
  /\$\{|\{\{|\{%|#\{|\[\[|<[A-Za-z_][^<>\n]{0,200}>|%[A-Za-z_][\w.-]{0,200}%|\$[A-Za-z_]\w{0,200}|__[A-Za-z]\w{0,200}?__|@{1,2}[A-Za-z_]\w{0,200}@{1,2}|[A-Z][A-Z0-9_]{1,200}(?![A-Za-z0-9_])/y;
const closers: Readonly<Record<string, string>> = { "${": "}", "{{": "}}", "{%": "%}", "#{": "}", "[[": "]]" };
/** The most that one placeholder may be long; a bracket that never closes must not eat the file. */
const longest = 1000;

/**
 * Hides bare placeholders, and the quotes within placeholders of strings (`"{{ must_env "X" }}"`). Offsets stay. Only for
 * a text that does not parse as it is: in one that does, nothing has to be hidden.
 */
export function coverPlaceholders(text: string): Covered {
  const placeholders = new Map<number, number>();
  const pieces: string[] = [];
  let copied = 0;
  let previous = "";
  const hide = (from: number, to: number, replacement: string) => {
    pieces.push(text.slice(copied, from), replacement);
    copied = to;
  };
  for (let at = 0; at < text.length; ) {
    const character = text[at] as string;
    if (character === '"') {
      const [end, inner] = stringEnd(text, at);
      for (const [from, to] of inner) hide(from, to, text.slice(from, to).replace(/["\\\n\r\t]/g, "'"));
      at = end;
      previous = '"';
      continue;
    }
    if (character === "/" && (text[at + 1] === "/" || text[at + 1] === "*")) {
      const end = text[at + 1] === "/" ? text.indexOf("\n", at) : text.indexOf("*/", at + 2);
      at = end < 0 ? text.length : text[at + 1] === "*" ? end + 2 : end;
      continue;
    }
    const length = bareLength(text, at, previous);
    if (length === 0) {
      if (!/\s/.test(character)) previous = character;
      at++;
      continue;
    }
    const asKey = previous !== ":" && /^\s*:/.test(text.slice(at + length, at + length + 50));
    const asValue =
      previous === ":" ||
      previous === "[" ||
      (previous === "," && /^\s*[,\]]/.test(text.slice(at + length, at + length + 200)));
    if (asKey || asValue) {
      placeholders.set(at, length);
      hide(at, at + length, `"${"_".repeat(Math.max(length - 2, 0))}"`.slice(0, Math.max(length, 2)));
      previous = '"';
    } else {
      // A template's own statement between members (`{{ range … }}`): it is no JSON at all.
      hide(at, at + length, text.slice(at, at + length).replace(/[^\n\r]/g, " "));
    }
    at += length;
  }
  pieces.push(text.slice(copied));
  return { text: pieces.join(""), placeholders };
}

/** Length of the placeholder that begins here, with what clings to it (`<A>.dkr.${B}`); 0 when there is none. */
function bareLength(text: string, at: number, previous: string): number {
  let end = at;
  for (;;) {
    const one = oneBare(text, end, end === at ? previous : "");
    if (one === 0) break;
    end += one;
    // What clings to it belongs to it, up to what ends a JSON value.
    while (
      end < text.length &&
      /[\w.\-/:@]/.test(text[end] as string) &&
      !(text[end] === ":" && /\s/.test(text[end + 1] ?? " "))
    )
      end++;
  }
  return end - at < 2 ? 0 : end - at;
}

function oneBare(text: string, at: number, previous: string): number {
  bare.lastIndex = at;
  const match = bare.exec(text);
  if (!match) return 0;
  const opener = match[0];
  const closer = closers[opener];
  if (closer === undefined) return opener.length;
  // Lists of lists and objects of objects are no placeholders where JSON may have them.
  if (opener === "[[" && !/^\[\[\s*[A-Za-z_]/.test(text.slice(at, at + 20))) return 0;
  if (opener === "[[" && previous === "") return 0;
  const end = closing(text, at + opener.length, closer);
  if (end < 0) return 0;
  return end - at + (opener === "#{" && text[end] === "#" ? 1 : 0);
}

/** Offset after the closer, inner pairs of braces skipped; -1 when it is not near. */
function closing(text: string, from: number, closer: string): number {
  let depth = 0;
  const limit = Math.min(text.length, from + longest);
  for (let at = from; at < limit; at++) {
    if (depth === 0 && text.startsWith(closer, at)) return at + closer.length;
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && depth > 0) depth--;
  }
  return -1;
}

/** Offset after a string's closing quote, and the placeholders in it that hold quotes of their own. */
function stringEnd(text: string, start: number): [number, [number, number][]] {
  const inner: [number, number][] = [];
  let at = start + 1;
  while (at < text.length && text[at] !== '"' && text[at] !== "\n") {
    if (text[at] === "\\") {
      at += 2;
      continue;
    }
    const opener = text.startsWith("{{", at) ? "{{" : text.startsWith("${", at) ? "${" : "";
    if (opener) {
      const end = closing(text, at + 2, closers[opener] as string);
      const body = end < 0 ? "" : text.slice(at, end);
      if (body && !body.includes("\n")) {
        if (body.includes('"')) inner.push([at, end]);
        at = end;
        continue;
      }
    }
    at++;
  }
  return [Math.min(at + 1, text.length), inner];
}
