import * as vscode from "vscode";
import type { Slipway } from "../../context";
import { withErrorMessage } from "../../commands/connectionCommands";
import type { ErrorReport } from "../../../core/base/errors";
import { isRoot, logResourceError, type Element, type Note } from "../tree";
import type { ResourceView } from "../view";
import { changeCommands } from "./change";
import { lookCommands, type ResourceDocuments } from "./look";
import { revealPlace, type PlacePath } from "./reveal";
import { runCommands } from "./run";
import { onNode } from "./shared";

function showError({ log }: Slipway, error: ErrorReport | undefined): void {
  if (error) logResourceError(log, error);
  log.show();
}

type Run = (element?: Element, selected?: readonly Element[]) => Promise<unknown>;

/** What each command of the view does, by its name after `slipway.resources.`. */
export function resourceCommands(
  slipway: Slipway,
  view: ResourceView,
  documents: ResourceDocuments,
): Readonly<Record<string, Run>> {
  const nodeCommands = Object.entries({ ...lookCommands(documents), ...changeCommands, ...runCommands });
  return {
    ...Object.fromEntries(
      nodeCommands.map(([name, command]): [string, Run] => [
        name,
        (element, selected) => onNode(slipway, view, element, selected, command),
      ]),
    ),
    refresh: () => view.refresh(),
    refreshNode: (element) => onNode(slipway, view, element, undefined, async ({ node }) => view.refresh(node)),
    loadMore: (element) => loadMore(slipway, view, element as Note | undefined),
    filter: () => askFilter(view),
    clearFilter: () => view.setFilter(""),
    reveal: (path) =>
      withErrorMessage(slipway, async () => (Array.isArray(path) ? revealPlace(view, path as PlacePath) : undefined)),
    addRoot: () => withErrorMessage(slipway, () => addRoot(slipway, view)),
    // A channel opens at its end: the entry is written there anew, so that it is what is seen.
    showError: (error) => Promise.resolve(showError(slipway, error as unknown as ErrorReport | undefined)),
    removeRoot: async (element) => (element && isRoot(element) ? view.roots.remove(element) : undefined),
  };
}

function loadMore(slipway: Slipway, view: ResourceView, note: Note | undefined): Promise<void> {
  return withErrorMessage(slipway, async () => {
    if (!note || isRoot(note.of)) return;
    await view.roots.rootOf(note.of)?.store?.loadMore(note.of);
  });
}

/** The filter as it is typed; leaving puts back what was there. */
async function askFilter(view: ResourceView): Promise<void> {
  const before = view.filter;
  const box = vscode.window.createInputBox();
  Object.assign(box, {
    title: "Filter AWS resources by name",
    placeholder: "A part of the name; empty shows all",
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

async function addRoot(slipway: Slipway, view: ResourceView): Promise<void> {
  const choice = await slipway.connections.pick("Show beside it", new AbortController().signal);
  if (choice) await view.roots.add(choice);
}
