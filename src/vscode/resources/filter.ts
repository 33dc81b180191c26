import * as vscode from "vscode";
import type { ResourceView } from "./view";

/** The filter as it is typed; leaving puts back what was there. */
export async function askFilter(view: ResourceView): Promise<void> {
  const before = view.filter;
  const box = vscode.window.createInputBox();
  Object.assign(box, {
    title: vscode.l10n.t("Filter AWS resources by name"),
    placeholder: vscode.l10n.t("Part of the name; leave empty to show all"),
    value: before,
  });
  let timer: NodeJS.Timeout | undefined;
  let accepted = false;
  box.onDidChangeValue((text) => {
    clearTimeout(timer);
    // One look for what was typed, and none for each letter of it.
    timer = setTimeout(() => void view.setFilter(text), 300);
  });
  await new Promise<void>((resolve) => {
    box.onDidAccept(() => {
      accepted = true;
      box.hide();
    });
    box.onDidHide(() => resolve());
    box.show();
  });
  clearTimeout(timer);
  box.dispose();
  await view.setFilter(accepted ? box.value : before);
}
