import * as vscode from "vscode";
import type { Slipway } from "../../context";
import { guarded } from "../../commands/more";
import { isRoot, type Element, type Note } from "../tree";
import type { ResourceView } from "../view";
import { changeCommands } from "./change";
import { lookCommands, ResourceDocuments, resourceScheme } from "./look";
import { runCommands } from "./run";
import { onNode } from "./shared";

/** Registers every command of the AWS Resources view, under `slipway.resources.*`. */
export function registerResourceCommands(slipway: Slipway, view: ResourceView): vscode.Disposable {
  const documents = new ResourceDocuments();
  const nodeCommands = { ...lookCommands(documents), ...changeCommands, ...runCommands };
  const register = (name: string, run: (element?: Element, selected?: readonly Element[]) => Promise<unknown>): vscode.Disposable => vscode.commands.registerCommand(`slipway.resources.${name}`, run);
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(resourceScheme, documents),
    vscode.workspace.onDidCloseTextDocument((document) => document.uri.scheme === resourceScheme && documents.forget(document.uri)),
    ...Object.entries(nodeCommands).map(([name, command]) => register(name, (element, selected) => onNode(slipway, view, element, selected, command))),
    register("refresh", () => view.refresh()),
    register("refreshNode", (element) => onNode(slipway, view, element, undefined, async ({ node }) => view.refresh(node))),
    register("loadMore", (element) => loadMore(slipway, view, element as Note | undefined)),
    register("filter", () => askFilter(view)),
    register("clearFilter", () => view.setFilter("")),
    register("addRoot", () => guarded(slipway, () => addRoot(slipway, view))),
    register("removeRoot", async (element) => (element && isRoot(element) ? view.roots.remove(element) : undefined)),
  );
}

function loadMore(slipway: Slipway, view: ResourceView, note: Note | undefined): Promise<void> {
  return guarded(slipway, async () => {
    if (!note || isRoot(note.of)) return;
    await view.roots.rootOf(note.of)?.store?.loadMore(note.of);
  });
}

/** The filter as it is typed; leaving puts back what was there. */
async function askFilter(view: ResourceView): Promise<void> {
  const before = view.filter;
  const box = vscode.window.createInputBox();
  Object.assign(box, { title: "Filter AWS resources by name", placeholder: "A part of the name; empty shows all", value: before });
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

async function addRoot(slipway: Slipway, view: ResourceView): Promise<void> {
  const choice = await slipway.connections.pick("Show beside it", new AbortController().signal);
  if (choice) await view.roots.add(choice);
}
