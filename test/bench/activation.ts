/** How long `activate()` of the installed VSIX takes, and what it loads, in extension hosts that have just started. */
import { appendFileSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { freshUserData, stopServers, theBrowser, theServer, workspaceCopy } from "../e2e/host";
import { quietSettings, writeUserSettings } from "../../scripts/codeServerProcess";
import { temporaryDir } from "../../scripts/paths";
import { waitFor } from "../../scripts/waiting";
import type { Bench } from "./table";

const hosts = 10;

interface Measured {
  readonly loadMs: number;
  readonly activateMs: number;
  /** Bytes of Slipway's own files that are loaded once `activate` has settled. */
  readonly bytes: number;
  readonly files: readonly string[];
}

/** Stands where the entry stood, and times what it hands on to. */
const shim = (out: string): string => `
const { appendFileSync, statSync } = require("node:fs");
const path = require("node:path");
const start = performance.now();
const real = require("./extension.real.js");
const loadMs = performance.now() - start;
exports.deactivate = real.deactivate;
exports.activate = async (context) => {
  const from = performance.now();
  try {
    return await real.activate(context);
  } finally {
    const activateMs = performance.now() - from;
    const files = Object.keys(require.cache).filter((file) => file.startsWith(__dirname) && file !== __filename);
    appendFileSync(${JSON.stringify(out)}, JSON.stringify({ loadMs, activateMs, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0), files: files.map((file) => path.basename(file)) }) + "\\n");
  }
};
`;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const activation: Bench = async (row) => {
  const out = path.join(temporaryDir("activation"), "measured.jsonl");
  appendFileSync(out, "");
  const server = await theServer({ env: { SLIPWAY_STATE_DIR: temporaryDir("state") } });
  try {
    const installed = readdirSync(server.extensionsDir).find((name) => name.startsWith("slipway."));
    if (!installed) throw new Error("the VSIX is not installed");
    const entry = path.join(server.extensionsDir, installed, "dist", "extension.js");
    const real = entry.replace(/\.js$/, ".real.js");
    if (!existsSync(real)) renameSync(entry, real);
    writeFileSync(entry, shim(out));
    const measured = (): Measured[] =>
      readFileSync(out, "utf8")
        .trim()
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Measured);
    // `workspaceContains:slipway.json` activates; nobody clicks anything.
    const folder = workspaceCopy();
    writeFileSync(
      path.join(folder, "slipway.json"),
      JSON.stringify({ applications: { sample: { dockerfile: "Dockerfile" } } }),
    );
    for (let index = 0; index < hosts; index++) {
      await freshUserData(server);
      writeUserSettings(server.userDir, { ...quietSettings, "security.workspace.trust.enabled": false });
      const context = await (await theBrowser()).newContext();
      const page = await context.newPage();
      await page.goto(server.url(folder), { timeout: 60_000 });
      await waitFor("Slipway to be activated", () => measured().length > index, { timeoutMs: 60_000 });
      await context.close();
    }
    const all = measured();
    const times = all.map((item) => item.loadMs + item.activateMs);
    const bytes = Math.max(...all.map((item) => item.bytes));
    row({
      name: `activate(), median of ${all.length} fresh hosts`,
      value: `${median(all.map((item) => item.activateMs)).toFixed(1)} ms`,
      budget: "50 ms",
      met: median(all.map((item) => item.activateMs)) < 50,
    });
    row({ name: "with loading extension.js, median", value: `${median(times).toFixed(1)} ms` });
    row({ name: "slowest of them", value: `${Math.max(...times).toFixed(1)} ms` });
    row({
      name: `loaded by then (${[...new Set(all.flatMap((item) => item.files))].join(", ")})`,
      value: `${(bytes / 1024).toFixed(1)} KB`,
      budget: "100 KB",
      met: bytes <= 100 * 1024,
    });
  } finally {
    await stopServers();
    rmSync(out, { force: true });
  }
};
