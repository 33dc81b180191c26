/** The VSIX as a person would install it: production bundles, packaged by vsce. Made anew only when a source changed. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withLock } from "./lock";
import { ensureDir, localCache, projectRoot } from "./paths";
import { runOrThrow } from "./processes";
import { step } from "./say";

const inputs = [
  "src",
  "media",
  "l10n",
  "schemas",
  "esbuild.js",
  "package.json",
  "package.nls.json",
  "package-lock.json",
  "README.md",
  "CHANGELOG.md",
  ".vscodeignore",
];

/** Packages Slipway. Returns the path of the VSIX. */
export async function packageVsix(): Promise<string> {
  const vsix = path.join(ensureDir(localCache), "slipway.vsix");
  const stamp = `${vsix}.stamp`;
  const state = String(Math.max(...inputs.map((name) => newest(path.join(projectRoot, name)))));
  return withLock(localCache, "vsix", async () => {
    if (existsSync(vsix) && existsSync(stamp) && readFileSync(stamp, "utf8") === state) return vsix;
    await step("packaging Slipway as a VSIX", async () => {
      rmSync(vsix, { force: true });
      await runOrThrow(process.execPath, ["esbuild.js", "--production"], { cwd: projectRoot });
      const vsce = path.join(projectRoot, "node_modules", "@vscode", "vsce", "vsce");
      await runOrThrow(process.execPath, [vsce, "package", "--no-dependencies", "--skip-license", "--out", vsix], {
        cwd: projectRoot,
      });
      writeFileSync(stamp, state);
    });
    return vsix;
  });
}

/** The newest change at or below a path, in milliseconds; 0 where nothing is. */
function newest(file: string): number {
  if (!existsSync(file)) return 0;
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((entry) => newest(path.join(file, entry))));
}
