import * as vscode from "vscode";
import type { ResourceNode } from "../../core/resources/store";
import type { ResourcesContext } from "./context";
import { contextKeys, setContext, workspaceKeys } from "../keys";
import { isNode, isRoot, type Element } from "./elements";
import { Roots } from "./roots";
import { attention, ResourceTree } from "./tree";

const tickMilliseconds = 1000;
const staleMilliseconds = 10_000;

/** The AWS Resources view: its tree, what of it is expanded, and the looks at it while somebody sees it. */
export class ResourceView implements vscode.Disposable {
  readonly roots: Roots;
  readonly tree: ResourceTree;
  /** Weakly: what has vanished from AWS is not kept by having been expanded. */
  private readonly expanded = new WeakSet<Element>();
  private readonly disposables: vscode.Disposable[] = [];
  private readonly memento: vscode.Memento;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly view: vscode.TreeView<Element>,
    { connections, backend, memento, log }: Pick<ResourcesContext, "connections" | "backend" | "memento" | "log">,
  ) {
    this.memento = memento;
    this.roots = new Roots(connections, backend, memento);
    this.tree = new ResourceTree(this.roots, log);
    this.disposables.push(
      this.roots,
      this.tree,
      vscode.window.registerFileDecorationProvider(attention),
      this.view.onDidExpandElement(({ element }) => this.expand(element)),
      this.view.onDidCollapseElement(({ element }) => void this.expanded.delete(element)),
      this.view.onDidChangeVisibility(({ visible }) => this.watch(visible)),
      this.roots.onDidChange((element) => {
        if (element && isRoot(element) && element.store && this.filter) void this.applyFilter();
      }),
    );
    this.showFilter();
    this.watch(this.view.visible);
  }

  get selection(): readonly Element[] {
    return this.view.selection;
  }

  get filter(): string {
    return this.memento.get(workspaceKeys.filter, "");
  }

  /** Keeps the filter for the workspace, and looks anew at what is expanded. */
  async setFilter(text: string): Promise<void> {
    await this.memento.update(workspaceKeys.filter, text.trim() || undefined);
    this.showFilter();
    await this.applyFilter();
  }

  /** Looks again at one node and what is expanded below it; at everything without one. Failed connections try again. */
  async refresh(node?: ResourceNode): Promise<void> {
    const store = node && this.roots.rootOf(node)?.store;
    if (node && store) return store.refresh(node, this.isExpanded);
    await Promise.all(
      this.roots.all.map(async (root) =>
        root.store
          ? root.store.refresh(root.store.root, this.isExpanded)
          : root.error
            ? this.roots.connect(root)
            : undefined,
      ),
    );
  }

  reveal(node: ResourceNode): Thenable<void> {
    return this.view.reveal(node, { select: true, focus: true, expand: true });
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const item of this.disposables) item.dispose();
  }

  private readonly isExpanded = (node: ResourceNode): boolean => this.expanded.has(node) || node.parent === undefined;

  /** What was loaded some time ago is looked at anew when it is opened again. */
  private expand(element: Element): void {
    this.expanded.add(element);
    if (isNode(element) && element.status === "ready" && performance.now() - element.loadedAt > staleMilliseconds)
      void this.refresh(element);
  }

  private async applyFilter(): Promise<void> {
    await Promise.all(
      this.roots.all.map(async (root) =>
        root.store && root.store.filter !== this.filter
          ? root.store.setFilter(this.filter, this.isExpanded)
          : undefined,
      ),
    );
  }

  private showFilter(): void {
    this.view.description = this.filter ? vscode.l10n.t("filter: {0}", this.filter) : "";
    void setContext(contextKeys.filtered, this.filter !== "");
  }

  /** Nothing is looked at while nobody sees it. */
  private watch(visible: boolean): void {
    clearInterval(this.timer);
    if (!visible) return;
    this.timer = setInterval(() => {
      for (const root of this.roots.all) void root.store?.poll(this.seen(root.store.root));
    }, tickMilliseconds);
  }

  /** What is expanded with everything above it expanded too. */
  private seen(top: ResourceNode): ResourceNode[] {
    const found: ResourceNode[] = [];
    const visit = (node: ResourceNode): void => {
      found.push(node);
      for (const child of node.children) if (isNode(child) && this.expanded.has(child)) visit(child);
    };
    visit(top);
    return found;
  }
}
