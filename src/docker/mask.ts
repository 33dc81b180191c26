/** Values of secrets in what a build prints: a command that echoes one must not put it into a log. */

/** Shorter than this a value would be found in every other word. */
const shortest = 4;

/** Puts stars for each value, and for each of its lines. */
export function masking(values: Iterable<string>): (line: string) => string {
  const parts = new Set(
    [...values].flatMap((value) => [value, ...value.split(/\r?\n/)]).filter((part) => part.trim().length >= shortest),
  );
  // The longest first: a value may hold another.
  const sorted = [...parts].map((part) => part.trim()).sort((one, other) => other.length - one.length);
  return (line) => sorted.reduce((text, part) => text.replaceAll(part, "***"), line);
}
