/**
 * Runs the suite of test/vscode inside VS Code, through `@vscode/test-electron`'s runTests.
 * Usage: `suite.ts current|floor`; SLIPWAY_REPORT names the file for the report, SLIPWAY_GREP chooses tests.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { ensureDir, localCache, machineCache, projectRoot, temporaryDir } from "./paths";
import { main } from "./processes";
import { vscodeExecutable } from "./vscodeExecutable";

/** Bundles the suite to JavaScript that an extension host can load. mocha stays outside: there must be one of it. */
async function bundleSuite(outdir: string): Promise<void> {
  const source = path.join(projectRoot, "test", "vscode", "suite");
  const entryPoints = readdirSync(source)
    .filter((file) => file === "index.ts" || file.endsWith(".test.ts"))
    .map((file) => path.join(source, file));
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints,
    outdir,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
}

void main(async () => {
  const name = process.argv[2] === "floor" ? "floor" : "current";
  const executable = await vscodeExecutable(name);
  const outdir = path.join(localCache, `suite-${name}`);
  await bundleSuite(outdir);

  // Nothing of the person's own reaches the suite, and nothing of the suite's stays: a home, a workspace and user data
  // for this run alone.
  const home = temporaryDir("home");
  const folder = path.join(home, "sample");
  cpSync(path.join(projectRoot, "scripts", "sample"), folder, { recursive: true });
  mkdirSync(path.join(home, ".aws"));
  for (const file of ["config", "credentials"]) writeFileSync(path.join(home, ".aws", file), "");
  return runTests({
    vscodeExecutablePath: executable.path,
    extensionDevelopmentPath: projectRoot,
    extensionTestsPath: path.join(outdir, "index.js"),
    launchArgs: [
      folder,
      `--user-data-dir=${ensureDir(path.join(home, "u"))}`,
      `--extensions-dir=${ensureDir(path.join(home, "e"))}`,
    ],
    extensionTestsEnv: {
      HOME: home,
      SLIPWAY_CACHE: machineCache(),
      AWS_CONFIG_FILE: path.join(home, ".aws", "config"),
      AWS_SHARED_CREDENTIALS_FILE: path.join(home, ".aws", "credentials"),
      SLIPWAY_SUITE: name === "floor" ? "smoke" : "all",
      SLIPWAY_REPORT: process.env["SLIPWAY_REPORT"],
      SLIPWAY_GREP: process.env["SLIPWAY_GREP"],
    },
  });
});
