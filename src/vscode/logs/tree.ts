import path from "node:path";
import * as vscode from "vscode";
import type { TailPhase, TailState } from "../../core/logs/tailTypes";
import { isOver, type TailEntry, type TailManager } from "./tails";

/** A tail, or a file that holds what an earlier channel of it printed. */
export type TailNode =
  | { kind: "tail"; id: string; entry: TailEntry }
  | { kind: "part"; id: string; entry: TailEntry; file: string };

const icons: Readonly<Record<TailPhase, [string, string | undefined]>> = {
  starting: ["loading~spin", undefined],
  history: ["history", undefined],
  following: ["pulse", "testing.iconPassed"],
  paused: ["debug-pause", undefined],
  credentials: ["key", "testing.iconQueued"],
  stopped: ["debug-stop", "disabledForeground"],
  ended: ["pass", "disabledForeground"],
  failed: ["error", "testing.iconFailed"],
};

const words: Readonly<Record<TailPhase, string>> = {
  starting: vscode.l10n.t("starting"),
  history: vscode.l10n.t("reading history"),
  following: vscode.l10n.t("following"),
  paused: vscode.l10n.t("paused"),
  credentials: vscode.l10n.t("waiting for credentials"),
  stopped: vscode.l10n.t("stopped"),
  ended: vscode.l10n.t("read to the end"),
  failed: vscode.l10n.t("failed"),
};

const events = (count: number): string =>
  count === 1 ? vscode.l10n.t("1 event") : vscode.l10n.t("{0} events", count.toLocaleString("en"));

function behind(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120
    ? vscode.l10n.t("{0} s behind", seconds)
    : vscode.l10n.t("{0} min behind", Math.round(seconds / 60));
}

/** What the row says beside the name; words alone, so that it can be read out. */
export function describeTail(state: TailState): string {
  const follows = state.phase === "following" || state.phase === "history";
  return [
    state.phase === "following"
      ? state.via === "liveTail"
        ? vscode.l10n.t("live")
        : vscode.l10n.t("polling")
      : words[state.phase],
    follows ? vscode.l10n.t("{0}/s", state.perSecond) : "",
    events(state.total),
    follows && state.behindMilliseconds >= 1500 ? behind(state.behindMilliseconds) : "",
    state.sampled ? vscode.l10n.t("{0} sampled, {1} filled in", state.sampled, state.filled) : "",
    state.filter === undefined ? "" : vscode.l10n.t("filter {0}", state.filter),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The Log Tails view. */
export class TailTree implements vscode.TreeDataProvider<TailNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<TailNode | undefined>();
  private readonly nodes = new Map<string, TailNode>();
  private readonly subscription: vscode.Disposable;
  private readonly shown = new Map<string, string>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly manager: TailManager) {
    this.subscription = manager.onDidChange((entry) => this.update(entry));
  }

  getChildren(node?: TailNode): TailNode[] {
    if (!node) return this.manager.entries.map((entry) => this.node({ kind: "tail", id: `tail/${entry.id}`, entry }));
    if (node.kind === "part") return [];
    return node.entry.channel.parts.map((file) =>
      this.node({ kind: "part", id: `${node.id}/${path.basename(file)}`, entry: node.entry, file }),
    );
  }

  getParent(node: TailNode): TailNode | undefined {
    return node.kind === "part" ? this.nodes.get(`tail/${node.entry.id}`) : undefined;
  }

  getTreeItem(node: TailNode): vscode.TreeItem {
    if (node.kind === "part") {
      const item = new vscode.TreeItem(path.basename(node.file), vscode.TreeItemCollapsibleState.None);
      item.id = node.id;
      item.description = vscode.l10n.t("what was printed before");
      item.iconPath = new vscode.ThemeIcon("file");
      item.contextValue = "part";
      item.command = { command: "vscode.open", title: vscode.l10n.t("Open"), arguments: [vscode.Uri.file(node.file)] };
      return item;
    }
    const { entry } = node;
    const { state } = entry;
    const item = new vscode.TreeItem(
      entry.name,
      entry.channel.parts.length ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
    );
    const [icon, color] = icons[state.phase];
    item.id = node.id;
    item.description = describeTail(state);
    item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.contextValue = [
      "tail",
      isOver(entry) ? "over" : state.phase === "paused" ? "paused" : "running",
      state.mode === "polling" ? "polling" : "live",
    ].join(".");
    item.tooltip = tooltip(entry);
    item.accessibilityInformation = {
      label: vscode.l10n.t("Log tail of {0}, {1}", entry.name, describeTail(state).replaceAll(" · ", ", ")),
    };
    item.command = { command: "slipway.logs.reveal", title: vscode.l10n.t("Show"), arguments: [node] };
    return item;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private node(node: TailNode): TailNode {
    const known = this.nodes.get(node.id);
    if (!known) this.nodes.set(node.id, node);
    return known ?? node;
  }

  private update(entry: TailEntry | undefined): void {
    if (!entry) {
      const ids = new Set(this.manager.entries.map((item) => item.id));
      for (const [id, node] of this.nodes) if (!ids.has(node.entry.id)) this.nodes.delete(id);
      return this.changed.fire(undefined);
    }
    const text = JSON.stringify([entry.state, entry.channel.parts.length]);
    if (this.shown.get(entry.id) === text) return;
    this.shown.set(entry.id, text);
    const node = this.nodes.get(`tail/${entry.id}`);
    if (node) this.changed.fire(node);
  }
}

function tooltip(entry: TailEntry): vscode.MarkdownString {
  const { state } = entry;
  const text = new vscode.MarkdownString();
  const line = (content: string) => text.appendMarkdown("- ").appendText(content).appendMarkdown("\n");
  text
    .appendMarkdown("**")
    .appendText(entry.name)
    .appendMarkdown("** ")
    .appendText(`${words[state.phase]}, ${entry.place}`)
    .appendMarkdown("\n\n");
  line(
    state.via === "liveTail"
      ? vscode.l10n.t("Live Tail, with FilterLogEvents filling in")
      : vscode.l10n.t("polling with FilterLogEvents"),
  );
  if (state.groups.length) line(vscode.l10n.t("log groups: {0}", state.groups.join(", ")));
  line(vscode.l10n.t("{0}, {1} a second; {2}", events(state.total), state.perSecond, behind(state.behindMilliseconds)));
  line(
    vscode.l10n.t(
      "came late: {0}; sampled updates: {1}; filled in: {2}; throttled: {3}",
      state.late.toLocaleString("en"),
      state.sampled.toLocaleString("en"),
      state.filled.toLocaleString("en"),
      state.throttled.toLocaleString("en"),
    ),
  );
  if (state.filter !== undefined) line(vscode.l10n.t("filter: {0}", state.filter));
  if (state.error) line(`${state.error.summary} ${state.error.remedy}`);
  return text;
}
