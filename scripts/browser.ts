/** Chromium: found or installed, and started with fresh user data. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { temporaryDir } from "./paths";
import { onShutdown } from "./processes";
import { ensureSystemPackages, which } from "./systemPackages";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "brave-browser",
];
const macApplications = ["Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser"].map(
  (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
);

/** A Chromium on this machine: CHROME_PATH, else one on PATH, else one in its usual place. */
export function findBrowser(): string | undefined {
  const given = process.env["CHROME_PATH"];
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROME_PATH names ${given}, which does not exist.`);
    return given;
  }
  for (const name of names) {
    const found = which(name);
    if (found) return found;
  }
  return macApplications.find((file) => existsSync(file));
}

/** {@link findBrowser}, or the system's package of it. Undefined when there is none and none can be installed. */
export async function ensureBrowser(): Promise<string | undefined> {
  const found = findBrowser();
  if (found) return found;
  return (await ensureSystemPackages("browser")) ? findBrowser() : undefined;
}

/** Starts a headless Chromium that talks to this machine alone. */
export async function launchBrowser(executablePath: string): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    // Our own handlers put everything away in order; Playwright's would end the process before them.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // Playwright's own folder for them stays where a context is closed before its trace is stopped.
    tracesDir: temporaryDir("traces"),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
      // A test that only passes with a network would be flaky; localhost names still go to the loopback interface.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
    ],
  });
  onShutdown("close the browser", () => browser.close());
  return browser;
}
