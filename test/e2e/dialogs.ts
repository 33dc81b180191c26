/** Quick picks, input boxes and modal dialogs, answered as a person does: by keyboard and by pressing a button. */
import type { Locator, Page } from "playwright-core";
import { patienceMs, waitFor } from "../../scripts/waiting";

/** The box at the top of the window: a quick pick, an input box or the command palette. */
export class QuickInput {
  private readonly box: Locator;

  constructor(private readonly page: Page) {
    this.box = page.locator(".quick-input-widget");
  }

  /** Waits until it is there (with this title, if one is given). */
  async shown(title?: string | RegExp): Promise<void> {
    await this.box.locator("input").first().waitFor();
    if (title !== undefined) await this.box.locator(".quick-input-title").filter({ hasText: title }).waitFor();
  }

  async hidden(): Promise<void> {
    await this.box.locator("input").first().waitFor({ state: "hidden" });
  }

  /** What the input holds. */
  value(): Promise<string> {
    return this.input.inputValue();
  }

  /** The message under the input: the prompt, or what validation says. */
  async message(): Promise<string> {
    return (await this.box.locator(".quick-input-message").innerText()).trim();
  }

  /** The labels of the entries that are drawn now. */
  async items(): Promise<string[]> {
    const labels = await this.rows
      .locator(".quick-input-list-rows > .quick-input-list-row:first-child .label-name")
      .allInnerTexts();
    return labels.map((text) => text.trim());
  }

  /** Whether an entry with this text is drawn now. */
  async offers(label: string): Promise<boolean> {
    return (await this.rows.filter({ hasText: label }).count()) > 0;
  }

  /** Replaces what the input holds. */
  async type(text: string): Promise<void> {
    await this.shown();
    await this.input.fill(text);
  }

  /** Types (unless the value that is offered is taken) and presses Enter. */
  async accept(text?: string): Promise<void> {
    await this.shown();
    if (text !== undefined) await this.input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Filters for an entry and takes it with Enter. */
  async pick(label: string, { filter = label }: { readonly filter?: string } = {}): Promise<void> {
    await this.shown();
    await this.input.fill(filter);
    const row = this.rows.filter({ hasText: label }).first();
    await row.waitFor();
    // Filtering marks the best match; where that is another one, the arrow keys go to ours.
    for (let step = 0; step < 30 && !/\bfocused\b/.test((await row.getAttribute("class")) ?? ""); step += 1)
      await this.page.keyboard.press("ArrowDown");
    await this.page.keyboard.press("Enter");
  }

  /** Waits until the list is filled and no longer busy. */
  async settled(): Promise<void> {
    await waitFor(
      "the list to settle",
      async () =>
        (await this.rows.count()) > 0 && !(await this.box.locator(".quick-input-progress.active").isVisible()),
    );
  }

  /** Goes one step back by the button in the title bar. */
  async back(): Promise<void> {
    await this.box.locator('.quick-input-titlebar .action-label[aria-label^="Back"]').click();
  }

  async cancel(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.hidden();
  }

  private get input(): Locator {
    return this.box.locator(".quick-input-filter input[type=text], .quick-input-filter input[type=password]").first();
  }

  private get rows(): Locator {
    return this.box.locator(".quick-input-list .monaco-list-row");
  }
}

/** A modal dialog. */
export class Modal {
  private readonly box: Locator;

  constructor(private readonly page: Page) {
    this.box = page.locator(".monaco-dialog-box");
  }

  async shown(timeoutMs = patienceMs): Promise<void> {
    await this.box.waitFor({ timeout: timeoutMs });
  }

  async hidden(): Promise<void> {
    await this.box.waitFor({ state: "hidden" });
  }

  /** Whether one is open now. */
  isShown(): Promise<boolean> {
    return this.box.isVisible();
  }

  /** Its message and detail, line by line as shown. */
  async text(): Promise<string> {
    await this.shown();
    return (await this.box.locator(".dialog-message-container").innerText()).trim();
  }

  /** Presses a button and waits until the dialog has gone. */
  async press(button: string): Promise<void> {
    await this.shown();
    await this.box.locator(".dialog-buttons .monaco-button").filter({ hasText: button }).first().click();
    await this.hidden();
  }

  /** Answers by keyboard: Enter for the button that has the focus, Escape for Cancel. */
  async key(key: "Enter" | "Escape"): Promise<void> {
    await this.shown();
    await this.page.keyboard.press(key);
    await this.hidden();
  }
}
