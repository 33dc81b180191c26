/**
 * How many vectors agree with their reference: `npx tsx test/vectors/compare.ts FILE.json < lines`, where each line is
 * `{"name": …, "got": …}` as `npm run --silent vectors` prints it.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";

export interface ReferenceVector {
  readonly name: string;
  /** Absent where the vector itself is the input. */
  readonly input?: unknown;
  readonly expected: unknown;
}

/** A file of vectors, with what else is in it. */
export interface ReferenceFile {
  readonly vectors: readonly ReferenceVector[];
  readonly [more: string]: unknown;
}

export interface Comparison {
  readonly right: number;
  readonly wrong: readonly { readonly name: string; readonly expected: unknown; readonly got: unknown }[];
  /** Of policies: how often the product could not tell. */
  readonly unknown: number;
}

/** A file as it is. */
export const contentOf = (file: string): ReferenceFile => JSON.parse(readFileSync(file, "utf8")) as ReferenceFile;

/** The vectors of a file. */
export const vectorsOf = (file: string): readonly ReferenceVector[] => contentOf(file).vectors;

interface Policies {
  readonly product?: unknown;
  readonly sandbox?: unknown;
}

interface Patterns {
  readonly checker?: unknown;
  readonly service?: { readonly valid?: unknown; readonly matches?: unknown };
}

/** A refusal is right whatever its words. */
const isRefused = (value: unknown): boolean => (value as { refused?: unknown } | null | undefined)?.refused === true;

/** Where equality is not all that counts. */
const judges: Readonly<Record<string, (expected: unknown, got: unknown) => boolean>> = {
  iam: (expected, got) => {
    const { product, sandbox } = (got ?? {}) as Policies;
    return (product === expected || product === "unknown") && sandbox === expected;
  },
  // Only what the reference states is compared.
  profiles: (expected, got) =>
    Object.entries(expected as object).every(([name, value]) =>
      isDeepStrictEqual(value, (got as Readonly<Record<string, unknown>> | null | undefined)?.[name]),
    ),
  dockerignore: (expected, got) => {
    const [wanted, found] = [expected, got] as { sent?: string[]; sentByClassicBuilder?: string[] }[];
    return (
      isDeepStrictEqual(found?.sent, wanted?.sent) &&
      isDeepStrictEqual(found?.sentByClassicBuilder, wanted?.sentByClassicBuilder ?? wanted?.sent)
    );
  },
  "filter-patterns": (expected, got) => {
    const { valid, matches } = expected as { valid: boolean; matches: boolean[] };
    const { checker, service } = (got ?? {}) as Patterns;
    return checker === valid && service?.valid === valid && (!valid || isDeepStrictEqual(service.matches, matches));
  },
};

/**
 * Holds what a reader made of the vectors against what their reference makes of them.
 *
 * @param reader the name of the vectors' file, without its ending
 */
export function compare(
  reader: string,
  vectors: readonly ReferenceVector[],
  got: ReadonlyMap<string, unknown>,
): Comparison {
  const judge = judges[reader] ?? isDeepStrictEqual;
  // A refusal's words are the reader's own.
  const isRight = (expected: unknown, found: unknown) =>
    isRefused(expected) || isRefused(found) ? isRefused(expected) && isRefused(found) : judge(expected, found);
  const wrong = vectors
    .map(({ name, expected }) => ({ name, expected, got: got.get(name) }))
    .filter((each) => !got.has(each.name) || !isRight(each.expected, each.got));
  const unknown = [...got.values()].filter((value) => (value as Policies | null)?.product === "unknown").length;
  return { right: vectors.length - wrong.length, wrong, unknown };
}

function main(file: string): void {
  const reader = path.basename(file, ".json");
  const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
  const got = new Map(
    lines.map((line) => {
      const { name, got: value } = JSON.parse(line) as { name: string; got: unknown };
      return [name, value];
    }),
  );
  const vectors = vectorsOf(file);
  const { right, wrong, unknown } = compare(reader, vectors, got);
  for (const each of wrong)
    console.log(
      `${each.name}: expected ${JSON.stringify(each.expected)}, got ${JSON.stringify(each.got) ?? "nothing"}`,
    );
  console.log(`${reader}: ${right} of ${vectors.length}${reader === "iam" ? `, ${unknown} unknown` : ""}`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename && process.argv[2] !== undefined) main(process.argv[2]);
