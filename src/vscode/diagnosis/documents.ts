import * as vscode from "vscode";

export const inspectScheme = "slipway-inspect";

/** Read-only Markdown documents of diagnoses and reviews, kept while they are open. */
export class InspectDocuments implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private count = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? vscode.l10n.t("This is no longer current.");
  }

  async open(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({
      scheme: inspectScheme,
      path: `/${++this.count}/${title.replace(/[^\p{L}\p{N}_.@ -]+/gu, "_")}.md`,
    });
    this.texts.set(uri.toString(), text);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }

  forget(uri: vscode.Uri): void {
    this.texts.delete(uri.toString());
  }
}
