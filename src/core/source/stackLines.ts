/** Places in a program's source that its last words name: stack traces and errors of common runtimes. */

export interface NamedPlace {
  /** A path in the image; relative where the program says it so. */
  readonly path: string;
  /** From one. */
  readonly line: number;
}

/** So much of a line is read. */
const widest = 1000;
const path =
  "(?<path>(?:file://)?[\\w@.+~-]*(?:/[\\w@.+~ -]+)+\\.\\w{1,8}|[\\w@+~-][\\w@.+~-]*\\.(?:rs|go|py|rb|js|mjs|cjs|ts|php|java|cs|ex|exs))";
/** How runtimes write a place; the first that fits a line counts. */
const forms: readonly RegExp[] = [
  // Python: File "/app/main.py", line 12, in main
  new RegExp(`\\bFile "${path}", line (?<line>\\d{1,7})`),
  // PHP: in /app/index.php on line 3
  new RegExp(`\\bin ${path} on line (?<line>\\d{1,7})`),
  // .NET: in /src/Program.cs:line 12
  new RegExp(`\\bin ${path}:line (?<line>\\d{1,7})`),
  // Node, Ruby, Go, Rust, PHP's exceptions: /app/server.js:9:21
  new RegExp(`(?:^|[\\s("'\`])${path}:(?<line>\\d{1,7})(?=[:\\s)"'\`,+]|$)`),
];
/** What is no code of the person's. */
const others =
  /\/(?:node_modules|site-packages|dist-packages|vendor|gems|\.cargo|rustc|usr\/(?:local\/)?(?:lib|go|share))\//;

/** The places that lines name, in their order; Python's traceback has the one that failed last. */
export function placesIn(lines: readonly string[]): NamedPlace[] {
  const found: NamedPlace[] = [];
  const traceback: NamedPlace[] = [];
  for (const line of lines) {
    const text = line.slice(0, widest);
    const groups = forms.map((form) => form.exec(text)?.groups).find((each) => each !== undefined);
    if (!groups) continue;
    const at = (groups["path"] ?? "").replace(/^file:\/\//, "");
    if (others.test(`/${at}`)) continue;
    const place = { path: at, line: Number(groups["line"]) };
    if (/\bFile "/.test(text)) traceback.unshift(place);
    else found.push(place);
  }
  return [...traceback, ...found];
}
