/** Plans, diagnoses and reviews as pages of their own, with what can be done about them as buttons. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { markup } from "../../core/base/encoders";
import { commandsOf, documentHtml, documentMarkdown, hasChart, type Doc } from "../../core/render/document";
import { pageAround, type PagePlace } from "./page";

/** A button of a page. */
export interface PageAction {
  readonly title: string;
  /** The one that most people came for. */
  readonly isPrimary?: boolean;
  run(): unknown;
}

/** What a page asks for, by its place in what the host has given it. */
interface Asked {
  readonly type: "action" | "copy" | "row";
  readonly index: number;
}

/** The message, or undefined for anything that is not one. */
export function parseAsked(value: unknown): Asked | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, index } = value as Readonly<Record<string, unknown>>;
  if ((type !== "action" && type !== "copy" && type !== "row") || !Number.isSafeInteger(index)) return undefined;
  return { type, index: index as number };
}

/** The whole page. */
export function documentPage(doc: Doc, actions: readonly PageAction[], place: PagePlace): string {
  const buttons = actions.map(
    ({ title, isPrimary }, index) =>
      `<button type="button" data-action="${index}"${isPrimary ? ' class="primary"' : ""}>${markup(title)}</button>`,
  );
  const title = markup(doc.title);
  const body = `<header>
<h1 id="title">${title}</h1>
<div role="toolbar" aria-label="${markup(vscode.l10n.t("Actions"))}">${buttons.join("")}</div>
</header>
<main aria-labelledby="title">${documentHtml(doc, { copy: vscode.l10n.t("Copy") })}</main>`;
  return pageAround({ ...place, title }, body);
}

/** What a page is of. */
export interface ShownDocument {
  /** What `activeWebviewPanelId` is while the page has the focus. */
  readonly viewType: string;
  /** What its tab says. */
  readonly tab: string;
  readonly doc: Doc;
  /** Where a row of its table leads, by the row's place. */
  onRow?(index: number): unknown;
}

/** Opens documents as pages. */
export class DocumentPages implements vscode.Disposable {
  private readonly open = new Map<vscode.WebviewPanel, string>();

  constructor(
    private readonly root: vscode.Uri,
    /** Runs what a button asks for, with its failure shown. */
    private readonly guarded: (action: () => Promise<void>) => Promise<unknown>,
  ) {}

  /**
   * Another look at the same takes the place of the one before.
   * @param onClosed called once, however the page went
   */
  show(
    { viewType, tab, doc, onRow }: ShownDocument,
    actions: readonly PageAction[],
    onClosed: () => void = () => undefined,
  ): vscode.Disposable {
    const panel = vscode.window.createWebviewPanel(viewType, tab, vscode.ViewColumn.Active, {
      enableScripts: true,
      enableForms: false,
      enableFindWidget: true,
      localResourceRoots: [this.file("dist"), this.file("media")],
    });
    const all: readonly PageAction[] = [...actions, this.copying(doc)];
    const what = JSON.stringify([viewType, tab]);
    for (const [before, of] of this.open) if (of === what) before.dispose();
    this.open.set(panel, what);
    panel.iconPath = { light: this.file("media", "map-light.svg"), dark: this.file("media", "map-dark.svg") };
    panel.webview.onDidReceiveMessage(
      (message: unknown) => void this.guarded(() => this.receive(message, doc, all, onRow)),
    );
    panel.onDidDispose(() => {
      this.open.delete(panel);
      onClosed();
    });
    const { webview } = panel;
    const reached = (...parts: string[]): string => webview.asWebviewUri(this.file(...parts)).toString();
    webview.html = documentPage(doc, all, {
      style: reached("media", "document.css"),
      script: reached("dist", "document.js"),
      ...(hasChart(doc) ? { drawing: reached("dist", "chart.js") } : {}),
      source: webview.cspSource,
      nonce: randomBytes(18).toString("base64url"),
    });
    return panel;
  }

  dispose(): void {
    for (const panel of this.open.keys()) panel.dispose();
  }

  private copying(doc: Doc): PageAction {
    return {
      title: vscode.l10n.t("Copy as Markdown"),
      async run() {
        await vscode.env.clipboard.writeText(documentMarkdown(doc));
        vscode.window.setStatusBarMessage(vscode.l10n.t("Copied"), 3000);
      },
    };
  }

  private async receive(
    message: unknown,
    doc: Doc,
    actions: readonly PageAction[],
    onRow: ShownDocument["onRow"],
  ): Promise<void> {
    const asked = parseAsked(message);
    if (asked?.type === "row") await onRow?.(asked.index);
    if (asked?.type === "action") await actions[asked.index]?.run();
    const command = asked?.type === "copy" ? commandsOf(doc)[asked.index] : undefined;
    if (command === undefined) return;
    await vscode.env.clipboard.writeText(command);
    vscode.window.setStatusBarMessage(vscode.l10n.t("Copied the command"), 3000);
  }

  private file(...parts: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.root, ...parts);
  }
}
