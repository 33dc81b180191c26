import * as vscode from "vscode";
import type { ErrorReport } from "../../core/base/errors";
import { emptyWords, type ResourceKind, type ResourceState } from "../../core/ports/resourceModel";
import type { ResourceNode } from "../../core/resources/store";
import { isNode, isNote, isRoot, type Element, type Note } from "./elements";
import { ServiceFigures } from "./figures";
import { rootName, type Root, type Roots } from "./roots";
import { harmlessRow } from "../ui/treeItem";
import type { Log } from "../ui/log";

const icons: Readonly<Record<ResourceKind, string>> = {
  root: "account",
  repositories: "package",
  repository: "package",
  image: "symbol-field",
  clusters: "server-environment",
  cluster: "server-environment",
  service: "server-process",
  deployments: "history",
  deployment: "git-commit",
  tasks: "list-tree",
  stoppedTasks: "circle-slash",
  task: "vm",
  container: "symbol-method",
  scaling: "graph-line",
  scalingPolicy: "graph-line",
  scalingActivity: "pulse",
  families: "json",
  family: "json",
  revision: "symbol-number",
  inactiveRevisions: "archive",
  loadBalancers: "globe",
  loadBalancer: "globe",
  listener: "ports-forward-icon",
  rule: "filter",
  targetGroups: "target",
  targetGroup: "target",
  target: "circle-filled",
  logGroups: "output",
  logGroup: "output",
  logStream: "list-flat",
};

/** Places whose children the filter chooses from by their names. */
const filtered: ReadonlySet<ResourceKind> = new Set([
  "repositories",
  "families",
  "loadBalancers",
  "targetGroups",
  "logGroups",
] as const);

const colors: Partial<Record<ResourceState, string>> = {
  good: "testing.iconPassed",
  bad: "testing.iconFailed",
  off: "disabledForeground",
};
const stateWords: Readonly<Record<ResourceState, string>> = {
  good: vscode.l10n.t("healthy"),
  busy: vscode.l10n.t("in transition"),
  bad: vscode.l10n.t("needs attention"),
  off: vscode.l10n.t("inactive"),
  plain: "",
};

/** What an error in the tree is called, and what a click on it does. */
const errorWords: Readonly<Record<string, { label: string; command?: string; title?: string }>> = {
  CredentialsExpired: {
    label: vscode.l10n.t("Credentials have expired, click to sign in"),
    command: "slipway.signIn",
    title: vscode.l10n.t("Sign In"),
  },
  NoCredentials: {
    label: vscode.l10n.t("No usable credentials, click to choose others"),
    command: "slipway.chooseConnection",
    title: vscode.l10n.t("Choose Connection"),
  },
  CredentialsRefused: {
    label: vscode.l10n.t("AWS does not accept these credentials"),
    command: "slipway.chooseConnection",
    title: vscode.l10n.t("Choose Connection"),
  },
  Unreachable: { label: vscode.l10n.t("AWS cannot be reached") },
};

function errorLabel(error: ErrorReport): { label: string; command: string; title: string } {
  const known = errorWords[error.code];
  if (known) return { command: "slipway.resources.showError", title: vscode.l10n.t("Show Slipway Log"), ...known };
  const missing = /not authorized to perform:? ([\w-]+:\w+)/.exec((error.quotes ?? []).join(" "))?.[1];
  if (/^(AccessDenied|Unauthorized)/.test(error.code))
    return {
      label: missing ? vscode.l10n.t("No permission: {0}", missing) : error.summary,
      command: "slipway.resources.showError",
      title: vscode.l10n.t("Show Slipway Log"),
    };
  if (/Throttl|RequestLimit|TooManyRequests/.test(error.code))
    return {
      label: vscode.l10n.t("AWS is throttling this account's requests; retrying automatically"),
      command: "slipway.resources.showError",
      title: vscode.l10n.t("Show Slipway Log"),
    };
  return { label: error.summary, command: "slipway.resources.showError", title: vscode.l10n.t("Show Slipway Log") };
}

const usesMilliseconds = 500;

/** The AWS Resources view. Children come from the store; what is not there yet is asked for and shown when it comes. */
export class ResourceTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Element | undefined>();
  private readonly notes = new WeakMap<Note["of"], Map<Note["note"], Note>>();
  private readonly told = new WeakSet<ErrorReport>();
  private readonly uses = new WeakMap<ResourceNode, { at: number; found: ReadonlyMap<string, ReadonlySet<string>> }>();
  private readonly subscription: vscode.Disposable;
  private readonly figures: ServiceFigures;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly roots: Roots,
    private readonly log: Log,
  ) {
    this.figures = new ServiceFigures(log, (node) => this.fire(node));
    this.subscription = roots.onDidChange((element) =>
      this.changed.fire(element && isNode(element) && !element.parent ? this.roots.rootOf(element) : element),
    );
  }

  getChildren(element?: Element): Element[] {
    if (!element) return [...this.roots.all];
    if (isNote(element)) return [];
    if (!isRoot(element)) return this.childrenOf(element);
    if (element.store) return this.childrenOf(element.store.root);
    if (element.error) return [this.note("error", element)];
    void this.roots.connect(element);
    return [this.note("loading", element)];
  }

  getParent(element: Element): Element | undefined {
    if (isRoot(element)) return undefined;
    if (isNote(element)) return element.of;
    return element.parent?.parent ? element.parent : this.roots.rootOf(element);
  }

  getTreeItem(element: Element): vscode.TreeItem {
    if (isNote(element)) return harmlessRow(this.noteItem(element));
    return harmlessRow(isRoot(element) ? this.rootItem(element) : this.nodeItem(element));
  }

  resolveTreeItem(item: vscode.TreeItem, element: Element): vscode.TreeItem {
    if (isNode(element)) item.tooltip = tooltipOf([...element.item.facts, ...this.usedBy(element)]);
    return item;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private childrenOf(node: ResourceNode): Element[] {
    const root = this.roots.rootOf(node);
    const store = root?.store;
    if (node.status === "unloaded") void store?.load(node).then(() => this.fire(node));
    const failed = node.status === "failed" ? [this.note("error", node)] : [];
    if (node.children.length === 0 && failed.length === 0)
      return [this.note(node.status === "ready" ? "empty" : "loading", node)];
    const figures = this.figures.of(node, root?.connection) === undefined ? [] : [this.note("figures", node)];
    return [...failed, ...figures, ...node.children, ...(node.next === undefined ? [] : [this.note("more", node)])];
  }

  private fire(node: ResourceNode): void {
    this.changed.fire(node.parent ? node : this.roots.rootOf(node));
  }

  /** One object for each note, since VS Code knows elements by the object itself. */
  private note(note: Note["note"], of: Note["of"]): Note {
    const known = this.notes.get(of) ?? new Map<Note["note"], Note>();
    this.notes.set(of, known);
    const made = known.get(note) ?? { note, of };
    known.set(note, made);
    return made;
  }

  /** Services that run this image or revision, as far as services and their tasks have been looked at. */
  private usedBy(node: ResourceNode): [string, string][] {
    const wanted =
      node.item.kind === "image"
        ? node.item.ref["digest"]
        : node.item.kind === "revision"
          ? node.item.ref["definition"]
          : undefined;
    const root = this.roots.rootOf(node)?.store?.root;
    const services = wanted === undefined || !root ? undefined : this.usesIn(root).get(wanted);
    return services ? [[vscode.l10n.t("Runs in"), [...services].join(", ")]] : [];
  }

  /** By digest and by revision; gathered once for all the rows that are drawn together. */
  private usesIn(root: ResourceNode): ReadonlyMap<string, ReadonlySet<string>> {
    const before = this.uses.get(root);
    if (before && performance.now() - before.at < usesMilliseconds) return before.found;
    const found = new Map<string, Set<string>>();
    const add = (key: string | undefined, service: string | undefined): void => {
      if (key && service) found.set(key, (found.get(key) ?? new Set<string>()).add(service));
    };
    const visit = ({ item, children }: ResourceNode): void => {
      if (item.kind === "service") add(item.ref["definition"], item.ref["service"]);
      if (item.kind === "container" && item.ref["group"]?.startsWith("service:"))
        add(item.ref["digest"], item.ref["group"].slice("service:".length));
      children.forEach(visit);
    };
    visit(root);
    this.uses.set(root, { at: performance.now(), found });
    return found;
  }

  private rootItem(root: Root): vscode.TreeItem {
    const identity = root.connection?.identity;
    const item = new vscode.TreeItem(
      rootName(root),
      root.store || this.roots.isOpen(root)
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.Collapsed,
    );
    item.id = root.id;
    item.iconPath = new vscode.ThemeIcon(root.choice.kind === "sandbox" ? "beaker" : "account");
    const filter = root.store?.filter ? vscode.l10n.t("filter: {0}", root.store.filter) : "";
    item.description = [
      identity ? `${identity.account} · ${identity.region}` : "region" in root.choice ? (root.choice.region ?? "") : "",
      filter,
    ]
      .filter(Boolean)
      .join(" · ");
    item.contextValue = root.isMain ? "root.main" : "root.added";
    item.tooltip = identity
      ? tooltipOf([
          [vscode.l10n.t("Account"), identity.account],
          [vscode.l10n.t("Region"), identity.region],
          [vscode.l10n.t("As"), identity.arn],
        ])
      : vscode.l10n.t("Expand to connect");
    item.accessibilityInformation = {
      label: [
        rootName(root),
        identity
          ? vscode.l10n.t("account {0}, region {1}", identity.account, identity.region)
          : vscode.l10n.t("not connected"),
      ].join(", "),
    };
    return item;
  }

  private nodeItem(node: ResourceNode): vscode.TreeItem {
    const { id, item: resource, status } = node;
    const item = new vscode.TreeItem(
      resource.label,
      resource.expandable ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
    );
    item.id = id;
    const users = resource.kind === "image" || resource.kind === "revision" ? this.usedBy(node)[0]?.[1] : undefined;
    item.description = [resource.description, users ? vscode.l10n.t("runs in {0}", users) : ""]
      .filter(Boolean)
      .join(" · ");
    const color = colors[resource.state];
    const busy = resource.state === "busy" || (status === "loading" && resource.kind !== "root");
    item.iconPath = new vscode.ThemeIcon(
      busy ? "sync~spin" : icons[resource.kind],
      color === undefined ? undefined : new vscode.ThemeColor(color),
    );
    item.contextValue = [resource.kind, ...resource.can, ...(resource.arn === undefined ? [] : ["arn"])].join(" ");
    item.accessibilityInformation = {
      label: [resource.label, stateWords[resource.state], item.description].filter(Boolean).join(", "),
    };
    if (resource.state === "bad") item.resourceUri = vscode.Uri.from({ scheme: attentionScheme, path: `/${id}` });
    return item;
  }

  private noteItem({ note, of }: Note): vscode.TreeItem {
    const error = isRoot(of) ? of.error : of.error;
    if (note === "error" && error) return this.errorItem(error, of);
    if (note === "figures" && isNode(of)) return this.figuresItem(of);
    const text =
      note === "loading"
        ? vscode.l10n.t("Loading…")
        : note === "more"
          ? vscode.l10n.t("Load more…")
          : this.emptyText(of);
    const item = new vscode.TreeItem(text, vscode.TreeItemCollapsibleState.None);
    item.id = `${of.id}#${note}`;
    item.iconPath = new vscode.ThemeIcon(note === "loading" ? "loading~spin" : note === "more" ? "ellipsis" : "info");
    item.contextValue = note;
    if (note === "more")
      item.command = {
        command: "slipway.resources.loadMore",
        title: vscode.l10n.t("Load More"),
        arguments: [{ note, of }],
      };
    return item;
  }

  /** The service's figures; a click opens their page, which knows the workspace's own account alone. */
  private figuresItem(of: ResourceNode): vscode.TreeItem {
    const root = this.roots.rootOf(of);
    const text = this.figures.of(of, root?.connection) ?? "";
    const item = new vscode.TreeItem(text, vscode.TreeItemCollapsibleState.None);
    item.id = `${of.id}#figures`;
    item.iconPath = new vscode.ThemeIcon("graph");
    item.contextValue = "figures";
    item.tooltip = `${text} · ${vscode.l10n.t("the last quarter of an hour")}`;
    const { cluster, service } = of.item.ref;
    if (root?.isMain)
      item.command = {
        command: "slipway.monitor.show",
        title: vscode.l10n.t("Show Monitor"),
        arguments: [{ cluster, service }],
      };
    item.accessibilityInformation = { label: vscode.l10n.t("Figures: {0}", text) };
    return item;
  }

  /** Nothing there, or nothing that the filter lets through. */
  private emptyText(of: Note["of"]): string {
    if (isRoot(of)) return vscode.l10n.t("Nothing");
    const filter = this.roots.rootOf(of)?.store?.filter;
    if (filter && filtered.has(of.item.kind)) return vscode.l10n.t('Nothing matches "{0}"', filter);
    return emptyWords[of.item.kind] ?? vscode.l10n.t("Nothing");
  }

  private errorItem(error: ErrorReport, of: Note["of"]): vscode.TreeItem {
    const { label, command, title } = errorLabel(error);
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
    item.id = `${of.id}#error`;
    item.iconPath = new vscode.ThemeIcon("error", new vscode.ThemeColor("testing.iconFailed"));
    item.description = error.code;
    item.tooltip = tooltipOf([
      [vscode.l10n.t("What happened"), error.summary],
      ...error.evidence.map((line): [string, string] => [vscode.l10n.t("AWS says"), line]),
      [vscode.l10n.t("What to do"), error.remedy],
    ]);
    item.contextValue = "error";
    item.command = { command, title, ...(command === "slipway.resources.showError" ? { arguments: [error] } : {}) };
    item.accessibilityInformation = { label: vscode.l10n.t("Error: {0}", label) };
    if (!this.told.has(error)) {
      this.told.add(error);
      logResourceError(this.log, error);
    }
    return item;
  }
}

/** An error of the view as an entry of the log. */
export function logResourceError(log: Log, error: ErrorReport): void {
  log.error(`AWS Resources: ${error.summary}`);
  for (const line of error.evidence) log.error(`  ${line}`);
}

/** Carries the decoration of what needs attention; nothing is ever opened under it. */
const attentionScheme = "slipway-attention";

/** A badge on what needs attention, for those who do not see colours. */
export const attention: vscode.FileDecorationProvider = {
  provideFileDecoration: (uri) =>
    uri.scheme === attentionScheme
      ? new vscode.FileDecoration("!", vscode.l10n.t("Needs attention"), new vscode.ThemeColor("list.errorForeground"))
      : undefined,
};

function tooltipOf(facts: readonly (readonly [string, string])[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  for (const [name, value] of facts)
    if (value) text.appendMarkdown(`- ${name}: `).appendText(value).appendMarkdown("\n");
  return text;
}
