/**
 * The end-to-end harness: `useWorkbench()` in a `describe` opens a real VS Code with the VSIX on a folder before each
 * test, with fresh user data, and keeps trace, screenshot and logs of a test that failed.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { BrowserContext } from "playwright-core";
import { quietSettings, readLogs, writeUserSettings, type CodeServer } from "../../scripts/codeServerProcess";
import { ensureDir, resultsDir } from "../../scripts/paths";
import { patienceMs } from "../../scripts/waiting";
import { freshUserData, theBrowser, theServer, workspaceCopy, type HostOptions } from "./host";
import { Workbench } from "./workbench";

export { sandboxEnvironment, theEngine, theSandbox, workspaceCopy } from "./host";
export { Workbench } from "./workbench";

export interface WorkbenchOptions extends HostOptions {
  /** The folder to open; a fresh copy of the sample unless given. */
  readonly folder?: string;
  /** User settings, over the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * `ask`: Workspace Trust is on, as VS Code comes, and the folder is not trusted yet. Otherwise it is off (by the
   * setting a person has for it).
   */
  readonly trust?: "ask" | "off";
}

/** Opens VS Code on a folder. Only one is open on a server at a time; `close` it before opening the next. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const server = await theServer(options);
  await freshUserData(server);
  writeUserSettings(server.userDir, {
    ...quietSettings,
    "security.workspace.trust.enabled": options.trust === "ask",
    "security.workspace.trust.startupPrompt": "always",
    ...options.settings,
  });
  const folder = options.folder ?? workspaceCopy();
  const context = await theContext(server);
  await context.tracing.startChunk();
  const page = await context.newPage();
  const workbench = new Workbench(page, server, folder);
  try {
    await page.goto(server.url(folder), { timeout: 60_000 });
    await workbench.ready();
  } catch (error) {
    await keepEvidence(workbench, "opening VS Code");
    await workbench.close();
    throw error;
  }
  return workbench;
}

const contexts = new Map<CodeServer, Promise<BrowserContext>>();

/**
 * A server's browser context. One for all its windows, so that only the first has VS Code's scripts to load and compile;
 * a window that is closed takes what it stored along (see {@link Workbench.close}).
 */
function theContext(server: CodeServer): Promise<BrowserContext> {
  let context = contexts.get(server);
  if (!context) contexts.set(server, (context = makeContext()));
  return context;
}

async function makeContext(): Promise<BrowserContext> {
  const context = await (await theBrowser()).newContext({
    viewport: { width: 1400, height: 900 },
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(patienceMs);
  // A film of every test costs half of a core: it is made when it is asked for. A failure has its trace and a picture.
  const full = process.env["SLIPWAY_TRACE"] === "full";
  await context.tracing.start({ screenshots: full, snapshots: full });
  return context;
}

/**
 * In a `describe`: a fresh VS Code for each test. Returns a function that gives the current one.
 * Options may be a function, for what is only known then (a sandbox's environment).
 */
export function useWorkbench(
  options: WorkbenchOptions | (() => WorkbenchOptions | Promise<WorkbenchOptions>) = {},
): () => Workbench {
  let current: Workbench | undefined;
  beforeEach(async function () {
    // The first one may install VS Code and start everything; a later one takes a few seconds.
    this.timeout(300_000);
    current = await openWorkbench(typeof options === "function" ? await options() : options);
  });
  afterEach(async function () {
    this.timeout(60_000);
    if (current && this.currentTest?.state === "failed") await keepEvidence(current, this.currentTest.fullTitle());
    await current?.close();
    current = undefined;
  });
  return () => {
    if (!current) throw new Error("useWorkbench(): no VS Code is open outside of a test");
    return current;
  };
}

/** Keeps what tells why a test failed: trace, screenshot, the server's and the extension host's logs. */
async function keepEvidence(workbench: Workbench, title: string): Promise<void> {
  const dir = ensureDir(path.join(resultsDir, "e2e", title.replaceAll(/[^\w-]+/g, "-").slice(0, 100)));
  await workbench.page.screenshot({ path: path.join(dir, "page.png"), timeout: 10_000 }).catch(() => undefined);
  await workbench.page
    .context()
    .tracing.stopChunk({ path: path.join(dir, "trace.zip") })
    .catch(() => undefined);
  for (const { file, text } of readLogs(workbench.server.logsDir)) {
    writeFileSync(path.join(dir, path.relative(workbench.server.logsDir, file).replaceAll(path.sep, "-")), text);
  }
  writeFileSync(path.join(dir, "server.log"), workbench.server.process.logTail(2000));
  console.log(`      evidence: ${dir}`);
}
