/** The map's real page, script and style sheet in a Chromium of its own: for pictures of every case in every theme. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import type { MapModel } from "../../src/core/map/diagram";
import { pageOf, type PageTexts } from "../../src/vscode/webviewKit/page";
import { projectRoot } from "../../scripts/paths";
import type { Theme } from "./mapThemes";

const origin = "https://map.invalid";
/** As the extension hands them over in an English window. */
const pageTexts: PageTexts = {
  title: "Deployment Map",
  map: "Map",
  refresh: "Refresh",
  lookAgain: "Look again",
  smaller: "Smaller (-)",
  larger: "Larger (+)",
  fit: "Fit",
  fitIntoPage: "Fit into the page (0)",
  saveSvg: "Save as SVG",
  savePng: "Save as PNG",
  phases: "Phases of the deployment",
  legend: "Legend",
  drawing: "deployment map",
};
const served: Readonly<Record<string, { file: string; contentType: string }>> = {
  "/map.css": { file: "media/map.css", contentType: "text/css" },
  "/map.js": { file: "dist/map.js", contentType: "text/javascript" },
};

/** What a browser's side does, as text: this project's tests are compiled without the browser's types. */
const mailbox =
  "window.sent = []; window.acquireVsCodeApi = () => ({ postMessage: (message) => window.sent.push(message) });";

export interface MapPage {
  readonly page: Page;
  /** What the page has asked of its host. */
  sent(): Promise<readonly Record<string, unknown>[]>;
  show(model: MapModel): Promise<void>;
  post(message: unknown): Promise<void>;
}

/** Opens the page with a theme; nothing but its own two files is there to be asked for. */
export async function openMapPage(
  browser: Browser,
  theme: Theme,
  size = { width: 1280, height: 800 },
  more: { reducedMotion?: "reduce" } = {},
): Promise<MapPage> {
  const page = await browser.newPage({ viewport: size, ...more });
  const style = Object.entries(theme.variables)
    .map(([name, value]) => `--vscode-${name}: ${value}`)
    .join("; ")
    .replaceAll('"', "&quot;");
  const html = pageOf({
    style: `${origin}/map.css`,
    script: `${origin}/map.js`,
    source: origin,
    nonce: "bm9uY2U",
    texts: pageTexts,
  }).replace("<body>", `<body class="${theme.body}">`);
  await page.addInitScript(mailbox);
  await page.addInitScript(
    `document.documentElement?.setAttribute("style", ${JSON.stringify(style.replaceAll("&quot;", '"'))})`,
  );
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
    `for (const part of ${JSON.stringify(style.replaceAll("&quot;", '"').split("; "))}) { const at = part.indexOf(": "); document.documentElement.style.setProperty(part.slice(0, at), part.slice(at + 2)); }`,
  );
  const post = (message: unknown): Promise<void> =>
    page.evaluate(`window.postMessage(${JSON.stringify(message)}, "*")`);
  return {
    page,
    post,
    sent: () => page.evaluate("window.sent"),
    async show(model) {
      await post({ type: "model", model });
      await page.locator("#map .node").first().waitFor();
    },
  };
}
