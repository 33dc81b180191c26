import * as vscode from "vscode";
import type { Finding, Severity } from "../../core/taskDefinition/document/finding";
import type { TaskDefinitionDocuments } from "./documents";
import { harmless } from "../../core/base/harmless";

export const source = "Slipway";

const levels: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

export const rangeOf = (document: vscode.TextDocument, spot: { offset: number; length: number }): vscode.Range =>
  new vscode.Range(document.positionAt(spot.offset), document.positionAt(spot.offset + spot.length));

/** Findings as diagnostics; what another extension says of the same place already is left to it. */
export class TaskDefinitionDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("slipway-task-definition");
  private readonly shown = new Map<string, string>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly documents: TaskDefinitionDocuments) {
    this.subscriptions = [
      this.collection,
      documents.onDidCheck((document) => this.show(document)),
      documents.onDidClose((uri) => this.clear(uri)),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) {
          const key = uri.toString();
          const document = this.shown.has(key)
            ? vscode.workspace.textDocuments.find((item) => item.uri.toString() === key)
            : undefined;
          // Our own change comes back here as well: what others say decides whether anything is to be done.
          if (document && this.shown.get(key) !== this.voices(document)) this.show(document);
        }
      }),
    ];
  }

  dispose(): void {
    this.subscriptions.forEach((item) => item.dispose());
  }

  private clear(uri: vscode.Uri): void {
    this.shown.delete(uri.toString());
    this.collection.delete(uri);
  }

  private show(document: vscode.TextDocument): void {
    const checked = this.documents.check(document);
    if (!checked) return this.clear(document.uri);
    this.shown.set(document.uri.toString(), this.voices(document));
    const others = this.others(document).map((item) => ({
      offset: document.offsetAt(item.range.start),
      end: document.offsetAt(item.range.end),
      message: item.message,
    }));
    const own = checked.findings.filter(
      (finding) => !others.some((other) => this.documents.api.saysTheSame(finding, checked.task, other)),
    );
    this.collection.set(
      document.uri,
      own.map((finding) => diagnosticOf(document, finding)),
    );
  }

  private others(document: vscode.TextDocument): vscode.Diagnostic[] {
    return vscode.languages.getDiagnostics(document.uri).filter((item) => item.source !== source);
  }

  private voices(document: vscode.TextDocument): string {
    return JSON.stringify(this.others(document).map(({ range, message }) => [range, message]));
  }
}

function diagnosticOf(
  document: vscode.TextDocument,
  { rule, severity, message, spot, related, link }: Finding,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(document, spot), harmless(message, false), levels[severity]);
  diagnostic.source = source;
  diagnostic.code = { value: rule, target: vscode.Uri.parse(link) };
  diagnostic.relatedInformation = related.map((item) => {
    // In another file the offset is a line.
    const uri = item.file === undefined ? document.uri : vscode.Uri.joinPath(document.uri, "..", item.file);
    const range =
      item.file === undefined
        ? rangeOf(document, item.spot)
        : new vscode.Range(item.spot.offset, 0, item.spot.offset, 0);
    return new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, range), item.message);
  });
  return diagnostic;
}
