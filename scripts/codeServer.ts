/**
 * Installs a browser-hosted VS Code. Where no desktop VS Code can be had (a server, a container, a closed network) this
 * is the one that tests and the demo run in: the real workbench and a real extension host, from npm's `code-server`.
 */
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { installedNode, npmEnvironment } from "./node.mjs";
import { ensureDir, machineCache } from "./paths";
import { runOrThrow } from "./processes";
import { withLock } from "./lock";
import { say, step } from "./say";
import { ensureSystemPackages } from "./systemPackages";

/** `current` is what most people run, `floor` the oldest that package.json's `engines.vscode` admits. */
export type VsCodeName = "current" | "floor";

interface Recipe {
  /** code-server's version and the VS Code inside it. */
  readonly codeServer: string;
  readonly vscode: string;
  /** The Node that this VS Code's server was made for; native modules are built for it. */
  readonly nodeMajor: number;
  /** Native modules to build. Without spdlog every output channel stays empty, and nothing says so. */
  readonly native: readonly string[];
  /** Dependencies whose source cannot be reached from everywhere, and what stands in for them. */
  readonly replace: Readonly<Record<string, string>>;
}

export const recipes: Readonly<Record<VsCodeName, Recipe>> = {
  current: {
    codeServer: "4.139.1",
    vscode: "1.139",
    nodeMajor: 24,
    native: ["@vscode/spdlog", "@vscode/native-watchdog"],
    replace: {},
  },
  floor: {
    codeServer: "4.105.1",
    vscode: "1.105",
    nodeMajor: 22,
    native: ["@vscode/spdlog", "native-watchdog", "node-pty"],
    // Names a commit's tarball on a code host instead of a package; the release after it holds that commit.
    replace: { "@parcel/watcher": "^2.5.1" },
  },
};

/** Raise when a recipe's steps change: what is installed by an older one is then made anew. */
const recipeRevision = 1;

/** An installed browser-hosted VS Code. */
export interface InstalledVsCode {
  readonly name: VsCodeName;
  readonly version: string;
  /** The folder of the installation, where stamps are kept. */
  readonly root: string;
  /** The Node binary to run it with. */
  readonly node: string;
  /** `server-main.js`. */
  readonly serverMain: string;
}

/** Installs this VS Code into the machine's cache unless it is there. Atomic: a half-made one is never used. */
export async function installVsCode(name: VsCodeName): Promise<InstalledVsCode> {
  const recipe = recipes[name];
  const cache = ensureDir(path.join(machineCache(), "vscode"));
  const root = path.join(cache, `${recipe.codeServer}-${process.platform}-${process.arch}-r${recipeRevision}`);
  const node = installNode(recipe.nodeMajor);
  if (!existsSync(path.join(root, "stamp.json"))) {
    await withLock(cache, path.basename(root), async () => {
      if (existsSync(path.join(root, "stamp.json"))) return;
      await step(
        `installing VS Code ${recipe.vscode} for the browser (code-server ${recipe.codeServer}), once for this machine`,
        () => install(recipe, root, node),
      );
    });
  }
  return {
    name,
    version: recipe.vscode,
    root,
    node,
    serverMain: path.join(vscodeFolder(root), "out", "server-main.js"),
  };
}

const vscodeFolder = (root: string) => path.join(root, "node_modules", "code-server", "lib", "vscode");

async function install(recipe: Recipe, root: string, node: string): Promise<void> {
  if (!(await ensureSystemPackages("compiler")))
    throw new Error("VS Code's native modules cannot be built without a C++ compiler, make and python3.");
  const staging = freshFolder(root);
  const nodeHome = path.resolve(node, "..", "..");
  const env: NodeJS.ProcessEnv = {
    ...npmEnvironment(),
    PATH: `${path.dirname(node)}${path.delimiter}${process.env["PATH"] ?? ""}`,
    // Node's headers come with its package, so node-gyp has nothing to fetch.
    npm_config_nodedir: nodeHome,
  };
  const npm = (cwd: string, ...args: string[]) => runOrThrow("npm", [...args, "--no-audit", "--no-fund"], { cwd, env });
  writeFileSync(path.join(staging, "package.json"), JSON.stringify({ name: "slipway-host-vscode", private: true }));
  await npm(staging, "install", `code-server@${recipe.codeServer}`, "--ignore-scripts");

  const inner = vscodeFolder(staging);
  if (Object.keys(recipe.replace).length > 0) {
    const file = path.join(inner, "package.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as { dependencies: Record<string, string> };
    Object.assign(manifest.dependencies, recipe.replace);
    writeFileSync(file, JSON.stringify(manifest, undefined, 2));
    rmSync(path.join(inner, "npm-shrinkwrap.json"), { force: true });
  }
  await npm(inner, "install", "--omit=dev", "--ignore-scripts");
  await npm(inner, "rebuild", ...recipe.native);
  // Loads each native module with the very Node that will run it: a build for another one shows up here, not in a test.
  await runOrThrow(node, ["-e", `for (const m of ${JSON.stringify(recipe.native)}) require(m)`], { cwd: inner });

  writeFileSync(
    path.join(staging, "stamp.json"),
    JSON.stringify({ ...recipe, installed: new Date().toISOString() }, undefined, 2),
  );
  rmSync(root, { recursive: true, force: true });
  renameSync(staging, root);
}

/** {@link installedNode}, and says so where it has to be installed. */
export function installNode(major: number): string {
  return installedNode(major, (work) => {
    say(`installing Node ${major} …`);
    return work();
  });
}

/** An empty folder beside `target`, without what an interrupted install of it left. Callers hold the target's lock. */
function freshFolder(target: string): string {
  const prefix = `${path.basename(target)}.tmp-`;
  for (const entry of readdirSync(path.dirname(target))) {
    if (entry.startsWith(prefix)) rmSync(path.join(path.dirname(target), entry), { recursive: true, force: true });
  }
  return ensureDir(path.join(path.dirname(target), `${prefix}${process.pid}`));
}
