/**
 * What changed files can touch, for `npm test -- --changed`. The rule:
 *
 * - lint: always; oxlint looks at the changed files alone, everything else at all of the tree.
 * - unit: the test files that import a changed file, directly or through others; and those that read files by themselves
 *   (they, or what they import of test/ and scripts/, import a module that can), since nothing tells which.
 * - contract, engine, engine-simulated, e2e, vscode-current, vscode-floor: the test files that import a changed file of
 *   test/ or scripts/; and all of a stage where code changed that the unit tests do not reach ({@link coveredBy}). So a
 *   change in src/core runs none of them.
 * - everything where something changed that everything hangs on, or that this rule does not know.
 *
 * Imports of types alone do not count: they can break nothing but the compiler's check, which is part of lint.
 */

/** Of each file, relative to the project, what it imports: files of the project so too, and modules by their names. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** What is to be run. */
export interface Selection {
  /** Stages with the files that they run; for lint, those that oxlint looks at. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Stages that are left out. */
  readonly leftOut: readonly string[];
}

/** Everything is built, installed or run by these. */
const everything = /^(package-lock\.json|tsconfig\.json|esbuild\.js|\.mocharc\.json|\.npmrc)$/;

/** Nothing but lint, and tests that read files, looks at these. */
const textsAlone =
  /\.md$|^(docs|\.github|\.vscode|\.ci|media\/walkthrough)\/|^(LICENSE|\.editorconfig|\.git[\w-]+|\.vscodeignore|biome\.json|\.oxlintrc\.json|\.dependency-cruiser\.cjs)$/;

/** The stages that cover code which the unit tests do not reach, or hardly. */
const coveredBy: readonly { readonly code: RegExp; readonly stages: readonly string[] }[] = [
  { code: /^src\/core\//, stages: [] },
  { code: /^(src\/sandbox|scripts\/models)\//, stages: ["contract"] },
  { code: /^src\/(aws|docker|machine|backend|cli)\/|^src\/cli\.ts$/, stages: ["engine", "engine-simulated"] },
  { code: /^src\/vscode\/|^src\/extension\.ts$/, stages: ["vscode-current", "vscode-floor", "e2e"] },
  { code: /^package(\.nls)?\.json$|^l10n\//, stages: ["vscode-current", "vscode-floor"] },
  { code: /^(src\/webview|media)\//, stages: ["e2e"] },
  { code: /^scripts\/sample-broken\//, stages: ["engine"] },
  { code: /^scripts\/sample\//, stages: ["e2e", "vscode-current", "vscode-floor"] },
];

/** Modules with which a test can read what it does not import. */
const readers = /^(node:)?(fs|fs\/promises|child_process)$|^esbuild$/;

/**
 * Chooses what to run.
 *
 * @param graph the project's imports
 * @param changed the changed files, relative to the project
 * @param stages the test files of each stage but lint
 */
export function select(
  graph: ImportGraph,
  changed: readonly string[],
  stages: ReadonlyMap<string, readonly string[]>,
): Selection {
  const files = new Map<string, readonly string[]>([["lint", changed.filter((file) => /\.[cm]?[jt]s$/.test(file))]]);
  const isKnown = (file: string): boolean =>
    /^(src|test|scripts)\//.test(file) || textsAlone.test(file) || coveredBy.some(({ code }) => code.test(file));
  const all = changed.some((file) => everything.test(file) || !isKnown(file));
  const own = changed.filter((file) => /^(test|scripts)\//.test(file));
  for (const [stage, testFiles] of stages) {
    const isWhole =
      all || coveredBy.some(({ code, stages: by }) => by.includes(stage) && changed.some((file) => code.test(file)));
    const wanted = new Set(stage === "unit" ? changed : own);
    const chosen = testFiles.filter((file) => {
      if (isWhole) return true;
      const closure = closureOf(graph, file);
      return (
        [...closure].some((each) => wanted.has(each)) ||
        (stage === "unit" && changed.length > 0 && readsByItself(graph, closure))
      );
    });
    if (chosen.length > 0) files.set(stage, chosen);
  }
  return { files, leftOut: [...stages.keys()].filter((stage) => !files.has(stage)) };
}

/** A file and all files of the project that it imports, directly or through others. */
export function closureOf(graph: ImportGraph, file: string): ReadonlySet<string> {
  const closure = new Set([file]);
  // A set that grows while it is walked is walked to its new end.
  for (const each of closure)
    for (const imported of graph.get(each) ?? []) if (graph.has(imported)) closure.add(imported);
  return closure;
}

function readsByItself(graph: ImportGraph, closure: ReadonlySet<string>): boolean {
  return [...closure].some(
    (file) => /^(test|scripts)\//.test(file) && graph.get(file)?.some((module) => readers.test(module)),
  );
}
