import * as vscode from "vscode";
import type { AccountResources, ConnectionDetails, ServiceInspection } from "../../../core/api";
import { SlipwayError } from "../../../core/base/errors";
import type { ResourceAction } from "../../../core/ports/resources";
import type { ResourceItem } from "../../../core/ports/resourceModel";
import type { ResourceNode } from "../../../core/resources/store";
import type { ResourcesContext } from "../context";
import { withCancel } from "../../ui/progress";
import { isNode, isRoot, type Selection } from "../elements";
import type { Root } from "../roots";
import type { ResourceView } from "../view";
import { say } from "../../ui/messages";

/** What a command of the tree works with. */
export interface NodeContext {
  readonly slipway: ResourcesContext;
  readonly view: ResourceView;
  readonly root: Root;
  readonly connection: ConnectionDetails & AccountResources & ServiceInspection;
  readonly node: ResourceNode;
  /** All selected nodes of the same kind; the one that was clicked at the least. */
  readonly nodes: readonly ResourceNode[];
}

export type TreeCommand = (context: NodeContext) => Promise<void>;

/** Runs a command on the node that was clicked, or on the selected one. */
export async function onNode(
  slipway: ResourcesContext,
  view: ResourceView,
  selection: Selection | undefined,
  command: TreeCommand,
): Promise<void> {
  const at = selection?.element ?? view.selection[0];
  const node = at !== undefined && isRoot(at) ? at.store?.root : isNode(at) ? at : undefined;
  const root = node && view.roots.rootOf(node);
  if (!node || !root?.connection)
    return void (await say.information(vscode.l10n.t("Select something in the AWS Resources view first.")));
  const nodes = (selection?.selected ?? [])
    .filter(isNode)
    .filter((other) => other.item.kind === node.item.kind && view.roots.rootOf(other) === root);
  await command({
    slipway,
    view,
    root,
    connection: root.connection,
    node,
    nodes: nodes.includes(node) ? nodes : [node],
  });
}

/** Carries out an action, and shows what it changed where it stands. */
export async function change(
  context: NodeContext,
  title: string,
  action: ResourceAction,
  shown: ResourceNode | undefined = context.node.parent,
): Promise<string> {
  const result = await withCancel(title, (signal) => context.connection.resources.act(action, signal));
  context.slipway.log.info(`AWS Resources: ${title}`);
  await context.view.refresh(shown);
  return result;
}

/** Selects what was made below the row that it was made from, and says so. */
export async function revealMade({ node, view }: NodeContext, name: string): Promise<void> {
  const made = node.children.find(({ item }) => item.label === name);
  if (made) await view.reveal(made);
  vscode.window.setStatusBarMessage(vscode.l10n.t("Created {0}", name), 5000);
}

/** A whole number in a range, asked for; undefined when the person left. */
export async function askNumber(
  title: string,
  prompt: string,
  value: number,
  minimum: number,
  maximum: number,
): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value: String(value),
    ignoreFocusOut: true,
    validateInput: (typed) =>
      /^\d+$/.test(typed) && Number(typed) >= minimum && Number(typed) <= maximum
        ? undefined
        : vscode.l10n.t("A whole number from {0} to {1}.", minimum, maximum),
  });
  return text === undefined ? undefined : Number(text);
}

export const refOf = (item: ResourceItem, name: string): string => {
  const value = item.ref[name];
  if (value === undefined)
    throw new SlipwayError({
      code: "NotHere",
      summary: vscode.l10n.t("{0} does not say its {1}.", item.label, name),
      actions: ["showLog"],
    });
  return value;
};
