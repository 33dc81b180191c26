/** One rule for what is lost: what can be made again is asked once, what cannot wants its name typed. */
import * as vscode from "vscode";
import { say } from "./messages";

/** Asks in a modal that names what goes. */
export async function confirm(question: string, detail: string, button: string): Promise<boolean> {
  return (await say.warning(question, { modal: true, detail }, button)) === button;
}

/** What cannot be made again (images, what was logged, a service that serves) wants its name typed. */
export async function confirmByName(name: string, question: string, detail: string): Promise<boolean> {
  if (
    !(await confirm(
      question,
      `${detail}\n\n${vscode.l10n.t("This cannot be undone. You will be asked to type the name.")}`,
      vscode.l10n.t("Continue"),
    ))
  )
    return false;
  return typeName(name, question);
}

/** Whether the name was typed as it is. */
export async function typeName(name: string, title: string): Promise<boolean> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("Type {0} to confirm", name),
    placeHolder: name,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text === "" || name.startsWith(text) ? undefined : vscode.l10n.t("That is not {0}.", name),
  });
  return typed === name;
}
