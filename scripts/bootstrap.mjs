// The way in for `npm start`, `npm test` and the others. Plain Node without a dependency, so that it works on a fresh
// clone: installs the packages, builds, and hands over to TypeScript.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import { setInterval } from "node:timers";
import { fileURLToPath, pathToFileURL } from "node:url";
import { projectNode, requiredMajor } from "./node.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const [what = "", ...rest] = process.argv.slice(2);

/** What can be asked for: a TypeScript file of the host, or a bundle that runs as it is. */
const targets = {
  start: { script: "scripts/start.ts" },
  test: { script: "scripts/run.ts" },
  bench: { script: "test/bench/run.ts" },
  screenshots: { script: "test/e2e/screenshots.ts" },
  sandbox: { bundle: "dist/sandbox.js" },
  // Runs from the sources, and what it prints is read by a program.
  vectors: { script: "scripts/vectors.ts", unbuilt: true },
};

const say = (line) => (what === "vectors" ? console.error : console.log)(`slipway ${line}`);

function fail(line) {
  console.error(`slipway ! ${line}`);
  process.exit(1);
}

/** Runs a command to its end; its output is shown only when it fails. */
function run(line, command, args) {
  say(`${line} …`);
  const started = Date.now();
  const done = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
    maxBuffer: 1 << 26,
  });
  if (done.status !== 0)
    fail(`${line}: ${command} ${args.join(" ")} failed\n${done.stdout ?? ""}${done.stderr ?? ""}${done.error ?? ""}`);
  say(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** The newest change below these files and folders, in milliseconds. */
function newest(...names) {
  let latest = 0;
  for (const name of names) {
    const file = path.join(root, name);
    if (!existsSync(file)) continue;
    const stat = statSync(file);
    latest = Math.max(latest, stat.mtimeMs);
    if (stat.isDirectory())
      latest = Math.max(latest, newest(...readdirSync(file).map((entry) => path.join(name, entry))));
  }
  return latest;
}

/** Packages: `npm ci` when they are missing or were installed from another lock file. */
function packages() {
  const lock = createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  const stamp = path.join(root, "node_modules", ".slipway-stamp");
  const modules = path.join(root, "node_modules", "tsx");
  if (existsSync(modules) && existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  // npm keeps a lock file of its own inside node_modules; where it is newer than ours, somebody has just installed.
  const own = path.join(root, "node_modules", ".package-lock.json");
  if (
    !existsSync(modules) ||
    !existsSync(own) ||
    statSync(own).mtimeMs < statSync(path.join(root, "package-lock.json")).mtimeMs
  ) {
    // No package's install script is run: esbuild and tsx work from their platform packages.
    run("installing packages (npm ci)", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  }
  writeFileSync(stamp, lock);
}

/** The Node that everything runs with: this one, or where this is too old one from npm, once for this machine. */
function node() {
  try {
    return projectNode((work) => {
      say(`this is Node ${process.version}; installing Node ${requiredMajor} beside it …`);
      return work();
    });
  } catch (error) {
    return fail(`Node ${requiredMajor} is needed, and could not be installed: ${error.message}`);
  }
}

/** Bundles: `node esbuild.js` when a source is newer than what was built last. */
function build(binary) {
  const stamp = path.join(root, ".cache", "built");
  const built = existsSync(path.join(root, "dist")) && existsSync(stamp) ? Number(readFileSync(stamp, "utf8")) : 0;
  const changed = newest("src", "esbuild.js", "package-lock.json", "tsconfig.json");
  if (changed <= built) return;
  run("building", binary, ["esbuild.js"]);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, String(changed));
}

/** Our parent and, below npm, that one's parent. */
function family() {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return String(parent);
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, "utf8");
    return `${parent} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]}`;
  } catch {
    return String(parent);
  }
}

const [major, minor] = process.versions.node.split(".").map(Number);
// What an older one cannot even do is to read this project's own scripts.
if (major < 20 || (major === 20 && minor < 19)) fail(`Node ${requiredMajor} is needed, this is ${process.version}`);
const target = targets[what];
if (!target) fail(`usage: node scripts/bootstrap.mjs ${Object.keys(targets).join("|")} [arguments]`);
const entry = path.join(root, target.script ?? target.bundle);
packages();
const binary = node();
if (!target.unbuilt) build(binary);
if (!existsSync(entry)) fail(`${path.relative(root, entry)} does not exist`);

const tsx = pathToFileURL(createRequire(path.join(root, "package.json")).resolve("tsx")).href;
// "--": without it Node (20 and 22) takes an --env-file among the program's own arguments for its own.
const child = spawn(binary, [...(target.script ? ["--import", tsx] : []), "--", entry, ...rest], {
  cwd: root,
  stdio: "inherit",
  // First on the path, so that npm and whatever else is started by name runs with it too.
  env: { ...process.env, PATH: [path.dirname(binary), process.env.PATH].join(path.delimiter) },
});
// Ctrl+C reaches the child by itself (it is in our group); a signal sent to us alone is passed on. Either way we wait.
process.on("SIGINT", () => undefined);
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// npm, stopped by a signal sent to it alone, leaves us behind (under the shell that it started us with).
const parents = family();
setInterval(() => family() !== parents && child.kill("SIGTERM"), 1000).unref();
child.on("error", (error) => fail(error.message));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
