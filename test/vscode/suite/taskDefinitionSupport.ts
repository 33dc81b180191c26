/** JSON documents of the workspace under test, and what Slipway finds in them. */
import * as vscode from "vscode";

const folder = (): vscode.Uri => {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (!first) throw new Error("the suite has a folder open");
  return first.uri;
};

export async function writeInWorkspace(name: string, content: string): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(folder(), "taskdef-suite", name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(content));
  return uri;
}

/** Writes a file and shows it. */
export async function openJson(name: string, content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(await writeInWorkspace(name, content));
  await vscode.window.showTextDocument(document);
  return document;
}

export const findings = (document: vscode.TextDocument): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "Slipway");

/** Looks again and again until it is so. */
export async function until(so: () => boolean, account: () => string, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!so()) {
    if (Date.now() > end) throw new Error(`it never came to be: ${account()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
