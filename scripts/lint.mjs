// `npm run lint`: each check reported like a test. Two at a time, since each fills one core; one in `npm test`, where other
// stages fill the other. `--changed FILE …`: oxlint looks at these files alone; every other check is quick, or looks at how
// the files fit together. Types are checked by the native compiler: the one in JavaScript takes four times as long, and
// stays for the programs that read sources through its API.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const cache = path.join(root, ".cache");
const [mode, ...files] = process.argv.slice(2);
const changed = files.filter((file) => existsSync(path.join(root, file)));

/** TypeScript checks again what a change can touch, and takes the rest from its own record. */
const types = (project, name) => [
  "typescript-native/bin/tsc",
  ["--noEmit", "-p", project, "--incremental", "--tsBuildInfoFile", path.join(cache, `${name}.tsbuildinfo`)],
];

/** What is checked: the program below node_modules, and its arguments. What takes longest is begun first. */
const checks = {
  "oxlint's rules": [
    "oxlint/bin/oxlint",
    ["--no-error-on-unmatched-pattern", ...(mode === "--changed" ? changed : ["."])],
  ],
  types: types("tsconfig.json", "types"),
  "rings and rooms": ["dependency-cruiser/bin/dependency-cruise.mjs", ["src"]],
  "the page's types": types("src/webview", "types-webview"),
  "dead code": ["knip/bin/knip.js", ["--no-progress"]],
  format: ["@biomejs/biome/bin/biome", ["format", "."]],
};
if (mode === "--changed" && changed.length === 0) delete checks["oxlint's rules"];

/** Runs a check; its output is shown when it says something. */
function check([title, [program, args]]) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(root, "node_modules", program), ...args], { cwd: root });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    child.on("close", (code) => {
      const ms = Date.now() - started;
      console.log(`${code === 0 ? "✔" : "✘"} ${title} (${ms} ms)`);
      if (output.trim()) console.log(output.trim());
      resolve({ title, state: code === 0 ? "passed" : "failed", ms, ...(code === 0 ? {} : { error: output.trim() }) });
    });
  });
}

mkdirSync(cache, { recursive: true });
const queue = Object.entries(checks);
const tests = [];
const worker = async () => {
  for (let next = queue.shift(); next; next = queue.shift()) tests.push(await check(next));
};
const alone = process.env.SLIPWAY_REPORT === undefined || mode === "--changed";
await Promise.all(alone ? [worker(), worker()] : [worker()]);
const failed = tests.filter(({ state }) => state === "failed").length;
const report = { passed: tests.length - failed, failed, skipped: 0, tests };
if (process.env.SLIPWAY_REPORT) writeFileSync(process.env.SLIPWAY_REPORT, JSON.stringify(report));
console.log(`${report.passed} passed, ${report.failed} failed, 0 skipped`);
process.exit(failed > 0 ? 1 : 0);
