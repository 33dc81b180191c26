import * as vscode from "vscode";
import { label } from "../../core/base/encoders";

type Item = vscode.QuickPickItem & { readonly [own: string]: unknown };

/** An item as VS Code shows it: what others named reads as it is, and only `icon` draws one. */
export const shown = <T extends vscode.QuickPickItem>(item: T): T =>
  item.kind === vscode.QuickPickItemKind.Separator
    ? item
    : {
        ...item,
        label: `${"icon" in item ? `$(${String(item.icon)}) ` : ""}${label(item.label)}`,
        ...(item.description === undefined ? {} : { description: label(item.description) }),
        ...(item.detail === undefined ? {} : { detail: label(item.detail) }),
      };

/** The same where several may be chosen; those that were `picked` at first are. */
export async function pickMany<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: Omit<vscode.QuickPickOptions, "canPickMany">,
): Promise<readonly T[] | undefined> {
  const offered = items.map((own) => ({ ...shown(own), own }));
  return (await vscode.window.showQuickPick(offered, { ...options, canPickMany: true }))?.map(({ own }) => own);
}

/** VS Code's `showQuickPick` for texts of others; gives back the very item, or string, that was offered. */
export async function pick<T extends string | (vscode.QuickPickItem & { icon?: string })>(
  items: readonly T[] | Thenable<readonly T[]>,
  options: vscode.QuickPickOptions,
): Promise<T | undefined> {
  const offer = (own: T): Item & { own: T } => ({
    ...shown(typeof own === "string" ? { label: own } : own),
    own,
  });
  const offered = "then" in items ? items.then((all) => all.map(offer)) : items.map(offer);
  return (await vscode.window.showQuickPick<Item & { own: T }>(offered, options))?.own;
}
