/** The commands of the AWS Resources view. What they do is in the view's bundle, which the first call loads. */
import type { ErrorReport } from "../../core/base/errors";
import { command, hasStrings, type Command, type Guard } from "../commandKit/command";
import { isElement, isNote, isRoot, type Element, type Note, type PlacePath, type Selection } from "./elements";
import type { ResourcesPart, TreeCommandName } from "./lazy";
import type { Root } from "./roots";

export interface ResourceCommandContext {
  /** Loads the bundle when it is first called. */
  readonly resources: () => ResourcesPart;
}

/** The row that was clicked, with all that were selected. */
const selectionArgument: Guard<Selection> = (first, second) =>
  isElement(first)
    ? {
        element: first,
        selected: Array.isArray(second) ? second.filter((item): item is Element => isElement(item)) : [],
      }
    : undefined;

const rootArgument: Guard<Root> = (first) => (isElement(first) && isRoot(first) ? first : undefined);

const noteArgument: Guard<Note> = (first) => (isElement(first) && isNote(first) ? first : undefined);

const pathArgument: Guard<PlacePath> = (first) =>
  Array.isArray(first) && first.every((step) => hasStrings(step, "kind")) ? (first as PlacePath) : undefined;

const errorArgument: Guard<ErrorReport> = (first) =>
  hasStrings(first, "code", "summary") && Array.isArray((first as Partial<ErrorReport>).evidence)
    ? (first as unknown as ErrorReport)
    : undefined;

/** Works on the row that was clicked, or on the selected one. */
const onRow = (name: TreeCommandName): Command<ResourceCommandContext> =>
  command({
    id: `slipway.resources.${name}`,
    needs: ["trust"],
    argument: selectionArgument,
    run: ({ resources }, { argument }) => resources().run(name, argument),
  });

/** Works on the view as a whole. */
const onView = (name: string, run: (view: ResourcesPart) => Promise<unknown>): Command<ResourceCommandContext> =>
  command({ id: `slipway.resources.${name}`, needs: ["trust"], run: ({ resources }) => run(resources()) });

export const resourceCommands: readonly Command<ResourceCommandContext>[] = [
  onView("refresh", (view) => view.refresh()),
  onView("filter", (view) => view.askFilter()),
  onView("clearFilter", (view) => view.clearFilter()),
  onView("addRoot", (view) => view.addRoot()),
  command({
    id: "slipway.resources.removeRoot",
    needs: ["trust", "argument"],
    argument: rootArgument,
    run: ({ resources }, { argument }) => resources().removeRoot(argument),
  }),
  command({
    id: "slipway.resources.loadMore",
    needs: ["trust", "argument"],
    argument: noteArgument,
    run: ({ resources }, { argument }) => resources().loadMore(argument),
  }),
  command({
    id: "slipway.resources.reveal",
    needs: ["trust", "argument"],
    argument: pathArgument,
    run: ({ resources }, { argument }) => resources().reveal(argument),
  }),
  command({
    id: "slipway.resources.showError",
    needs: [],
    argument: errorArgument,
    run: ({ resources }, { argument }) => resources().showError(argument),
  }),
  onRow("refreshNode"),
  onRow("copyArn"),
  onRow("copyUri"),
  onRow("copyDigest"),
  onRow("copyAddress"),
  onRow("copyName"),
  onRow("openConsole"),
  onRow("openUrl"),
  onRow("showJson"),
  onRow("compareRevisions"),
  onRow("diagnose"),
  onRow("tail"),
  onRow("createRepository"),
  onRow("createCluster"),
  onRow("deleteRepository"),
  onRow("deleteImages"),
  onRow("deleteService"),
  onRow("deleteCluster"),
  onRow("scale"),
  onRow("setScaling"),
  onRow("removeScaling"),
  onRow("forceDeployment"),
  onRow("stopTask"),
  onRow("deregister"),
  onRow("runTask"),
  onRow("shell"),
  onRow("enableExec"),
  onRow("deployImage"),
  onRow("adopt"),
];
