/** A new AWS profile: the person writes it in the file that AWS's own tools read, from a form that is put there. */
import * as vscode from "vscode";
import { profileForms } from "../../core/base/profileForms";
import { pick } from "../ui/pick";
import type { ConnectionContext } from "./context";

interface Form {
  readonly label: string;
  readonly detail: string;
  readonly file: "config" | "credentials";
  /** As a snippet: its places are walked with Tab. `NAME` is the profile's. */
  readonly lines: readonly string[];
}

const forms = (): readonly Form[] => [
  {
    label: vscode.l10n.t("IAM Identity Center (SSO)"),
    detail: vscode.l10n.t("A sign-in by the browser; nothing lasting lies on this machine"),
    file: "config",
    lines: profileForms.sso,
  },
  {
    label: vscode.l10n.t("Role of another profile"),
    detail: vscode.l10n.t("Takes a role by a profile that is there"),
    file: "config",
    lines: profileForms.role,
  },
  {
    label: vscode.l10n.t("Access keys"),
    detail: vscode.l10n.t("A user's lasting keys, in the file for credentials: only where there is no other way"),
    file: "credentials",
    lines: profileForms.keys,
  },
];

/** Asks for kind and name, and opens the file with a form at its end; saving it asks which profile to use. */
export async function addProfile({ backend }: ConnectionContext): Promise<void> {
  const form = await pick(forms(), {
    title: vscode.l10n.t("Add AWS Profile"),
    placeHolder: vscode.l10n.t("How do you get your credentials?"),
  });
  if (!form) return;
  const known = new Set((await backend().profiles()).map(({ name }) => name));
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("Add AWS Profile"),
    prompt: vscode.l10n.t("Its name"),
    validateInput: (value) =>
      known.has(value)
        ? vscode.l10n.t("There is a profile of this name.")
        : /^[\w.@/+-]{1,64}$/.test(value)
          ? undefined
          : vscode.l10n.t("Letters, digits and . _ - @ / +"),
  });
  if (!name) return;
  const uri = vscode.Uri.file(await backend().profileFile(form.file));
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
  const room = editor.document.getText().trim() === "" ? "" : "\n\n";
  const text = form.lines.map((line) => line.replaceAll("NAME", name)).join("\n");
  await editor.insertSnippet(new vscode.SnippetString(`${room}${text}\n`), end);
  const saved = vscode.workspace.onDidSaveTextDocument(({ uri: of }) => {
    if (of.toString() !== uri.toString()) return;
    saved.dispose();
    void vscode.commands.executeCommand("slipway.chooseConnection");
  });
}
