import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { oneLine } from "../../core/base/encoders";
import { errorInShort } from "../../core/render/error";
import type { MonitorSubject } from "../../core/monitor/look";
import { parsePageMessage, type HostMessage, type PageMessage } from "../../core/monitor/protocol";
import { rangeNames } from "../../core/monitor/range";
import { hasStrings } from "../commandKit/command";
import { withErrorMessage } from "../commandKit/boundary";
import { actions } from "../ui/errors";
import type { MonitorContext } from "./context";
import { monitorViewType, type MonitorPart } from "./lazy";
import { monitorPage, type MonitorTexts } from "./page";
import { MonitorSource, type Shown } from "./source";

/** The page of figures: at most one, of one service at a time. */
export class MonitorPanel implements MonitorPart, vscode.Disposable {
  private open: { panel: vscode.WebviewPanel; source: MonitorSource } | undefined;

  constructor(
    private readonly context: MonitorContext,
    private readonly root: vscode.Uri,
  ) {}

  async show(subject?: MonitorSubject): Promise<void> {
    const { open } = this;
    if (open && sameSubject(open.source.subject, subject)) {
      open.panel.reveal();
      return open.source.look();
    }
    open?.panel.dispose();
    const title = vscode.l10n.t("Monitor");
    this.take(
      vscode.window.createWebviewPanel(
        monitorViewType,
        subject ? oneLine(`${title}: ${subject.service}`) : title,
        vscode.ViewColumn.Active,
        this.options,
      ),
      subject,
    );
  }

  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (!vscode.workspace.isTrusted) return panel.dispose();
    panel.webview.options = this.options;
    const { subject, range } = (state ?? {}) as { subject?: unknown; range?: unknown };
    const named = hasStrings(subject, "cluster", "service")
      ? { cluster: subject.cluster, service: subject.service }
      : undefined;
    this.take(panel, named);
    const known = rangeNames.find((name) => name === range);
    if (known) this.open?.source.setRange(known);
  }

  dispose(): void {
    this.open?.panel.dispose();
  }

  private get options(): vscode.WebviewPanelOptions & vscode.WebviewOptions {
    return {
      enableScripts: true,
      enableForms: false,
      enableFindWidget: true,
      retainContextWhenHidden: false,
      localResourceRoots: [this.file("dist"), this.file("media")],
    };
  }

  private file(...parts: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.root, ...parts);
  }

  private take(panel: vscode.WebviewPanel, subject: MonitorSubject | undefined): void {
    this.open?.panel.dispose();
    const source = new MonitorSource(this.context, subject);
    const open = { panel, source };
    this.open = open;
    const post = (message: HostMessage): void => void panel.webview.postMessage(message);
    source.onDidChange((shown) => post(messageOf(shown, source)));
    source.onDidBusy((busy) => post({ type: "busy", busy, range: source.range }));
    panel.iconPath = { light: this.file("media", "monitor-light.svg"), dark: this.file("media", "monitor-dark.svg") };
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const parsed = parsePageMessage(message);
      if (parsed) void withErrorMessage(this.context, () => this.receive(parsed, source, post));
    });
    panel.onDidChangeViewState(() => source.setVisible(panel.visible));
    panel.onDidDispose(() => {
      source.dispose();
      if (this.open === open) this.open = undefined;
    });
    const { webview } = panel;
    const reached = (...parts: string[]): string => webview.asWebviewUri(this.file(...parts)).toString();
    const place = {
      style: reached("media", "monitor.css"),
      script: reached("dist", "monitor.js"),
      source: webview.cspSource,
      nonce: randomBytes(18).toString("base64url"),
    };
    webview.html = monitorPage(place, pageTexts());
    source.setVisible(panel.visible);
  }

  private async receive(message: PageMessage, source: MonitorSource, post: (message: HostMessage) => void) {
    switch (message.type) {
      case "ready":
        if (source.current) post(messageOf(source.current, source));
        return;
      case "refresh":
        return source.look();
      case "range":
        return source.setRange(message.range);
      case "mend":
        if (source.current?.kind === "notConnected")
          await this.context.connections.ensure(new AbortController().signal);
        else if (source.current?.kind === "failed") await mend(source.current);
        return source.look();
      case "logs": {
        const look = source.current?.kind === "look" ? source.current.look : undefined;
        if (!look) return;
        const { cluster, service } = look;
        const time = { from: message.from, until: message.until };
        await vscode.commands.executeCommand("slipway.logs.tailService", { cluster, service, ...time });
      }
    }
  }
}

const pageTexts = (): MonitorTexts => ({
  title: vscode.l10n.t("Monitor"),
  figures: vscode.l10n.t("Figures"),
  time: vscode.l10n.t("Time"),
  ranges: {
    "1h": vscode.l10n.t("1 hour"),
    "3h": vscode.l10n.t("3 hours"),
    "24h": vscode.l10n.t("24 hours"),
    "7d": vscode.l10n.t("7 days"),
  },
  tables: vscode.l10n.t("Tables"),
  refresh: vscode.l10n.t("Refresh"),
  happened: vscode.l10n.t("What happened"),
  help: vscode.l10n.t(
    "On a chart: Left and Right move a line through all charts, Home and End to its ends, Enter shows the logs of that moment, T shows tables of the figures, Escape takes the line away.",
  ),
});

const sameSubject = (one: MonitorSubject | undefined, other: MonitorSubject | undefined): boolean =>
  one?.cluster === other?.cluster && one?.service === other?.service;

/** What the page offers about a failure: its first action that has a command; looking again follows by itself. */
const mendOf = ({ error }: Extract<Shown, { kind: "failed" }>) =>
  error.actions.flatMap((id) => (id === "retry" ? [] : (actions[id] ?? [])))[0];

async function mend(shown: Extract<Shown, { kind: "failed" }>): Promise<void> {
  const action = mendOf(shown);
  if (action) await vscode.commands.executeCommand(action.command);
}

function messageOf(shown: Shown, { range, subject }: MonitorSource): HostMessage {
  switch (shown.kind) {
    case "look": {
      const { look, place, region } = shown;
      return { type: "look", look, place, region, range, ...(subject ? { subject } : {}) };
    }
    case "notConnected":
      return {
        type: "failed",
        summary: vscode.l10n.t("Not connected to an account."),
        remedy: vscode.l10n.t("Figures are read from the account that the service runs in."),
        button: vscode.l10n.t("Connect"),
      };
    case "failed":
      return {
        type: "failed",
        summary: errorInShort(shown.error),
        remedy: shown.error.remedy,
        button: mendOf(shown)?.title ?? vscode.l10n.t("Try Again"),
      };
  }
}
