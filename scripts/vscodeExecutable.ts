/**
 * The VS Code that `@vscode/test-electron`'s runTests starts: a given or downloaded desktop one where there is one, else
 * a small executable that takes the same arguments and runs the suite in the browser-hosted VS Code (launcher.ts).
 */
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { ensureBrowser } from "./browser";
import { provenByCanary } from "./canary";
import { installVsCode, recipes, type VsCodeName } from "./codeServer";
import { ensureDir, localCache, machineCache, projectRoot } from "./paths";
import { say, warn } from "./say";
import { messageOf, within } from "./waiting";

/** What to give to runTests as `vscodeExecutablePath`. */
export interface VsCodeExecutable {
  readonly path: string;
  readonly kind: "given" | "downloaded" | "browser-hosted";
  readonly version: string;
}

/**
 * Chooses, and where needed installs, the VS Code to run a suite in.
 * `SLIPWAY_VSCODE` names a desktop VS Code to use as the current one.
 *
 * @throws when there is none at all; the message says why
 */
export async function vscodeExecutable(name: VsCodeName): Promise<VsCodeExecutable> {
  const given = process.env["SLIPWAY_VSCODE"];
  if (given && name === "current") {
    if (!existsSync(given)) throw new Error(`SLIPWAY_VSCODE names ${given}, which does not exist.`);
    return { path: given, kind: "given", version: "as given" };
  }
  if (canShowWindows()) {
    const version = name === "floor" ? `${recipes.floor.vscode}.0` : "stable";
    try {
      const cachePath = ensureDir(path.join(machineCache(), "desktop"));
      const file = await within("the download of VS Code", 180_000, downloadAndUnzipVSCode({ version, cachePath }));
      return { path: file, kind: "downloaded", version };
    } catch (error) {
      warn(`desktop VS Code cannot be had (${messageOf(error)}); using the browser-hosted one`);
    }
  }
  const browser = await ensureBrowser();
  if (!browser) throw new Error("there is neither a desktop VS Code nor a Chromium to show the browser-hosted one in");
  const vscode = await installVsCode(name);
  await provenByCanary(vscode, browser);
  say(`VS Code ${vscode.version}, browser-hosted`);
  return { path: writeExecutable(name), kind: "browser-hosted", version: vscode.version };
}

/** Whether a desktop program can open a window here. */
export function canShowWindows(): boolean {
  if (process.platform !== "linux") return true;
  return Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
}

/** Writes the executable which stands in for desktop VS Code, and returns its path. */
function writeExecutable(name: VsCodeName): string {
  const file = path.join(ensureDir(path.join(localCache, "bin")), `vscode-${name}`);
  const tsx = pathToFileURL(createRequire(__filename).resolve("tsx")).href;
  const launcher = path.join(projectRoot, "scripts", "launcher.ts");
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  writeFileSync(
    file,
    `#!/bin/sh\nSLIPWAY_HOST_VSCODE=${name} exec ${[process.execPath, "--import", tsx, launcher].map(quote).join(" ")} "$@"\n`,
  );
  chmodSync(file, 0o755);
  return file;
}
