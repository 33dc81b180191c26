import * as vscode from "vscode";
import type { Finding, Fix } from "../../core/taskDefinition/document/finding";
import type { TextEdit } from "../../core/taskDefinition/document/edits";
import { rangeOf, source } from "./diagnostics";
import type { TaskDefinitionDocuments } from "./documents";

const { QuickFix, RefactorRewrite, SourceFixAll } = vscode.CodeActionKind;
const fixAllKind = SourceFixAll.append("slipway");

/** The quick fixes at the cursor, *fix all*, and what else may be changed there. */
export class TaskDefinitionActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [QuickFix, RefactorRewrite, fixAllKind],
  };

  constructor(private readonly documents: TaskDefinitionDocuments) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const checked = this.documents.check(document);
    if (!checked) return [];
    const wanted = (kind: vscode.CodeActionKind) => context.only === undefined || context.only.contains(kind);
    const here = checked.findings.filter((finding) => rangeOf(document, finding.spot).intersection(range));
    const fixes = wanted(QuickFix) ? here.flatMap((finding) => this.fixesOf(document, finding, context)) : [];
    const changes = wanted(RefactorRewrite)
      ? this.documents.api.changesAt(checked.task, document.offsetAt(range.start))
      : [];
    const rewrites = changes.map((fix) => actionOf(document, fix, RefactorRewrite));
    return [
      ...fixes,
      ...rewrites,
      ...(this.offersAll(context, here, checked.findings) ? [this.fixAll(document, context)] : []),
    ];
  }

  private offersAll(context: vscode.CodeActionContext, here: readonly Finding[], all: readonly Finding[]): boolean {
    const some = (findings: readonly Finding[]) =>
      findings.some(({ severity, fixes }) => severity !== "hint" && fixes.some(({ preferred }) => preferred));
    // On saving (`editor.codeActionsOnSave`) it is asked for by its kind; in the lightbulb it stands beside a quick fix.
    return context.only?.contains(fixAllKind) ? some(all) : context.only === undefined && some(here) && all.length > 1;
  }

  private fixesOf(
    document: vscode.TextDocument,
    finding: Finding,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const diagnostics = context.diagnostics.filter(
      (item) =>
        item.source === source &&
        typeof item.code === "object" &&
        item.code.value === finding.rule &&
        item.range.isEqual(rangeOf(document, finding.spot)),
    );
    return finding.fixes.map((fix) => {
      const action = actionOf(document, fix, QuickFix);
      action.isPreferred = fix.preferred;
      action.diagnostics = diagnostics;
      return action;
    });
  }

  private fixAll(document: vscode.TextDocument, context: vscode.CodeActionContext): vscode.CodeAction {
    const onSave = context.only?.contains(fixAllKind) ?? false;
    const action = new vscode.CodeAction(
      vscode.l10n.t("Fix All in This Task Definition"),
      onSave ? fixAllKind : QuickFix,
    );
    action.edit = workspaceEdit(
      document,
      this.documents.api.fixAll(document.getText(), this.documents.options(document)),
    );
    return action;
  }
}

function actionOf(document: vscode.TextDocument, fix: Fix, kind: vscode.CodeActionKind): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, kind);
  action.edit = workspaceEdit(document, fix.edits());
  return action;
}

function workspaceEdit(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const result = new vscode.WorkspaceEdit();
  result.set(
    document.uri,
    edits.map((edit) => new vscode.TextEdit(rangeOf(document, edit), edit.text)),
  );
  return result;
}
