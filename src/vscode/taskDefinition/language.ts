import * as vscode from "vscode";
import type { Completion } from "../../core/taskDefinition/language/complete";
import type { ConnectionManager } from "../workspace/connections";
import { rangeOf } from "./diagnostics";
import type { TaskDefinitionDocuments } from "./documents";

const kinds: Readonly<Record<Completion["kind"], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  reference: vscode.CompletionItemKind.Reference,
};

export class TaskDefinitionHover implements vscode.HoverProvider {
  constructor(private readonly documents: TaskDefinitionDocuments) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const checked = this.documents.check(document);
    const told = checked && this.documents.api.hover(checked.task, document.offsetAt(position));
    return told && new vscode.Hover(new vscode.MarkdownString(told.markdown), rangeOf(document, told));
  }
}

/** How long an account's answer is taken again, in milliseconds. */
const offersLast = 60_000;

export class TaskDefinitionCompletion implements vscode.CompletionItemProvider {
  static readonly triggers = ['"', ":", " "];
  private readonly offers = new Map<string, { at: number; values: Promise<string[]> }>();

  constructor(
    private readonly documents: TaskDefinitionDocuments,
    private readonly connections: ConnectionManager,
  ) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionItem[]> {
    const checked = this.documents.check(document);
    if (!checked) return [];
    const { items, account, offset, length } = this.documents.api.complete(checked.task, document.offsetAt(position));
    const result = items.map((item) => this.itemOf(document, item));
    if (!account) return result;
    const values = await this.ofAccount(account, token);
    return [
      ...result,
      ...values.map((value, index) =>
        this.itemOf(document, {
          label: value,
          insert: JSON.stringify(value),
          isSnippet: false,
          kind: "reference",
          detail: this.connections.open?.name ?? "",
          offset,
          length,
          rank: index,
        }),
      ),
    ];
  }

  private itemOf(
    document: vscode.TextDocument,
    { label, insert, isSnippet, kind, detail, documentation, offset, length, rank }: Completion,
  ): vscode.CompletionItem {
    const item = new vscode.CompletionItem(label, kinds[kind]);
    item.insertText = isSnippet ? new vscode.SnippetString(insert) : insert;
    item.range = rangeOf(document, { offset, length });
    // VS Code filters by what stands in the range, and there the quotes belong to it.
    item.filterText = `"${label}"`;
    item.sortText = String(rank).padStart(4, "0");
    if (detail !== undefined) item.detail = detail;
    if (documentation !== undefined) item.documentation = new vscode.MarkdownString(documentation);
    return item;
  }

  /** What the account has, when one is connected already; completing opens no connection. */
  private async ofAccount(
    kind: "images" | "roles" | "logGroups" | "secrets",
    token: vscode.CancellationToken,
  ): Promise<string[]> {
    const connection = this.connections.open;
    if (!connection || !vscode.workspace.isTrusted) return [];
    const key = `${connection.identity.account}/${connection.identity.region}/${kind}`;
    const known = this.offers.get(key);
    const now = performance.now();
    if (known && now - known.at < offersLast) return known.values;
    const cancel = new AbortController();
    token.onCancellationRequested(() => cancel.abort());
    const values = connection
      .definitions(cancel.signal)
      .offers(kind)
      .catch(() => {
        // Not kept: the next time asks again. A list that may not be read is no reason to disturb anybody who types.
        this.offers.delete(key);
        return [];
      });
    this.offers.set(key, { at: now, values });
    return values;
  }
}

/** Register, compare and deploy, above a definition. */
export class TaskDefinitionLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly documents: TaskDefinitionDocuments) {
    documents.onDidCheck(() => this.changed.fire());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const checked = this.documents.check(document);
    const { definition } = checked?.task ?? {};
    if (
      !checked ||
      !definition ||
      !vscode.workspace.getConfiguration("slipway", document).get("taskDefinition.codeLens", true)
    )
      return [];
    const range = rangeOf(document, { offset: definition.node.offset, length: 1 });
    const lens = (title: string, command: string) =>
      new vscode.CodeLens(range, { title, command, arguments: [document.uri] });
    const isDescribed = checked.findings.some(
      ({ rule }) => rule === "readonly-property" || rule === "wrapped-definition",
    );
    return [
      lens(vscode.l10n.t("$(cloud-upload) Register…"), "slipway.taskDefinition.register"),
      lens(vscode.l10n.t("Compare with the live revision"), "slipway.taskDefinition.compare"),
      lens(vscode.l10n.t("$(rocket) Deploy with this file"), "slipway.taskDefinition.deploy"),
      lens(vscode.l10n.t("Check in AWS"), "slipway.taskDefinition.checkInAccount"),
      ...(isDescribed ? [lens(vscode.l10n.t("Clean up"), "slipway.taskDefinition.clean")] : []),
    ];
  }
}
