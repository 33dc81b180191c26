/** The map's real page, without VS Code around it: keyboard, screen reader, motion, policy, pictures. */
import { strict as assert } from "node:assert";
import type { Browser } from "playwright-core";
import { buildMap } from "../../src/core/map/build";
import { ensureBrowser, launchBrowser } from "../../scripts/browser";
import { waitFor } from "../../scripts/waiting";
import { moments } from "../unit/support/mapScenes";
import { openMapPage, type MapPage } from "./mapPage";
import { themes } from "./mapThemes";

const modelAt = (moment: string, tasks = 3) => buildMap((moments[moment] as (typeof moments)[string])(tasks));

describe("the map's page", function () {
  this.timeout(60_000);
  let browser: Browser;
  let shown: MapPage;
  const complaints: string[] = [];
  before(async () => {
    browser = await launchBrowser((await ensureBrowser()) ?? "");
    shown = await openMapPage(browser, themes.dark);
    shown.page.on("console", (message) => complaints.push(message.text()));
    shown.page.on("pageerror", (error) => complaints.push(error.message));
    await shown.show(modelAt("rolling"));
  });
  after(() => browser?.close());

  const focused = (): Promise<string> =>
    shown.page.evaluate("document.activeElement?.dataset?.id ?? document.activeElement?.textContent ?? ''");
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await shown.page.keyboard.press(key);
  };

  it("is walked by Tab in the order of the flow, and by arrows along its edges", async () => {
    await shown.page.locator("#png").focus();
    const order: string[] = [];
    for (let count = 0; count < 17; count++) {
      await press("Tab");
      order.push(await focused());
    }
    assert.deepEqual(
      order.slice(4, 14).map((id) => id.split("/")[0]),
      [
        "application",
        "image",
        "repository",
        "taskDefinition",
        "internet",
        "loadBalancer",
        "listener",
        "targetGroup",
        "service",
        "task",
      ],
    );
    await shown.page.locator('[data-id="internet"]').focus();
    const walk: string[] = [];
    for (const key of ["ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"]) {
      await press(key);
      walk.push((await focused()).split("/")[0] ?? "");
    }
    assert.deepEqual(walk, ["loadBalancer", "listener", "targetGroup", "task", "targetGroup", "listener"]);
  });

  it("opens a node's details with Enter, does what a button says, and gives the focus back with Escape", async () => {
    const details = shown.page.locator("#details");
    await shown.page.locator('[data-id="service"]').focus();
    await press("Enter");
    assert.equal(await details.isVisible(), true);
    assert.match(await details.innerText(), /Service: shop\n\nchanging/);
    assert.equal(await focused(), "Tail Logs");
    await press("Escape");
    assert.deepEqual([await details.isVisible(), await focused()], [false, "service"]);
    await press("Enter", "Enter");
    assert.deepEqual((await shown.sent()).at(-1), { type: "action", thing: "service", action: "Tail Logs" });
  });

  it("keeps the focus and says politely what has changed, when it changes under the reader's hands", async () => {
    await shown.page.locator('[data-id^="targetGroup/"]').focus();
    await shown.show(modelAt("failed"));
    assert.equal(await focused(), "targetGroup/shop");
    assert.match(
      (await shown.page.locator('[data-id="targetGroup/shop"]').getAttribute("aria-label")) ?? "",
      /^Target group, shop, degraded, .*2 of 3 healthy/,
    );
    await waitFor("the announcement", async () =>
      /health check's path answers 404/.test(await shown.page.locator("#live").innerText()),
    );
    const description = await shown.page.locator("#map").getAttribute("aria-describedby");
    assert.match(await shown.page.locator(`#${description}`).innerText(), /1 failing/);
  });

  it("offers the fixes where it says what is wrong, also to the keyboard", async () => {
    await shown.page.getByRole("button", { name: "Fix…" }).focus();
    await press("Enter");
    assert.deepEqual((await shown.sent()).at(-1), { type: "fix", index: 1 });
  });

  it("is enlarged, made smaller and fitted by keys and by the wheel", async () => {
    const width = async (): Promise<number> =>
      Number((await shown.page.locator("#map").getAttribute("viewBox"))?.split(" ")[2]);
    const fitted = await width();
    await press("+");
    assert.ok((await width()) < fitted);
    await press("-", "-");
    assert.ok((await width()) > fitted);
    await press("0");
    assert.equal(await width(), fitted);
  });

  it("makes a PNG and an SVG of itself that stand alone", async () => {
    await shown.post({ type: "export", format: "png" });
    await shown.post({ type: "export", format: "svg" });
    const files = await waitFor("two files", async () => {
      const found = (await shown.sent()).filter(({ type }) => type === "file");
      return found.length === 2 ? found : undefined;
    });
    const [png, svg] = ["png", "svg"].map((format) =>
      String(files.find((file) => file["format"] === format)?.["data"]),
    );
    assert.equal(
      Buffer.from(png ?? "", "base64")
        .subarray(1, 4)
        .toString(),
      "PNG",
    );
    assert.ok((png?.length ?? 0) > 40_000, "it is not empty");
    assert.doesNotMatch(svg ?? "", /var\(|color-mix|href|url\(/);
    const error = await shown.page.evaluate(
      `new DOMParser().parseFromString(${JSON.stringify(svg)}, "image/svg+xml").querySelector("parsererror")?.textContent ?? ""`,
    );
    assert.equal(error, "", "a browser's parser takes it as XML");
  });

  it("breaks no rule of its policy, and cannot do more than it says", async () => {
    assert.deepEqual(complaints, []);
    const refused = await shown.page.evaluate(`(async () => {
      const outcomes = [];
      const heard = (event) => outcomes.push(event.effectiveDirective);
      document.addEventListener("securitypolicyviolation", heard);
      await fetch("https://map.invalid/map.css").catch(() => undefined);
      const script = document.createElement("script"); script.textContent = "window.hacked = 1"; document.body.append(script);
      const image = new Image(); image.src = "https://map.invalid/x.png";
      await new Promise((resolve) => setTimeout(resolve, 200));
      return [...new Set(outcomes)].sort().concat(String(window.hacked));
    })()`);
    assert.deepEqual(refused, ["connect-src", "img-src", "script-src-elem", "undefined"]);
  });

  it("stands still for those who asked for less motion, by the system's setting or VS Code's", async () => {
    const moving = (page: MapPage): Promise<number> => page.page.evaluate("document.getAnimations().length");
    assert.ok((await moving(shown)) > 0);
    await shown.page.evaluate('document.body.classList.add("vscode-reduce-motion")');
    assert.equal(await moving(shown), 0);
    const calm = await openMapPage(browser, themes.light, undefined, { reducedMotion: "reduce" });
    await calm.show(modelAt("rolling"));
    assert.equal(await moving(calm), 0);
    await calm.page.close();
  });

  it("has texts that can be read on their ground in every theme", async () => {
    for (const [name, theme] of Object.entries(themes)) {
      const page = await openMapPage(browser, theme);
      await page.show(modelAt("failed"));
      const weak = await page.page.evaluate(contrasts);
      assert.deepEqual(weak, [], name);
      await page.page.close();
    }
  });
});

/** Texts of the drawing whose contrast with the box behind them is below 4.5 to 1. */
const contrasts = `(() => {
  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const parts = (color) => { const found = (color.match(/[\\d.]+/g) ?? []).map(Number).slice(0, 3); return color.startsWith("color(") ? found : found.map((value) => value / 255); };
  const light = (color) => { const [r, g, b] = parts(color).map(channel); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const weak = [];
  for (const text of document.querySelectorAll("#map text")) {
    let ground = text.closest("g")?.querySelector(":scope > rect:not([fill=none]):not([fill=transparent])");
    if (!ground) ground = text.parentElement?.closest(".node, .callout > g")?.querySelector(":scope > rect");
    const behind = ground ? getComputedStyle(ground).fill : getComputedStyle(document.body).backgroundColor;
    const [a, b] = [light(getComputedStyle(text).fill), light(behind)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) weak.push(text.textContent + " " + ratio.toFixed(2) + " " + getComputedStyle(text).fill + " on " + behind);
  }
  return weak;
})()`;
