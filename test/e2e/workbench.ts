/** A person's hands and eyes in VS Code: what they click, type and read. Texts are those on the screen. */
import path from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { readLogs, type CodeServer } from "../../scripts/codeServerProcess";
import { ensureDir, resultsDir } from "../../scripts/paths";
import { patienceMs, waitFor } from "../../scripts/waiting";
import { Modal, QuickInput } from "./dialogs";

/** A row of a tree view, as shown. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** 1 for the topmost rows. */
  readonly level: number;
  /** Undefined for a row that cannot be opened. */
  readonly expanded: boolean | undefined;
  /** What a screen reader says. */
  readonly aria: string;
}

export interface Notification {
  readonly text: string;
  readonly buttons: readonly string[];
}

export class Workbench {
  readonly quickInput: QuickInput;
  readonly modal: Modal;
  private starts = 0;

  constructor(
    readonly page: Page,
    readonly server: CodeServer,
    readonly folder: string,
  ) {
    this.quickInput = new QuickInput(page);
    this.modal = new Modal(page);
  }

  /**
   * Waits until VS Code has restored its window, knows all extensions and has started those that start with the window:
   * the extension host says so in its log. Before that the command palette and the menus lack entries.
   */
  async ready(): Promise<void> {
    await this.page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
    await this.page.locator(".activitybar .action-item").first().waitFor();
    await this.page.locator(".statusbar-item").first().waitFor();
    await waitFor("the extension host to start", () => this.hostStarts() > this.starts, {
      timeoutMs: 60_000,
      evidence: () => this.server.process.logTail(),
    });
    this.starts = this.hostStarts();
  }

  /** How many extension hosts have started all that they had to since this VS Code was opened. */
  private hostStarts(): number {
    return readLogs(this.server.logsDir).filter(
      ({ file, text }) => file.endsWith("remoteexthost.log") && text.includes("Eager extensions activated"),
    ).length;
  }

  /** Reloads the window, as *Developer: Reload Window* does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /**
   * Leaves the page in an orderly way, so that the extension host ends at once, and closes it. What the page has stored
   * goes with it: the next one finds a browser as it is on its first day, but for VS Code's scripts.
   */
  async close(): Promise<void> {
    const context = this.page.context();
    await this.page.goto("about:blank").catch(() => undefined);
    const { origin } = new URL(this.server.url());
    const storageTypes = "cookies,local_storage,indexeddb,cache_storage,service_workers,file_systems";
    const session = await context.newCDPSession(this.page);
    await session.send("Storage.clearDataForOrigin", { origin, storageTypes });
    await context.clearCookies();
    await this.page.close().catch(() => undefined);
    await context.tracing.stopChunk().catch(() => undefined);
  }

  // --- Explorer ---

  /** Shows the Explorer and returns a file's row (by its name), scrolled into view. */
  async explorerItem(name: string): Promise<Locator> {
    const row = this.page
      .locator(".explorer-folders-view .monaco-list-row")
      .filter({ has: this.page.locator(`.label-name`, { hasText: exactly(name) }) });
    if (!(await this.page.locator(".explorer-folders-view").isVisible()))
      await this.page.keyboard.press("Control+Shift+E");
    await row.first().waitFor();
    return row.first();
  }

  /** Opens a file in an editor by double-clicking its row. */
  async openFile(name: string): Promise<void> {
    await (await this.explorerItem(name)).dblclick();
    await this.page.locator(".tab.active").filter({ hasText: name }).waitFor();
    await this.page.locator(".editor-group-container.active .view-lines .view-line").first().waitFor();
  }

  /** Right-clicks a file and returns the menu's entries, leaving the menu open. */
  async fileMenu(name: string): Promise<string[]> {
    await (await this.explorerItem(name)).click({ button: "right" });
    return this.menuEntries();
  }

  /** Right-clicks a file and chooses a menu entry, through submenus if several are given. */
  async chooseFromFileMenu(name: string, ...entries: readonly string[]): Promise<void> {
    // Contributions of extensions reach the menus a moment after the window is there, and rows move while files appear.
    await waitFor(
      `"${entries[0]}" in the menu of ${name}`,
      async () => {
        if ((await this.fileMenu(name)).includes(entries[0] ?? "")) return true;
        await this.page.keyboard.press("Escape");
        return false;
      },
      { intervalMs: 300 },
    );
    for (const entry of entries) await this.chooseMenuEntry(entry);
  }

  /** The labels of the open menu's entries, separators left out. */
  async menuEntries(): Promise<string[]> {
    await this.menu.last().waitFor();
    const texts = await this.menu
      .last()
      .locator(".action-item:not(.disabled) .action-label:not(.separator)")
      .allTextContents();
    return texts.map((text) => text.trim()).filter(Boolean);
  }

  /** Chooses an entry of the open menus: the pointer alone opens a submenu, and that is then the last one. */
  async chooseMenuEntry(entry: string): Promise<void> {
    const label = this.menu.locator(".action-label", { hasText: exactly(entry) }).last();
    await label.hover();
    await label.click();
  }

  private get menu(): Locator {
    return this.page.locator(".monaco-menu-container .monaco-menu");
  }

  // --- Commands and keyboard ---

  /** Runs a command by its title from the command palette. */
  async runCommand(title: string): Promise<void> {
    // The list is made when it is opened: a command whose condition does not hold yet is not in it.
    await waitFor(
      `"${title}" in the command palette`,
      async () => {
        await this.page.keyboard.press("F1");
        await this.quickInput.type(`>${title}`);
        await this.quickInput.settled();
        if (await this.quickInput.offers(title)) return true;
        await this.page.keyboard.press("Escape");
        return false;
      },
      { intervalMs: 300 },
    );
    await this.quickInput.pick(title, { filter: `>${title}` });
  }

  /** Titles that the command palette offers for a text. */
  async paletteEntries(text: string): Promise<string[]> {
    await this.page.keyboard.press("F1");
    await this.quickInput.type(`>${text}`);
    await this.quickInput.settled();
    const items = await this.quickInput.items();
    await this.quickInput.cancel();
    return items;
  }

  press(keys: string): Promise<void> {
    return this.page.keyboard.press(keys);
  }

  /** Types over what the focused field holds. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  // --- Views ---

  /** Opens a view container by the name on the activity bar. */
  async openContainer(name: string): Promise<void> {
    const label = `[aria-label^="${name}"]`;
    const item = this.page
      .locator(".activitybar .action-item")
      .filter({ has: this.page.locator(label) })
      .first();
    if (!/checked/.test((await item.getAttribute("class")) ?? "")) await item.click();
    await this.page
      .locator(".sidebar .composite.title")
      .filter({ hasText: new RegExp(name, "i") })
      .waitFor();
  }

  /** The pane of a view, by its title. Opens it when it is collapsed. */
  async view(title: string): Promise<Locator> {
    const pane = this.page
      .locator(".pane")
      .filter({ has: this.page.locator(`.pane-header .title`, { hasText: new RegExp(`^${escape(title)}`, "i") }) })
      .first();
    await pane.waitFor();
    const header = pane.locator(".pane-header");
    if ((await header.getAttribute("aria-expanded")) === "false") await header.click();
    return pane;
  }

  /** The rows of a tree view that are drawn now, from top to bottom. VS Code draws no more than fit. */
  async treeRows(viewTitle: string): Promise<TreeRow[]> {
    const read = () => this.page.evaluate<TreeRow[] | null>(`(${readRows})(${JSON.stringify(viewTitle)})`);
    const rows = await read();
    if (rows) return rows;
    await this.view(viewTitle);
    return (await read()) ?? [];
  }

  /** Waits until the rows of a tree view are as asked for, and returns them. */
  waitForRows(
    viewTitle: string,
    fits: (rows: readonly TreeRow[]) => boolean,
    timeoutMs = patienceMs,
  ): Promise<TreeRow[]> {
    let seen: TreeRow[] = [];
    const probe = async () => (fits((seen = await this.treeRows(viewTitle))) ? seen : undefined);
    return waitFor(`the rows of ${viewTitle}`, probe, {
      timeoutMs,
      intervalMs: 150,
      evidence: () => `shown: ${JSON.stringify(seen, undefined, 1)}`,
    });
  }

  /** A row of a tree view by its label. */
  async treeRow(viewTitle: string, label: string): Promise<Locator> {
    const row = (await this.view(viewTitle))
      .locator('.monaco-list-row[role="treeitem"]')
      .filter({ has: this.page.locator(".label-name", { hasText: exactly(label) }) });
    await row.first().waitFor();
    return row.first();
  }

  /** Presses a row's inline button (by its tooltip). */
  async pressRowButton(viewTitle: string, label: string, button: string): Promise<void> {
    const row = await this.treeRow(viewTitle, label);
    await row.hover();
    // A row that tells what happens is drawn anew each second, and its button with it: a person presses it all the same.
    await row.locator(`.actions .action-label[aria-label^="${button}"]`).click({ force: true });
  }

  /** What a view shows instead of rows: its welcome content. */
  async welcomeText(viewTitle: string): Promise<string> {
    const content = (await this.view(viewTitle)).locator(".welcome-view-content");
    await content.waitFor();
    return (await content.innerText()).trim();
  }

  // --- Notifications, status bar, editors, output ---

  /** The notifications that are shown now, as toasts or in the notification center. */
  async notifications(): Promise<Notification[]> {
    // In one look: one that goes away while it is read would be waited for.
    const toasts = await readAll<Notification & { top: number }>(
      this.page.locator(notificationItems),
      readNotifications,
    );
    return toasts.map(({ text, buttons }) => ({
      text: text.trim(),
      buttons: buttons.map((button) => button.trim()).filter(Boolean),
    }));
  }

  /** Waits for a notification with this text and returns it. */
  async notification(text: string | RegExp, timeoutMs = patienceMs): Promise<Notification> {
    const fits = (notification: Notification) =>
      typeof text === "string" ? notification.text.includes(text) : text.test(notification.text);
    const probe = async () => {
      const all = await this.notifications();
      const found = all.find(fits);
      // VS Code puts a notification into its center alone when many come at once; the bell then has a dot, as for a person.
      const bell = this.page.locator(".statusbar-item .codicon-bell-dot");
      // A tooltip may be in front of it for a moment: then the next look presses it.
      if (!found && (await bell.isVisible())) await bell.click({ timeout: 1000 }).catch(() => undefined);
      return found;
    };
    return waitFor(`the notification ${String(text)}`, probe, {
      timeoutMs,
      intervalMs: 200,
      evidence: async () => `shown: ${JSON.stringify(await this.notifications())}`,
    });
  }

  /** Presses a button of the notification with this text. */
  async pressNotificationButton(text: string | RegExp, button: string): Promise<void> {
    const toast = this.page.locator(notificationItems).filter({ hasText: text });
    await toast.hover();
    await toast
      .locator(".monaco-button, .action-label")
      .filter({ hasText: exactly(button) })
      .first()
      .click();
  }

  /** The texts of the status bar's items. */
  async statusBar(): Promise<string[]> {
    return (await this.page.locator(".statusbar-item").allInnerTexts())
      .map((text) => text.replaceAll("\u00a0", " ").trim())
      .filter(Boolean);
  }

  /** The lines of the active editor that are drawn now (VS Code draws no more than fit). */
  async editorText(): Promise<string> {
    const lines = this.page.locator(".editor-group-container.active .editor-container .view-lines .view-line");
    return (await readAll<{ top: number; text: string }>(lines, readLines))
      .map(({ text }) => text.replaceAll("\u00a0", " "))
      .join("\n");
  }

  /** Everything that an output channel got, read from VS Code's own file of it; "" before its first line. */
  outputChannel(name: string): string {
    return readLogs(this.server.logsDir)
      .filter(({ file }) => path.basename(file, ".log").replace(/^\d+-/, "") === name)
      .map(({ text }) => text)
      .join("\n");
  }

  /** The content of the webview that is shown; its elements are found as in a page. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  /** Saves a picture to test-results/ and returns its path. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(ensureDir(path.join(resultsDir, "screenshots")), `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }
}

/**
 * Reads the tree rows of an open view in one go inside the page, null where it is not open: VS Code redraws them at any
 * time, and reading one by one would mix states. It is asked several times a second, so it takes no locators.
 * A text, since this project is compiled without the browser's types.
 */
const readRows = `(title) => {
  const fits = (pane) =>
    pane.querySelector(".pane-header .title")?.textContent.trim().toLowerCase().startsWith(title.toLowerCase());
  const pane = [...document.querySelectorAll(".pane")].find(fits);
  if (pane?.querySelector(".pane-header").getAttribute("aria-expanded") !== "true") return null;
  const rows = [...pane.querySelectorAll('.monaco-list-row[role="treeitem"]')];
  const byTop = rows.map((row) => ({ row, top: row.getBoundingClientRect().top })).sort((a, b) => a.top - b.top);
  return byTop.map(({ row }) => ({
    label: (row.querySelector(".label-name")?.textContent ?? "").trim(),
    description: [...row.querySelectorAll(".label-description")].map((element) => element.textContent).join(" ").trim(),
    level: Number(row.getAttribute("aria-level")),
    expanded: row.hasAttribute("aria-expanded") ? row.getAttribute("aria-expanded") === "true" : undefined,
    aria: (row.getAttribute("aria-label") ?? "").trim(),
  }));
}`;

const readLines = `(lines) => lines.map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent }))`;

/** What `notifications()` reads of each, in the page. */
const readNotifications = `(toasts) => toasts.map((toast) => ({
  top: toast.getBoundingClientRect().top,
  text: toast.querySelector(".notification-list-item-message")?.innerText ?? "",
  buttons: [...toast.querySelectorAll(".notification-list-item-buttons-container .monaco-button")].map((button) => button.innerText),
}))`;

/** Runs a function given as text over all elements that a locator finds, and sorts what it returns from top to bottom. */
async function readAll<T extends { readonly top: number }>(locator: Locator, source: string): Promise<T[]> {
  // oxlint-disable-next-line typescript/no-implied-eval -- runs in the page, where the text was made into a function
  const read = new Function(`return ${source}`)() as (elements: unknown[]) => T[];
  return (await locator.evaluateAll(read)).sort((a, b) => a.top - b.top);
}

const notificationItems =
  ".notifications-toasts .notification-list-item, .notifications-center.visible .notification-list-item";

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Matches an element whose whole text is this one. */
const exactly = (text: string) => new RegExp(`^\\s*${escape(text)}\\s*$`);
