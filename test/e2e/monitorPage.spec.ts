/** The real page of figures, without VS Code around it: keyboard, tables, policy, hostile text. */
import { strict as assert } from "node:assert";
import type { Browser } from "playwright-core";
import { ensureBrowser, launchBrowser } from "../../scripts/browser";
import { waitFor } from "../../scripts/waiting";
import { fullLook, lookedAt, openMonitorPage, type MonitorPage } from "./monitorPage";
import { themes } from "./mapThemes";

const minute = 60_000;

describe("the page of figures", function () {
  this.timeout(60_000);
  let browser: Browser;
  let shown: MonitorPage;
  const complaints: string[] = [];
  before(async () => {
    browser = await launchBrowser((await ensureBrowser()) ?? "");
    shown = await openMonitorPage(browser, themes.dark, { width: 1100, height: 700 });
    shown.page.on("console", (message) => complaints.push(message.text()));
    shown.page.on("pageerror", (error) => complaints.push(error.message));
    await shown.show(fullLook());
  });
  after(() => browser?.close());
  afterEach(() => assert.deepEqual(complaints, [], "nothing is reported, by the policy or by the script"));

  const textOf = async (selector: string): Promise<string> => (await shown.page.locator(selector).innerText()).trim();
  const readings = (): Promise<string[]> => shown.page.locator(".reading").allInnerTexts();

  it("says each chart in a sentence, and what the last minutes were", async () => {
    assert.equal(await shown.page.locator("#charts article").count(), 8);
    assert.match(await textOf("#figures"), /% CPU, peak \d+ · .*% memory.* · \d+ requests\/min/);
    const sentences = await shown.page.locator(".sentence").allInnerTexts();
    assert.ok(
      sentences.every((sentence) => sentence.length > 15 && sentence.endsWith(".")),
      sentences.join("\n"),
    );
    const labels = await shown.page.evaluate<string[]>(
      "[...document.querySelectorAll('#charts svg[tabindex]')].map((svg) => svg.getAttribute('aria-label'))",
    );
    assert.deepEqual(labels.map((text) => text.split(". ")[0]).slice(0, 2), ["Requests", "Errors"]);
  });

  it("moves one line through all charts by the keyboard, and reads it out", async () => {
    await shown.page.locator("#chart-cpu").focus();
    await shown.page.keyboard.press("ArrowLeft");
    const last = await readings();
    assert.equal(last.length, 8);
    const time = last[0]?.split(" · ")[0] ?? "";
    assert.ok(
      last.every((reading) => reading.startsWith(`${time} · `)),
      last.join("\n"),
    );
    assert.match(await textOf("#live"), /^\d\d:\d\d: \d+ % average of all tasks, \d+ % busiest task$/);
    await shown.page.keyboard.press("Home");
    for (let count = 0; count < 22; count++) await shown.page.keyboard.press("ArrowRight");
    assert.match(await textOf("#live"), /^\d\d:\d\d: – average of all tasks, – busiest task$/, "a gap is no zero");
  });

  it("opens the logs of the step with Enter", async () => {
    await shown.page.locator("#chart-errors").focus();
    await shown.page.keyboard.press("End");
    await shown.page.keyboard.press("Enter");
    const asked = (await shown.sent()).filter(({ type }) => type === "logs");
    const until = Math.floor((lookedAt - 2 * minute) / minute) * minute;
    assert.deepEqual(asked, [{ type: "logs", from: until - minute, until }]);
  });

  it("follows the mouse, and not into the minutes that are still arriving", async () => {
    const box = await shown.page.locator("#chart-latency").boundingBox();
    assert.ok(box);
    await shown.page.mouse.move(box.x + box.width / 2, box.y + 40);
    const middle = (await readings())[2];
    await shown.page.mouse.move(box.x + box.width - 9, box.y + 40);
    assert.equal((await readings())[2], middle);
  });

  it("has the same figures as tables, the newest first, with gaps as a dash", async () => {
    await shown.page.locator("#chart-memory").focus();
    await shown.page.keyboard.press("t");
    assert.equal(await shown.page.locator("#charts table").count(), 8);
    const rows = await shown.page.locator("#charts article").nth(5).locator("tbody tr").allInnerTexts();
    assert.equal(rows.length, 60);
    assert.ok(rows[0]?.includes("%") && rows.filter((row) => row.includes("–")).length === 6, rows[0]);
    assert.equal(await shown.page.evaluate("document.activeElement.id"), "chart-memory", "the focus stays");
    await shown.page.keyboard.press("t");
    assert.equal(await shown.page.locator("#charts table").count(), 0);
  });

  it("asks for another time, and shows which one it is", async () => {
    await shown.page.getByRole("button", { name: "24 hours" }).click();
    assert.ok((await shown.sent()).some(({ type, range }) => type === "range" && range === "24h"));
    await shown.post({ type: "busy", busy: true, range: "24h" });
    await waitFor(
      "the button is pressed",
      async () => (await shown.page.locator("[data-range='24h']").getAttribute("aria-pressed")) === "true",
    );
  });

  it("shows text of others as text", async () => {
    const hostile = `<img src=x onerror="window.acquired=1"><script>window.acquired=1</script>`;
    const [first] = fullLook().alarms ?? [];
    assert.ok(first);
    await shown.show(
      fullLook({
        service: hostile,
        cluster: hostile,
        revision: hostile,
        alarms: [{ ...first, name: hostile, reason: hostile, metric: hostile }],
        marks: [{ kind: "scaling", at: lookedAt - 20 * minute, failed: true, quote: hostile }],
      }),
    );
    assert.equal(await shown.page.locator("img, main script").count(), 0);
    assert.ok((await textOf("#lane")).includes("<img src=x"));
    assert.equal(await shown.page.evaluate("window.acquired"), undefined);
  });

  it("keeps what was seen when a look fails, and says what can be done", async () => {
    await shown.post({
      type: "failed",
      summary: "The session has ended.",
      remedy: "Sign in again.",
      button: "Sign In",
    });
    await shown.page.getByRole("button", { name: "Sign In" }).click();
    assert.ok((await shown.sent()).some(({ type }) => type === "mend"));
    assert.equal(await shown.page.locator("#charts article").count(), 8);
    await shown.show(fullLook());
    assert.equal(await shown.page.locator("#failure").isVisible(), false);
  });

  for (const [name, theme] of Object.entries(themes))
    it(`fits 300 pixels, in ${name}`, async () => {
      const narrow = await openMonitorPage(browser, theme, { width: 300, height: 700 });
      await narrow.show(fullLook());
      const wide = await narrow.page.evaluate<number>("document.documentElement.scrollWidth");
      await narrow.page.close();
      assert.ok(wide <= 300, `${wide} pixels`);
    });
});
