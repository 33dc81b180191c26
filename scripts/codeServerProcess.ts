/** Runs an installed browser-hosted VS Code and installs extensions into it. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { InstalledVsCode } from "./codeServer";
import { npmEnvironment } from "./node.mjs";
import { ensureDir } from "./paths";
import { run, startProcess, type Running } from "./processes";
import { Final, waitFor } from "./waiting";

export interface ServerOptions {
  /** User data, machine data, logs and (unless given apart) extensions live here. Keep the path short. */
  readonly dataDir: string;
  readonly extensionsDir?: string;
  /** Merged over this process's environment; the extension host and its children see it. `undefined` removes. */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * For the suite inside the extension host only: no token, no Workspace Trust, and a VS Code that answers modals by
   * itself. What has a modal in it is tested without.
   */
  readonly testDriver?: boolean;
  readonly port?: number;
  readonly logFile: string;
  /** Seconds for which an extension host whose page has gone waits for it to come back. */
  readonly reconnectionGraceSeconds?: number;
}

/** A running server. */
export interface CodeServer {
  readonly vscode: InstalledVsCode;
  readonly port: number;
  readonly token: string | undefined;
  readonly dataDir: string;
  readonly extensionsDir: string;
  /** `User/` with settings.json and globalStorage: in a browser-hosted VS Code these lie on the server's side. */
  readonly userDir: string;
  readonly logsDir: string;
  readonly process: Running;
  /** The workbench's address for a folder, token included. */
  readonly url: (folder?: string, more?: Readonly<Record<string, string>>) => string;
  readonly stop: () => Promise<void>;
}

/** Starts the server on the loopback interface and waits until it answers. */
export async function startCodeServer(vscode: InstalledVsCode, options: ServerOptions): Promise<CodeServer> {
  const dataDir = ensureDir(options.dataDir);
  const extensionsDir = ensureDir(options.extensionsDir ?? path.join(dataDir, "extensions"));
  const token = options.testDriver ? undefined : randomBytes(24).toString("hex");
  const args = [
    vscode.serverMain,
    "--host",
    "127.0.0.1",
    "--port",
    String(options.port ?? 0),
    "--accept-server-license-terms",
  ];
  args.push("--server-data-dir", dataDir, "--extensions-dir", extensionsDir, "--telemetry-level", "off");
  if (token) {
    const tokenFile = path.join(dataDir, "token");
    writeFileSync(tokenFile, token);
    chmodSync(tokenFile, 0o600);
    args.push("--connection-token-file", tokenFile);
  } else {
    args.push("--without-connection-token", "--enable-smoke-test-driver", "--disable-workspace-trust");
  }
  if (options.reconnectionGraceSeconds !== undefined)
    args.push("--reconnection-grace-time", String(options.reconnectionGraceSeconds));
  rmSync(options.logFile, { force: true });
  const process = await startProcess(`VS Code ${vscode.version}`, vscode.node, args, {
    env: hostEnvironment(options.env),
    logFile: options.logFile,
  });
  const port = await waitFor(
    `VS Code ${vscode.version} to listen`,
    () => {
      if (!process.alive()) throw new Final("it has ended");
      return Number(/Extension host agent listening on (\d+)/.exec(readFileSync(options.logFile, "utf8"))?.[1]);
    },
    { timeoutMs: 60_000, evidence: () => process.logTail() },
  );
  const url = (folder?: string, more: Readonly<Record<string, string>> = {}) => {
    const query = new URLSearchParams({ ...(token ? { tkn: token } : {}), ...(folder ? { folder } : {}), ...more });
    return `http://127.0.0.1:${port}/?${query.toString()}`;
  };
  const userDir = ensureDir(path.join(dataDir, "data", "User"));
  const logsDir = path.join(dataDir, "data", "logs");
  return { vscode, port, token, dataDir, extensionsDir, userDir, logsDir, process, url, stop: () => process.stop() };
}

/** Settings that keep VS Code quiet: no start page, no updates, no account, nothing fetched from a gallery. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  "workbench.startupEditor": "none",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  // Containers of other specs listen on this machine, and VS Code would announce each.
  "remote.autoForwardPorts": false,
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};

/** Writes the user's settings.json. */
export function writeUserSettings(userDir: string, settings: Readonly<Record<string, unknown>>): void {
  writeFileSync(path.join(ensureDir(userDir), "settings.json"), JSON.stringify(settings, undefined, 2));
}

/** Installs a VSIX by VS Code's own installer and checks that it is listed. */
export async function installVsix(
  vscode: InstalledVsCode,
  vsix: string,
  dataDir: string,
  extensionsDir: string,
): Promise<void> {
  const common = ["--server-data-dir", dataDir, "--extensions-dir", extensionsDir];
  const installed = await run(vscode.node, [vscode.serverMain, ...common, "--install-extension", vsix, "--force"], {
    env: hostEnvironment(),
  });
  // The installer's exit code is 0 for some failures, so what counts is that a folder and an entry are there.
  const listing = path.join(extensionsDir, "extensions.json");
  const found = existsSync(listing)
    ? (JSON.parse(readFileSync(listing, "utf8")) as { relativeLocation?: string }[])
    : [];
  if (
    installed.code !== 0 ||
    !found.some((entry) => entry.relativeLocation && existsSync(path.join(extensionsDir, entry.relativeLocation)))
  ) {
    throw new Error(`${path.basename(vsix)} was not installed:\n${installed.stdout}\n${installed.stderr}`);
  }
}

/** All log files below a folder with their text, for reading output channels back. */
export function readLogs(dir: string): { readonly file: string; readonly text: string }[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".log"))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));
}

/** What the server and thus the extension host sees: ours, without an outer npm's or an outer VS Code's variables. */
function hostEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const outer = /^(VSCODE_|ELECTRON_|CODE_SERVER_|PASSWORD$|HASHED_PASSWORD$|PORT$)/;
  const own = Object.entries(npmEnvironment()).filter(([key]) => !outer.test(key) && !key.startsWith("npm_"));
  return { ...Object.fromEntries(own), ...more };
}
