import * as vscode from "vscode";
import { oneLine } from "../../core/base/encoders";
import type { ErrorReport } from "../../core/base/errors";

/** The failing line of a Dockerfile, in the Problems panel until the next deployment begins. */
export class BuildProblems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("slipway");

  clear(): void {
    this.collection.clear();
  }

  report(folder: string, report: ErrorReport): void {
    if (!report.location) return;
    const uri = vscode.Uri.joinPath(vscode.Uri.file(folder), report.location.file);
    const range = new vscode.Range(report.location.line, 0, report.location.line, Number.MAX_SAFE_INTEGER);
    const diagnostic = new vscode.Diagnostic(
      range,
      oneLine([report.summary, report.evidence[0]].filter(Boolean).join(" ")),
      vscode.DiagnosticSeverity.Error,
    );
    diagnostic.source = "Slipway";
    diagnostic.code = report.code;
    this.collection.set(uri, [diagnostic]);
  }

  dispose(): void {
    this.collection.dispose();
  }
}
