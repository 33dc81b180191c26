import * as vscode from "vscode";
import { SlipwayError } from "../../../core/base/errors";
import type { ResourceNode, ResourceStore } from "../../../core/resources/store";
import type { PlacePath } from "../elements";
import type { ResourceView } from "../view";

/** Pages that are looked through for one thing. */
const mostPages = 20;

/** Shows a place in the view and selects it; what is not loaded on the way there is loaded. */
export async function revealPlace(view: ResourceView, path: PlacePath): Promise<void> {
  await vscode.commands.executeCommand("slipway.resources.focus");
  const root = view.roots.all.find((item) => item.isMain);
  if (root) await view.roots.connect(root);
  const store = root?.store;
  if (!store)
    throw root?.error
      ? new SlipwayError(root.error)
      : new SlipwayError({
          code: "NotConnected",
          summary: vscode.l10n.t("Slipway is not connected to an account."),
          remedy: vscode.l10n.t("Choose a profile and region first."),
          actions: ["chooseConnection"],
        });
  let node = store.root;
  for (const step of path) {
    const next = await childOf(store, node, step);
    if (!next) {
      if (node !== store.root) await view.reveal(node);
      const name = step.key?.split("/").at(-1) ?? step.kind;
      return void vscode.window.setStatusBarMessage(
        view.filter
          ? vscode.l10n.t("{0} is not there, or the filter hides it", name)
          : vscode.l10n.t("{0} is not there", name),
        5000,
      );
    }
    node = next;
  }
  await view.reveal(node);
}

async function childOf(
  store: ResourceStore,
  node: ResourceNode,
  { kind, key }: PlacePath[number],
): Promise<ResourceNode | undefined> {
  const fits = ({ item }: ResourceNode): boolean =>
    item.kind === kind && (key === undefined || item.key === key || item.arn === key || item.label === key);
  const wasLoaded = node.status === "ready";
  await store.load(node);
  // What was made since somebody looked is there after another look.
  if (wasLoaded && !node.children.some(fits)) await store.refresh(node, () => true);
  for (let page = 1; page < mostPages && node.next !== undefined && !node.children.some(fits); page++)
    await store.loadMore(node);
  return node.children.find(fits);
}
