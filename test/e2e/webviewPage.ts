/** A real page of the extension, its script and style sheet in a Chromium of its own, with no VS Code around it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import type { PagePlace } from "../../src/vscode/webviewKit/page";
import { projectRoot } from "../../scripts/paths";
import type { Theme } from "./mapThemes";

const origin = "https://page.invalid";

/** What a browser's side does, as text: this project's tests are compiled without the browser's types. */
const mailbox =
  "window.sent = []; window.kept = undefined; window.acquireVsCodeApi = () => ({ postMessage: (message) => window.sent.push(message), getState: () => window.kept, setState: (state) => (window.kept = state) });";

export interface OpenPage {
  readonly page: Page;
  /** What the page has asked of its host. */
  sent(): Promise<readonly Record<string, unknown>[]>;
  post(message: unknown): Promise<void>;
}

/**
 * Opens a page with a theme; nothing but its own two files is there to be asked for.
 * @param name of its script and style sheet
 */
export async function openWebviewPage(
  browser: Browser,
  theme: Theme,
  name: string,
  htmlAt: (place: PagePlace) => string,
  size = { width: 1280, height: 800 },
  more: { reducedMotion?: "reduce" } = {},
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: size, ...more });
  const style = Object.entries(theme.variables).map(([variable, value]) => `--vscode-${variable}: ${value}`);
  const served: Readonly<Record<string, { file: string; contentType: string }>> = {
    [`/${name}.css`]: { file: `media/${name}.css`, contentType: "text/css" },
    [`/${name}.js`]: { file: `dist/${name}.js`, contentType: "text/javascript" },
  };
  const place = { style: `${origin}/${name}.css`, script: `${origin}/${name}.js`, source: origin, nonce: "bm9uY2U" };
  const html = htmlAt(place).replace("<body>", `<body class="${theme.body}">`);
  await page.addInitScript(mailbox);
  await page.addInitScript(`document.documentElement?.setAttribute("style", ${JSON.stringify(style.join("; "))})`);
  await page.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    const found = served[pathname];
    if (found)
      return route.fulfill({ body: readFileSync(path.join(projectRoot, found.file)), contentType: found.contentType });
    return pathname === "/" ? route.fulfill({ body: html, contentType: "text/html" }) : route.abort();
  });
  await page.goto(`${origin}/`);
  // The host sets the theme from outside, which no policy of the page forbids.
  await page.evaluate(
    `for (const part of ${JSON.stringify(style)}) { const at = part.indexOf(": "); document.documentElement.style.setProperty(part.slice(0, at), part.slice(at + 2)); }`,
  );
  return {
    page,
    post: (message) => page.evaluate(`window.postMessage(${JSON.stringify(message)}, "*")`),
    sent: () => page.evaluate("window.sent"),
  };
}
