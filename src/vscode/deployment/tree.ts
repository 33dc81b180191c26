import * as vscode from "vscode";
import type { StepState } from "../../core/deploy/events";
import { phases, rowOf, rows, type PhaseId, type ResourceKind, type RowId } from "../../core/deploy/phases";
import { hasBegun, phaseState, rowSnapshots, type RowSnapshot } from "../../core/deploy/state";
import { kindNames } from "../../core/render/kindNames";
import { detailText } from "../../core/render/decisions";
import type { CheckResult } from "../../core/service/checks/checklist";
import type { DeploymentModel } from "../workspace/deploymentModel";
import { applicationItem, applicationRow, type ApplicationRow, type Seen } from "./applicationRow";
import { harmlessRow } from "../ui/treeItem";

/** Elements live as long as the view: VS Code finds an element by the object itself. */
export type Node =
  | { kind: "application"; id: string }
  | { kind: "line" | "figures"; id: string }
  | { kind: "phase"; id: string; phase: PhaseId }
  | { kind: "row"; id: string; row: RowId }
  | { kind: "checklist"; id: string }
  | { kind: "check"; id: string; check: string };

const icons: Readonly<Record<StepState, [string, string | undefined]>> = {
  waiting: ["circle-outline", undefined],
  running: ["sync~spin", undefined],
  done: ["pass-filled", "testing.iconPassed"],
  reused: ["pass", "testing.iconPassed"],
  leftOut: ["circle-slash", "disabledForeground"],
  failed: ["error", "testing.iconFailed"],
  cancelled: ["circle-slash", "testing.iconSkipped"],
};

const checkIcons: Readonly<Record<CheckResult["state"], [string, string]>> = {
  passed: ["pass", "testing.iconPassed"],
  failed: ["error", "testing.iconFailed"],
  blocked: ["debug-breakpoint-unverified", "testing.iconQueued"],
  leftOut: ["circle-slash", "disabledForeground"],
};

/** What a row of several resources is about. */
const mainKinds: Partial<Record<RowId, ResourceKind>> = { "5.2": "taskDefinition", "6.2": "loadBalancer" };

/** State in words, for the description and for screen readers: never color alone. */
const words: Readonly<Record<StepState, string>> = {
  waiting: vscode.l10n.t("waiting"),
  running: vscode.l10n.t("running"),
  done: vscode.l10n.t("done"),
  reused: vscode.l10n.t("unchanged"),
  leftOut: vscode.l10n.t("left out"),
  failed: vscode.l10n.t("failed"),
  cancelled: vscode.l10n.t("cancelled"),
};

const checkWords: Readonly<Record<CheckResult["state"], string>> = {
  passed: vscode.l10n.t("passed"),
  failed: vscode.l10n.t("failed"),
  blocked: vscode.l10n.t("blocked"),
  leftOut: vscode.l10n.t("left out"),
};

const icon = ([name, color]: [string, string | undefined]) =>
  new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));

function duration(from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined) return "";
  const seconds = (to - from) / 1000;
  // What took no time is not worth the room.
  if (seconds < 0.1) return "";
  return seconds < 60
    ? vscode.l10n.t("{0} s", seconds.toFixed(1))
    : vscode.l10n.t("{0} min {1} s", Math.floor(seconds / 60), Math.round(seconds % 60));
}

/** The Deployment view: seven phases, nineteen rows, and the checklist below them. */
export class DeploymentTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  private readonly phaseNodes = phases.map(
    (phase): Node => ({ kind: "phase", id: `phase/${phase.id}`, phase: phase.id }),
  );
  private readonly rowNodes = new Map(
    rows.map((row): [RowId, Node] => [row.id, { kind: "row", id: `phase/${row.phase}/${row.id}`, row: row.id }]),
  );
  private readonly application: Node = { kind: "application", id: "application" };
  private readonly line: Node = { kind: "line", id: "application/line" };
  private readonly figures: Node = { kind: "figures", id: "application/figures" };
  private readonly checklist: Node = { kind: "checklist", id: "checklist" };
  private checkNodes: Node[] = [];
  private checks: readonly CheckResult[] = [];
  private checkedAt: Date | undefined;
  private snapshots: RowSnapshot[];
  private shown = new Map<string, string>();
  private folds = "";
  private seen: Seen | undefined;
  private row: ApplicationRow;
  /** False keeps the view empty, so that its welcome shows. */
  private visible = false;
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly model: DeploymentModel) {
    this.snapshots = rowSnapshots(model.state);
    this.row = this.rowNow();
    this.subscription = model.onDidChange(() => this.update());
  }

  /** Shows the rows, or with false the welcome. */
  setVisible(visible: boolean): void {
    if (this.visible === visible) return;
    this.visible = visible;
    this.changed.fire(undefined);
  }

  /** Whether the checklist was looked at: then it is kept up to date. */
  get hasChecks(): boolean {
    return this.checks.length > 0;
  }

  /** Gives the items whose state is another than before. */
  setChecks(checks: readonly CheckResult[]): CheckResult[] {
    const states = new Map(this.checks.map(({ id, state }) => [id, state]));
    this.checks = checks;
    this.checkedAt = new Date();
    const before = new Map(this.checkNodes.map((node) => [node.id, node]));
    this.checkNodes = checks.map(
      (check) => before.get(`checklist/${check.id}`) ?? { kind: "check", id: `checklist/${check.id}`, check: check.id },
    );
    this.changed.fire(this.visible ? this.checklist : undefined);
    return checks.filter(({ id, state }) => states.get(id) !== state);
  }

  /** What AWS said of the application, or undefined where another one is shown now. */
  setSeen(seen: Seen | undefined): void {
    this.seen = seen;
    this.updateRow();
    if (this.visible) this.changed.fire(undefined);
  }

  /** What the first row says: of the code, what is offered hangs. */
  get standing(): ApplicationRow {
    return this.row;
  }

  /** What AWS said last, also after a reload. */
  get lastSeen(): Seen | undefined {
    return this.seen;
  }

  getChildren(node?: Node): Node[] {
    if (!this.visible) return [];
    if (!node) return [this.application, ...this.phaseNodes, this.checklist];
    if (node.kind === "application")
      return [
        ...(this.row.line === undefined ? [] : [this.line]),
        ...(this.row.figures === undefined ? [] : [this.figures]),
      ];
    if (node.kind === "phase")
      return rows.filter((row) => row.phase === node.phase).flatMap((row) => this.rowNodes.get(row.id) ?? []);
    return node.kind === "checklist" ? this.checkNodes : [];
  }

  getParent(node: Node): Node | undefined {
    if (node.kind === "row") return this.phaseNodes[rowOf(node.row).phase - 1];
    if (node.kind === "line" || node.kind === "figures") return this.application;
    return node.kind === "check" ? this.checklist : undefined;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return harmlessRow(this.itemOf(node));
  }

  private itemOf(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case "application":
        return Object.assign(applicationItem(this.row, this.model.state.application), { id: node.id });
      case "line":
        return lineItem(this.row.line ?? "", node.id);
      case "figures":
        return figuresItem(this.row.figures ?? "", node.id);
      case "phase":
        return this.phaseItem(node.phase, node.id);
      case "row":
        return this.rowItem(node.row, node.id);
      case "checklist":
        return this.checklistItem(node.id);
      case "check":
        return this.checkItem(node.check, node.id);
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  /** Fires for the topmost node that changed, and for nothing that did not. */
  private update(): void {
    this.snapshots = rowSnapshots(this.model.state);
    this.updateRow();
    if (this.model.state.startedAt !== undefined && !this.visible) return this.setVisible(true);
    // A row that folds is another row to VS Code: that is drawn from the top, and nothing by itself.
    const folds = phases.map(({ id }) => this.isFolded(id)).join();
    if (folds !== this.folds) {
      this.folds = folds;
      return this.changed.fire(undefined);
    }
    for (const node of this.phaseNodes) {
      if (node.kind !== "phase") continue;
      // All that an item is made of: the URL comes with the end, and with it the run buttons come back.
      const own = JSON.stringify([
        this.snapshots.filter((row) => row.id.startsWith(`${node.phase}.`)),
        this.model.isRunning,
        node.phase === 7 ? this.model.state.url : undefined,
      ]);
      if (this.shown.get(node.id) === own) continue;
      this.shown.set(node.id, own);
      this.changed.fire(node);
    }
  }

  /** What is over folds; so does all of it where nothing was deployed from this window and AWS says how things stand. */
  private isFolded(id: PhaseId): boolean {
    const { state } = this.model;
    if (hasBegun(state)) return finished.has(phaseState(state, id));
    return this.seen !== undefined && this.seen.state.code !== "notDeployed";
  }

  private rowNow(): ApplicationRow {
    const { state, isRunning, stage } = this.model;
    return applicationRow({ state, isRunning, stage }, this.seen, Date.now());
  }

  private updateRow(): void {
    const row = this.rowNow();
    if (JSON.stringify(row) === JSON.stringify(this.row)) return;
    this.row = row;
    if (this.visible) this.changed.fire(this.application);
  }

  private phaseItem(id: PhaseId, key: string): vscode.TreeItem {
    const phase = phases[id - 1] as (typeof phases)[number];
    const state = phaseState(this.model.state, id);
    const begun = hasBegun(this.model.state);
    const folds = this.isFolded(id);
    const item = new vscode.TreeItem(
      `${id} ${phase.title}`,
      folds ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded,
    );
    // VS Code keeps what a person folds or opens by the id: a phase that is over is another row.
    item.id = folds ? `${key}/over` : key;
    item.iconPath = icon(icons[state]);
    item.description = begun ? this.wordOf(state) : "";
    item.contextValue = this.model.isRunning ? "phase" : "phase.runnable";
    item.accessibilityInformation = {
      label: [vscode.l10n.t("Phase {0}", id), phase.title, this.wordOf(state)].filter(Boolean).join(", "),
    };
    return item;
  }

  /** After a failure nothing waits any more. */
  private wordOf(state: StepState): string {
    const { outcome } = this.model.state;
    if (!hasBegun(this.model.state)) return "";
    const isDone = outcome === undefined || outcome === "done" || outcome === "doneNotProbed";
    return state === "waiting" && !isDone ? vscode.l10n.t("not reached") : words[state];
  }

  private rowItem(id: RowId, key: string): vscode.TreeItem {
    const row = rowOf(id);
    const snapshot = this.snapshots.find((item) => item.id === id) as RowSnapshot;
    const item = new vscode.TreeItem(`${id} ${row.title}`, vscode.TreeItemCollapsibleState.None);
    const resource = snapshot.resources.find((item) => item.kind === mainKinds[id]) ?? snapshot.resources[0];
    const time = duration(snapshot.startedAt, snapshot.endedAt);
    const unchanged = snapshot.state === "reused" ? words.reused : "";
    const url = id === "7.3" ? this.model.state.url : undefined;
    item.id = key;
    item.iconPath = icon(icons[snapshot.state]);
    item.description = [
      snapshot.state === "done" ? time : "",
      snapshot.text,
      unchanged,
      snapshot.message,
      // The application's own name says nothing in a row; the tooltip has it.
      url ?? (resource?.name === this.model.state.application ? undefined : resource?.name),
    ]
      .filter(Boolean)
      .join(" · ");
    item.contextValue = [
      url ? "row.url" : resource ? "row.resource" : "row",
      ...(snapshot.state === "failed" ? ["failed"] : []),
      ...(id.startsWith("7.") && snapshot.state !== "waiting" ? ["logs"] : []),
    ].join(".");
    item.tooltip = rowTooltip(row.title, snapshot, time);
    item.accessibilityInformation = {
      label: [
        vscode.l10n.t("Step {0}", id),
        row.title,
        snapshot.text || this.wordOf(snapshot.state),
        unchanged,
        snapshot.message,
        resource?.name,
        time,
      ]
        .filter(Boolean)
        .join(", "),
    };
    if (snapshot.state === "failed")
      item.command = { command: "slipway.showLog", title: vscode.l10n.t("Show Slipway Log") };
    return item;
  }

  private checklistItem(key: string): vscode.TreeItem {
    const count = (state: CheckResult["state"]) => this.checks.filter((check) => check.state === state).length;
    const [bad, blocked] = [count("failed"), count("blocked")];
    const summary = !bad
      ? vscode.l10n.t("all passed")
      : blocked
        ? vscode.l10n.t("{0} failed, {1} blocked", bad, blocked)
        : vscode.l10n.t("{0} failed", bad);
    const item = new vscode.TreeItem(vscode.l10n.t("Checklist"), vscode.TreeItemCollapsibleState.Expanded);
    item.id = key;
    item.iconPath = new vscode.ThemeIcon("checklist");
    item.description = this.checks.length
      ? `${summary} · ${this.checkedAt?.toLocaleTimeString() ?? ""}`
      : vscode.l10n.t("not checked yet");
    item.contextValue = "checklist";
    return item;
  }

  private checkItem(id: string, key: string): vscode.TreeItem {
    const check = this.checks.find((item) => item.id === id);
    const item = new vscode.TreeItem(check?.title ?? id, vscode.TreeItemCollapsibleState.None);
    item.id = key;
    if (!check) return item;
    const cause =
      check.blockedBy === undefined ? undefined : this.checks.find((item) => item.id === check.blockedBy)?.title;
    const said = cause === undefined ? check.evidence : vscode.l10n.t('blocked by "{0}": {1}', cause, check.evidence);
    item.iconPath = icon(checkIcons[check.state]);
    item.description = said;
    item.tooltip = said;
    item.contextValue = check.state === "failed" ? "check.failed" : "check";
    item.accessibilityInformation = {
      label: `${check.title}, ${checkWords[check.state]}, ${said}`,
    };
    return item;
  }
}

/** Phases that nobody has to look into. */
const finished: ReadonlySet<StepState> = new Set<StepState>(["done", "reused", "leftOut"]);

/** The failing line below the first row. */
function lineItem(line: string, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(line, vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon("output");
  item.tooltip = line;
  item.contextValue = "application.line";
  return item;
}

/** The figures below the first row; a click shows all of them. */
function figuresItem(figures: string, id: string): vscode.TreeItem {
  const item = lineItem(figures, id);
  item.iconPath = new vscode.ThemeIcon("pulse");
  item.contextValue = "application.figures";
  item.command = { command: "slipway.monitor.show", title: vscode.l10n.t("Show Monitor") };
  return item;
}

function rowTooltip(title: string, snapshot: RowSnapshot, time: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, false);
  text.appendMarkdown(`**${title}** ${snapshot.text}${time ? `, ${time}` : ""}\n\n`);
  for (const detail of snapshot.details) text.appendMarkdown("- ").appendText(detailText(detail)).appendMarkdown("\n");
  for (const resource of snapshot.resources) {
    text
      .appendMarkdown(`- ${kindNames[resource.kind] ?? resource.kind} (${resource.origin}): `)
      .appendText(`${resource.name}, ${resource.arn}`)
      .appendMarkdown("\n");
  }
  return text;
}
