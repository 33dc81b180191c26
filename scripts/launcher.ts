/**
 * Stands in for desktop VS Code: takes the arguments that runTests passes, runs the suite in the browser-hosted VS Code,
 * prints what the suite prints, and ends with mocha's exit code. Ends with an error of its own on a page crash, on 60 s
 * of silence and when no test ran.
 */
import path from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { findBrowser, launchBrowser } from "./browser";
import { installVsCode, type VsCodeName } from "./codeServer";
import { quietSettings, readLogs, startCodeServer, writeUserSettings, type CodeServer } from "./codeServerProcess";
import { ensureDir, resultsDir, temporaryDir } from "./paths";
import { main } from "./processes";
import { messageOf } from "./waiting";
import { writeFileSync } from "node:fs";

const silenceMs = 60_000;
/** The suite's last line, from test/vscode/suite/index.ts. */
const summary = /^suite: (\d+) passed, (\d+) failed, (\d+) skipped$/;

interface LaunchArguments {
  readonly developmentPaths: readonly string[];
  readonly testsPath: string;
  readonly folder: string | undefined;
}

/** Reads desktop VS Code's command line; what has no meaning in a browser (--no-sandbox, --user-data-dir …) is left out. */
export function parseArguments(args: readonly string[]): LaunchArguments {
  const value = (name: string) =>
    args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
  const testsPath = value("extensionTestsPath")[0];
  if (!testsPath) throw new Error("--extensionTestsPath is missing: this executable only runs test suites");
  return {
    developmentPaths: value("extensionDevelopmentPath"),
    testsPath,
    folder: args.find((arg) => !arg.startsWith("-")),
  };
}

void main(async () => {
  const name = (process.env["SLIPWAY_HOST_VSCODE"] ?? "current") as VsCodeName;
  const args = parseArguments(process.argv.slice(2));
  const browserPath = findBrowser();
  if (!browserPath) throw new Error("no Chromium on this machine");
  const vscode = await installVsCode(name);
  const dataDir = temporaryDir("suite");
  const results = ensureDir(path.join(resultsDir, `vscode-${name}`));
  writeUserSettings(path.join(dataDir, "data", "User"), quietSettings);
  const server = await startCodeServer(vscode, {
    dataDir,
    testDriver: true,
    // VS Code leaves its sockets where it makes them; so they are made in what is removed.
    env: { TMPDIR: ensureDir(path.join(dataDir, "t")) },
    logFile: path.join(results, "server.log"),
  });
  const browser = await launchBrowser(browserPath);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  // A film costs half of a core: it is made when it is asked for. A failure has its trace and a picture.
  await context.tracing.start({ screenshots: process.env["SLIPWAY_TRACE"] === "full", snapshots: false });
  const page = await context.newPage();
  let code = 1;
  try {
    code = await runSuite(page, server, { ...args, folder: args.folder ?? ensureDir(path.join(dataDir, "folder")) });
  } catch (error) {
    console.error(`slipway ! ${messageOf(error)}`);
  }
  await (code === 0 ? context.tracing.stop() : keepEvidence(context, page, server, results));
  await browser.close();
  await server.stop();
  return code;
});

async function runSuite(page: Page, server: CodeServer, args: LaunchArguments): Promise<number> {
  const remote = (file: string) => `vscode-remote://127.0.0.1:${server.port}${path.resolve(file)}`;
  const payload = [
    ...args.developmentPaths.map((file) => ["extensionDevelopmentPath", remote(file)]),
    ["extensionTestsPath", remote(args.testsPath)],
    ["skipWelcome", "true"],
  ];
  let tests = -1;
  let lastSign = Date.now();
  let finish: (code: number) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const finished = new Promise<number>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  await page.exposeFunction("codeAutomationLog", (type: unknown, values: unknown) => {
    lastSign = Date.now();
    for (const line of suiteLines(type, values)) {
      console.log(line);
      const total = summary.exec(line);
      if (total) tests = Number(total[1]) + Number(total[2]);
    }
  });
  await page.exposeFunction("codeAutomationExit", (exitCode: number) => finish(exitCode));
  page.on("crash", () => fail(new Error("the page with VS Code crashed")));
  page.on("close", () => fail(new Error("the page with VS Code was closed")));
  void server.process.exited.then((exit) =>
    fail(new Error(`VS Code's server ended with code ${exit}:\n${server.process.logTail()}`)),
  );
  const watch = setInterval(() => {
    if (Date.now() - lastSign > silenceMs)
      fail(new Error(`${silenceMs / 1000} s without a sign of life from the suite`));
  }, 1000);
  try {
    await page.goto(server.url(args.folder, { payload: JSON.stringify(payload) }), { timeout: 60_000 });
    const code = await finished;
    if (tests <= 0)
      throw new Error(tests === 0 ? "the suite ran no test" : "the suite ended without saying how many tests ran");
    return code;
  } finally {
    clearInterval(watch);
  }
}

/**
 * The suite's own lines among what VS Code logs. The extension host's console arrives as log entries, each either
 * `(type, args)` or one object with both, and each line of it carries VS Code's prefix.
 */
function suiteLines(type: unknown, values: unknown): string[] {
  const entry = typeof type === "object" && type !== null ? (type as { args?: unknown }).args : values;
  const all = (Array.isArray(entry) ? entry : [entry]).filter((value): value is string => typeof value === "string");
  const lines = all.flatMap((text) => text.replaceAll(/%c|\x1b\[[0-9;]*m/g, "").split("\n"));
  if (process.env["SLIPWAY_DEBUG"]) console.log(`[log] ${lines.join(" ¦ ")}`);
  return lines.flatMap((line) => /│(.*)$/.exec(line)?.[1] ?? []);
}

async function keepEvidence(context: BrowserContext, page: Page, server: CodeServer, results: string): Promise<void> {
  await page.screenshot({ path: path.join(results, "page.png"), timeout: 10_000 }).catch(() => undefined);
  await context.tracing.stop({ path: path.join(results, "trace.zip") }).catch(() => undefined);
  for (const { file, text } of readLogs(server.logsDir)) {
    if (/exthost|remoteagent/.test(file))
      writeFileSync(path.join(results, path.relative(server.logsDir, file).replaceAll(path.sep, "-")), text);
  }
  console.error(`slipway ! screenshot, trace and logs are in ${results}`);
}
