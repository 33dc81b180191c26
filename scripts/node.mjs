// The Node that runs the project. Plain JavaScript without a dependency: it is asked for before anything is installed,
// and by a Node that is older than what it gives.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** The major version that the AWS SDK and our bundles ask for (`engines` in package.json). */
export const requiredMajor = 22;

export function machineCache() {
  const given = process.env["SLIPWAY_CACHE"];
  if (given) return path.resolve(given);
  return path.join(process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache"), "slipway");
}

export function npmEnvironment() {
  const outer =
    /^(npm_(lifecycle|package|command|execpath|node_execpath)|npm_config_(local_prefix|prefix|noproxy|node_gyp|init_module)|INIT_CWD|NODE_OPTIONS)/;
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !outer.test(key)));
}

export function installedNode(major, onInstall = (work) => work()) {
  const windows = process.platform === "win32";
  const packageName = `node-${windows ? "win" : process.platform}-${process.arch}`;
  const cache = path.join(machineCache(), "node");
  const root = path.join(cache, `${major}-${windows ? "win" : process.platform}-${process.arch}`);
  const inRoot = path.join("node_modules", packageName, "bin", windows ? "node.exe" : "node");
  const binary = path.join(root, inRoot);
  if (existsSync(binary)) return binary;
  return onInstall(() => {
    const staging = `${root}.tmp-${process.pid}`;
    mkdirSync(staging, { recursive: true });
    removeAbandoned(cache, `${path.basename(root)}.tmp-`);
    writeFileSync(path.join(staging, "package.json"), JSON.stringify({ name: "slipway-host-node", private: true }));
    const args = ["install", `${packageName}@${major}`, "--ignore-scripts", "--no-audit", "--no-fund"];
    run("npm", args, { cwd: staging, env: npmEnvironment(), shell: windows });
    run(path.join(staging, inRoot), ["--version"], {});
    try {
      renameSync(staging, root);
    } catch (error) {
      // Another run may have been quicker: what it installed is as good.
      rmSync(staging, { recursive: true, force: true });
      if (!existsSync(binary)) throw error;
    }
    return binary;
  });
}

export function projectNode(onInstall) {
  const own = Number(process.versions.node.split(".")[0]);
  return own >= requiredMajor ? process.execPath : installedNode(requiredMajor, onInstall);
}

function run(command, args, options) {
  const done = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26, ...options });
  if (done.status === 0) return;
  const output = `${done.stdout ?? ""}\n${done.stderr ?? ""}\n${done.error ?? ""}`.trim().split("\n").slice(-25);
  throw new Error(`${path.basename(command)} ${args.join(" ")} failed:\n${output.join("\n")}`);
}

/** Removes what installs left that were interrupted; one whose process lives goes on. */
function removeAbandoned(dir, prefix) {
  for (const name of readdirSync(dir)) {
    const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN;
    if (owner > 0 && !isAlive(owner)) rmSync(path.join(dir, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
