/** Places in a program's source that its last words name: stack traces and errors of common runtimes. */
import { harmless } from "../base/harmless";

export interface NamedPlace {
  /** A path in the image; relative where the program says it so. */
  readonly path: string;
  /** From one. */
  readonly line: number;
}

/** So many characters of a line are read, and so many of each of the lines that JSON has within one. */
const [widest, widestPart] = [16_000, 1000];
/** Names of files: letters of all languages, and what routers write into them: `(shop)`, `[id]`, `$user`. */
const name = "[\\p{L}\\p{N}_@.+~$%,()[\\]-]";
/** A space belongs to a name where it goes on with a letter. */
const names = `(?:${name}| (?=[\\p{L}\\p{N}_]))+`;
const path =
  `(?<path>(?:file://)?[\\p{L}\\p{N}_@.+~-]*(?:/${names})+\\.\\w{1,8}|` +
  "[\\w@+~-][\\w@.+~-]*\\.(?:rs|go|py|rb|js|mjs|cjs|ts|php|java|cs|ex|exs))";
/** How runtimes write a place; the first that fits counts. */
const forms: readonly RegExp[] = [
  // Python: File "/app/main.py", line 12, in main
  `\\bFile "${path}", line (?<line>\\d{1,7})`,
  // PHP: in /app/index.php on line 3; Perl: at /app/x.pl line 3; Swift: file /app/main.swift, line 3
  `\\b(?:in|at|file) ${path}(?:,| on)? line (?<line>\\d{1,7})`,
  // .NET: in /src/Program.cs:line 12
  `\\bin ${path}:line (?<line>\\d{1,7})`,
  // Node, Ruby, Go, Rust, PHP's exceptions: /app/server.js:9:21
  `(?:^|[\\s("'\`])${path}:(?<line>\\d{1,7})(?=[:\\s)"'\`,+]|$)`,
  // PHP's stack trace: #0 /app/lib/shop.php(3): pay(); TypeScript's compiler: /app/a.ts(3,7): error
  `(?:^|[\\s"'])${path}\\((?<line>\\d{1,7})(?:,\\d{1,7})?\\):`,
].map((form) => new RegExp(form, "u"));
/** What is no code of the person's. */
const others = new RegExp(
  "/(?:node_modules|site-packages|dist-packages|vendor|gems|\\.cargo|\\.yarn|rustc|go/pkg/mod|" +
    "usr/(?:local/)?(?:lib|go|share))/|^//?_/",
);

/** One written line as the lines that a program printed: a log in JSON has a whole stack in one, and terminals colors. */
function partsOf(line: string): string[] {
  const text = harmless(line.slice(0, widest).trimEnd(), false);
  if (!text.includes("\\n")) return [text];
  return text.split(/(?:\\r)?\\n/).map((part) => part.replaceAll('\\"', '"').replaceAll("\\t", "\t"));
}

/** A URL's path has what is no letter in percents. */
function pathOf(written: string): string {
  if (!written.startsWith("file://")) return written;
  const path = written.slice("file://".length);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The places that lines name, in their order; Python's traceback has the one that failed last. */
export function placesIn(lines: readonly string[]): NamedPlace[] {
  const found: NamedPlace[] = [];
  const traceback: NamedPlace[] = [];
  for (const part of lines.flatMap(partsOf)) {
    const text = part.slice(0, widestPart);
    const groups = forms.map((form) => form.exec(text)?.groups).find((each) => each !== undefined);
    if (!groups) continue;
    const at = pathOf(groups["path"] ?? "");
    if (others.test(`/${at}`)) continue;
    const place = { path: at, line: Number(groups["line"]) };
    if (/\bFile "/.test(text)) traceback.unshift(place);
    else found.push(place);
  }
  return [...traceback, ...found];
}
