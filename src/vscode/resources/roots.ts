import * as vscode from "vscode";
import { connectionName, type ConnectionChoice } from "../../core/base/connection";
import type { Backend, Connection, ConnectionDetails } from "../../core/api";
import { reportOf, type ErrorReport } from "../../core/base/errors";
import type { ResourceItem } from "../../core/ports/resourceModel";
import { ResourceStore, type ResourceNode } from "../../core/resources/store";
import type { ConnectionManager } from "../workspace/connections";
import { workspaceKeys } from "../keys";

/** One account and region in the view: connected, connecting, or why not. */
export interface Root {
  readonly id: string;
  readonly choice: ConnectionChoice;
  /** The workspace's own connection; the others were added beside it. */
  readonly isMain: boolean;
  connection: Connection | undefined;
  store: ResourceStore | undefined;
  error: ErrorReport | undefined;
  connecting: Promise<void> | undefined;
}

const idOf = (choice: ConnectionChoice): string =>
  [choice.kind, choice.kind === "profile" ? choice.profile : "", "region" in choice ? (choice.region ?? "") : ""].join(
    "|",
  );

/** The accounts and regions that the view shows. A connection is opened when its root is first expanded. */
export class Roots implements vscode.Disposable {
  private list: Root[] = [];
  private readonly changed = new vscode.EventEmitter<Root | ResourceNode | undefined>();
  private readonly subscription: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly connections: ConnectionManager,
    private readonly backend: () => Backend,
    private readonly memento: vscode.Memento,
  ) {
    this.subscription = connections.onDidChange(() => this.rebuild());
    this.rebuild();
  }

  get all(): readonly Root[] {
    return this.list;
  }

  /** Another profile or region beside the workspace's own. */
  async add(choice: ConnectionChoice): Promise<void> {
    const others = this.others().filter((item) => idOf(item) !== idOf(choice));
    await this.memento.update(workspaceKeys.roots, [...others, choice]);
    this.rebuild();
  }

  async remove(root: Root): Promise<void> {
    await this.memento.update(
      workspaceKeys.roots,
      this.others().filter((item) => idOf(item) !== root.id),
    );
    this.rebuild();
  }

  /** Connects a root; a failure is kept until the next try and nothing longer. */
  connect(root: Root): Promise<void> {
    if (root.store) return Promise.resolve();
    root.error = undefined;
    root.connecting ??= (async () => {
      try {
        const signal = new AbortController().signal;
        const connection = root.isMain
          ? await this.connections.ensure(signal)
          : await this.backend().connect(root.choice, this.connections.prompts, signal);
        if (!connection || !this.list.includes(root)) return;
        root.connection = connection;
        root.store = new ResourceStore(
          root.id,
          rootItem(connection),
          connection.resources,
          { now: () => performance.now() },
          (node) => this.changed.fire(node),
        );
        await root.store.load(root.store.root);
      } catch (error) {
        root.error = reportOf(error);
      } finally {
        root.connecting = undefined;
        this.changed.fire(root);
      }
    })();
    return root.connecting;
  }

  /** Whether it costs nothing to show: somebody has connected there already. */
  isOpen(root: Root): boolean {
    return root.isMain && this.connections.open !== undefined;
  }

  rootOf(node: ResourceNode): Root | undefined {
    let top = node;
    while (top.parent) top = top.parent;
    return this.list.find((root) => root.store?.root === top);
  }

  dispose(): void {
    this.subscription.dispose();
    for (const root of this.list) close(root);
    this.changed.dispose();
  }

  private others(): ConnectionChoice[] {
    return this.memento.get<ConnectionChoice[]>(workspaceKeys.roots, []);
  }

  /** A root whose connection is the same keeps its store, and with it everything that was loaded and expanded. */
  private rebuild(): void {
    const main = this.connections.choice;
    const wanted = [
      ...(main ? [{ choice: main, isMain: true }] : []),
      ...this.others()
        .filter((choice) => !main || idOf(choice) !== idOf(main))
        .map((choice) => ({ choice, isMain: false })),
    ];
    const before = this.list;
    const isSame = (root: Root, item: (typeof wanted)[number]): boolean =>
      root.id === idOf(item.choice) &&
      root.isMain === item.isMain &&
      (!root.isMain || root.connection === undefined || root.connection === this.connections.open);
    this.list = wanted.map(
      (item) =>
        before.find((root) => isSame(root, item)) ?? {
          id: idOf(item.choice),
          ...item,
          connection: undefined,
          store: undefined,
          error: undefined,
          connecting: undefined,
        },
    );
    const gone = before.filter((root) => !this.list.includes(root));
    gone.forEach(close);
    if (gone.length || this.list.length !== before.length) this.changed.fire(undefined);
  }
}

function close(root: Root): void {
  root.store?.close();
  // The main one belongs to the workspace.
  if (!root.isMain) root.connection?.close();
}

function rootItem({ identity, name }: ConnectionDetails): ResourceItem {
  return {
    kind: "root",
    key: name,
    label: name,
    description: `${identity.account} · ${identity.region}`,
    state: "plain",
    expandable: true,
    can: [],
    ref: { region: identity.region, account: identity.account, partition: identity.partition },
    facts: [
      [vscode.l10n.t("Account"), identity.account],
      [vscode.l10n.t("Region"), identity.region],
      [vscode.l10n.t("As"), identity.arn],
    ],
  };
}

export const rootName = (root: Root): string => connectionName(root.choice);
