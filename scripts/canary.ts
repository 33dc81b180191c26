/**
 * The canary: a tiny extension writes a line to an output channel and to a log channel, and both must arrive on disk and
 * in the page. Where VS Code's native log module is broken they stay empty without a word, and every test that reads an
 * output channel would be reading nothing.
 */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { launchBrowser } from "./browser";
import type { InstalledVsCode } from "./codeServer";
import { quietSettings, readLogs, startCodeServer, writeUserSettings } from "./codeServerProcess";
import { ensureDir, temporaryDir } from "./paths";
import { step } from "./say";
import { waitFor } from "./waiting";

const manifest = {
  name: "canary",
  publisher: "slipway",
  version: "1.0.0",
  engines: { vscode: "^1.100.0" },
  main: "./main.js",
  activationEvents: ["onStartupFinished"],
  extensionKind: ["workspace"],
};

const source = `
const vscode = require("vscode");
exports.activate = () => {
  const plain = vscode.window.createOutputChannel("Canary");
  plain.appendLine("canary plain sings");
  vscode.window.createOutputChannel("Canary Log", { log: true }).info("canary log sings");
  plain.show();
};
`;

/** Proves once for each installation that output channels work; set-up fails when they do not. */
export async function provenByCanary(vscode: InstalledVsCode, browserPath: string): Promise<void> {
  const stamp = path.join(vscode.root, "canary.ok");
  if (existsSync(stamp)) return;
  await step(`checking that output channels work in VS Code ${vscode.version}`, async () => {
    const dir = temporaryDir("canary");
    const extension = ensureDir(path.join(dir, "extensions", "slipway.canary-1.0.0"));
    writeFileSync(path.join(extension, "package.json"), JSON.stringify(manifest));
    writeFileSync(path.join(extension, "main.js"), source);
    writeUserSettings(path.join(dir, "data", "User"), { ...quietSettings, "security.workspace.trust.enabled": false });
    const server = await startCodeServer(vscode, { dataDir: dir, logFile: path.join(dir, "server.log") });
    const browser = await launchBrowser(browserPath);
    try {
      const page = await browser.newPage();
      await page.goto(server.url(ensureDir(path.join(dir, "folder"))));
      for (const line of ["canary plain sings", "canary log sings"]) {
        await waitFor(
          `"${line}" in a log file`,
          () => readLogs(server.logsDir).some(({ text }) => text.includes(line)),
          {
            timeoutMs: 60_000,
            evidence: () => server.process.logTail(),
          },
        );
      }
      await page
        .locator(".output-view, .panel .monaco-editor")
        .getByText("canary plain sings")
        .first()
        .waitFor({ timeout: 30_000 });
    } finally {
      await browser.close();
      await server.stop();
    }
    writeFileSync(stamp, new Date().toISOString());
  });
}
