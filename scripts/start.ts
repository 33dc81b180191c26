/**
 * `npm start`: the sandbox and a VS Code with Slipway and a sample application in it, from nothing.
 * Options: `--port N` (VS Code's), `--fresh` (the sample as it was), `--browser` (not the desktop VS Code).
 */
import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureBaseImages } from "./baseImages";
import { findBrowser } from "./browser";
import { provenByCanary } from "./canary";
import { installVsCode } from "./codeServer";
import { installVsix, quietSettings, startCodeServer, writeUserSettings } from "./codeServerProcess";
import { ensureEngine, type Engine } from "./engine";
import { ensureDir, localCache, projectRoot, temporaryDir } from "./paths";
import { isShuttingDown, main, onShutdown, runOrThrow, startProcess } from "./processes";
import { startSandbox, type Sandbox } from "./sandbox";
import { say, step, warn } from "./say";
import { which } from "./systemPackages";
import { packageVsix } from "./vsix";
import { canShowWindows } from "./vscodeExecutable";
import { messageOf } from "./waiting";

/** The sample is ours, so VS Code need not ask whether its authors are to be trusted. */
// The sample lies in this clone, which is not the repository that VS Code should offer.
const demoSettings = {
  ...quietSettings,
  "security.workspace.trust.enabled": false,
  "git.enabled": true,
  "git.openRepositoryInParentFolders": "never",
};

void main(async () => {
  const { values } = parseArgs({
    options: { port: { type: "string" }, fresh: { type: "boolean" }, browser: { type: "boolean" } },
  });
  const desktop = values.browser ? undefined : desktopVsCode();
  const logs = ensureDir(path.join(localCache, "demo", "logs"));

  const [engine, vsix, vscode] = await Promise.all([
    engineWithImages(),
    packageVsix(),
    desktop ? undefined : installVsCode("current"),
  ]);
  const sandbox = await step("starting the local sandbox", () => startSandbox(engine, path.join(logs, "sandbox.log")));
  const folder = workingCopy(values.fresh === true);
  say(`the sample application is in ${folder}; harbour-tides in it is broken on purpose, to see a diagnosis`);
  const env = { ...sandbox.stateEnv, ...engine?.env };
  const dataDir = temporaryDir("demo");

  if (desktop) return showOnDesktop(desktop, { vsix, folder, dataDir, env, sandbox });
  const browser = findBrowser();
  if (browser) await provenByCanary(vscode!, browser);
  writeUserSettings(path.join(dataDir, "data", "User"), demoSettings);
  await step("installing Slipway into VS Code", () =>
    installVsix(vscode!, vsix, dataDir, path.join(dataDir, "extensions")),
  );
  const port = values.port ? { port: Number(values.port) } : {};
  const server = await step(`starting VS Code ${vscode!.version}`, () =>
    startCodeServer(vscode!, { dataDir, env, logFile: path.join(logs, "vscode.log"), ...port }),
  );
  say(`sandbox ${sandbox.url}; logs in ${logs}; Ctrl+C stops everything`);
  console.log(`\n${server.url(folder)}\n`);
  const ended = await Promise.race([
    server.process.exited.then(() => server.process),
    sandbox.process.exited.then(() => sandbox.process),
  ]);
  if (isShuttingDown()) return 0;
  warn(`${ended.name} has ended by itself:\n${ended.logTail()}`);
  return 1;
});

async function engineWithImages(): Promise<Engine | undefined> {
  const engine = await ensureEngine();
  if (!engine) return undefined;
  say(`container engine ${engine.version}${engine.ours ? ", Slipway's own" : ""}`);
  try {
    await ensureBaseImages(engine);
  } catch (error) {
    // The engine works; the person's own Dockerfiles may well build where ours lacks its base image.
    warn(`the sample's base image could not be made: ${messageOf(error)}`);
  }
  return engine;
}

/**
 * The sample in a folder of its own, so that trying it does not change the project, and within it the one that does not
 * start. What a person changed there stays.
 */
function workingCopy(fresh: boolean): string {
  const folder = path.join(ensureDir(path.join(localCache, "demo")), "harbour-times");
  if (fresh) rmSync(folder, { recursive: true, force: true });
  cpSync(path.join(projectRoot, "scripts", "sample"), folder, { recursive: true, force: false });
  cpSync(path.join(projectRoot, "scripts", "sample-broken"), path.join(folder, "harbour-tides"), {
    recursive: true,
    force: false,
  });
  return folder;
}

/** A desktop VS Code that is there and can open a window. */
function desktopVsCode(): string | undefined {
  if (!canShowWindows()) return undefined;
  return process.env["SLIPWAY_VSCODE"] ?? which("code") ?? which("codium");
}

async function showOnDesktop(
  code: string,
  {
    vsix,
    folder,
    dataDir,
    env,
  }: { vsix: string; folder: string; dataDir: string; env: Record<string, string>; sandbox: Sandbox },
): Promise<number> {
  const own = ["--user-data-dir", dataDir, "--extensions-dir", ensureDir(path.join(dataDir, "extensions"))];
  writeUserSettings(path.join(dataDir, "User"), demoSettings);
  await step("installing Slipway into VS Code", () =>
    runOrThrow(code, [...own, "--install-extension", vsix, "--force"]),
  );
  const window = await startProcess("VS Code", code, [...own, "--new-window", "--wait", folder], {
    env: { ...process.env, ...env },
  });
  onShutdown("close VS Code", () => window.stop());
  say("VS Code is open; closing it or Ctrl+C stops everything");
  await window.exited;
  return 0;
}
