/** `npm test -- --changed`: what has changed, and the imports that tell what it can touch (selection.ts has the rule). */
import { existsSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { projectRoot } from "./paths";
import { runOrThrow } from "./processes";
import { select, type ImportGraph, type Selection } from "./selection";
import { filesOf, stages } from "./stages";

/** Where the suites that run inside VS Code begin; what hosts them belongs to them. */
const suiteRoots = [...filesOf({ dir: "test/vscode/suite", ending: ".ts" }), "scripts/suite.ts", "scripts/launcher.ts"];

/** The files that differ from a commit, and those that git does not know yet; relative to the project. */
export async function changedFiles(base: string): Promise<string[]> {
  const git = async (...args: string[]): Promise<string[]> =>
    (await runOrThrow("git", args, { cwd: projectRoot })).split("\0").filter(Boolean);
  return [
    ...new Set([
      ...(await git("diff", "--name-only", "--no-renames", "--relative", "-z", base, "--")),
      ...(await git("ls-files", "--others", "--exclude-standard", "-z")),
    ]),
  ].sort();
}

/** The imports of everything that these files reach, as esbuild resolves them. */
export async function importsOf(entryPoints: readonly string[]): Promise<ImportGraph> {
  const { metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [...entryPoints],
    outdir: "graph",
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    packages: "external",
    external: ["vscode"],
    logLevel: "error",
  });
  return new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [file, imports.map((imported) => imported.path)]),
  );
}

/**
 * Chooses what to run for what differs from `base`.
 *
 * @throws when git does not know `base`, or a source cannot be parsed
 */
export async function selectChanged(base: string): Promise<Selection & { readonly changed: readonly string[] }> {
  const changed = await changedFiles(base);
  const testFiles = new Map(
    stages
      .filter(({ name }) => name !== "lint")
      .map(({ name, files }) => [
        name,
        files?.() ?? suiteRoots.filter((file) => existsSync(path.join(projectRoot, file))),
      ]),
  );
  const graph = await importsOf([...new Set([...testFiles.values()].flat())]);
  return { ...select(graph, changed, testFiles), changed };
}
