import * as vscode from "vscode";
import type { Connection } from "../../../core/api";
import { isCancelled, reportOf, SlipwayError } from "../../../core/base/errors";
import type { ResourceAction } from "../../../core/ports/resources";
import type { ResourceItem } from "../../../core/ports/resourceModel";
import type { ResourceNode } from "../../../core/resources/store";
import { requireTrust, type Slipway } from "../../context";
import { showError } from "../../ui/errors";
import { isNode, isRoot, type Element } from "../tree";
import type { Root } from "../roots";
import type { ResourceView } from "../view";

/** What a command of the tree works with. */
export interface NodeContext {
  readonly slipway: Slipway;
  readonly view: ResourceView;
  readonly root: Root;
  readonly connection: Connection;
  readonly node: ResourceNode;
  /** All selected nodes of the same kind; the one that was clicked at the least. */
  readonly nodes: readonly ResourceNode[];
}

export type TreeCommand = (context: NodeContext) => Promise<void>;

/** Runs a command on the node that was clicked, or on the selected one; failures are shown, and leaving is none. */
export async function onNode(
  slipway: Slipway,
  view: ResourceView,
  element: Element | undefined,
  selected: readonly Element[] | undefined,
  command: TreeCommand,
): Promise<void> {
  if (!(await requireTrust())) return;
  const at = element ?? view.selection[0];
  const node = at !== undefined && isRoot(at) ? at.store?.root : isNode(at) ? at : undefined;
  const root = at === undefined ? undefined : isRoot(at) ? at : node && view.roots.rootOf(node);
  if (!node || !root?.connection)
    return void (await vscode.window.showInformationMessage("Choose something in the AWS Resources view first."));
  const nodes = (selected ?? [])
    .filter(isNode)
    .filter((other) => other.item.kind === node.item.kind && view.roots.rootOf(other) === root);
  try {
    await command({
      slipway,
      view,
      root,
      connection: root.connection,
      node,
      nodes: nodes.includes(node) ? nodes : [node],
    });
  } catch (error) {
    if (!isCancelled(error))
      await showError(slipway.log, reportOf(error), () => onNode(slipway, view, element, selected, command));
  }
}

/** Work that can be cancelled, with its title in a notification. */
export function withProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title },
    (_progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      return work(cancel.signal);
    },
  );
}

/** Carries out an action, and shows what it changed where it stands. */
export async function change(
  context: NodeContext,
  title: string,
  action: ResourceAction,
  shown: ResourceNode | undefined = context.node.parent,
): Promise<string> {
  const result = await withProgress(title, (signal) => context.connection.resources.act(action, signal));
  context.slipway.log.info(`AWS Resources: ${title}`);
  await context.view.refresh(shown);
  return result;
}

/** Asks in a modal that names what goes. */
export async function confirm(question: string, detail: string, button: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

/** What cannot be undone wants its name typed. */
export async function confirmByName(name: string, question: string, detail: string): Promise<boolean> {
  if (!(await confirm(question, `${detail}\n\nThis cannot be undone. You will be asked to type the name.`, "Continue")))
    return false;
  const typed = await vscode.window.showInputBox({
    title: question,
    prompt: `Type ${name} to confirm`,
    placeHolder: name,
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" || name.startsWith(text) ? undefined : `That is not ${name}.`),
  });
  return typed === name;
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
        : `A whole number from ${minimum} to ${maximum}.`,
  });
  return text === undefined ? undefined : Number(text);
}

export const refOf = (item: ResourceItem, name: string): string => {
  const value = item.ref[name];
  if (value === undefined)
    throw new SlipwayError({
      code: "NotHere",
      summary: `${item.label} does not say its ${name}.`,
      actions: ["showLog"],
    });
  return value;
};
