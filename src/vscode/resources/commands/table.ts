import { changeCommands } from "./change";
import { lookCommands, type ResourceDocuments } from "./look";
import { runCommands } from "./run";
import type { TreeCommand } from "./shared";

/** What each command of a row does, by its name after `slipway.resources.`. */
export const treeCommands = (documents: ResourceDocuments) => ({
  refreshNode: ({ view, node }: Parameters<TreeCommand>[0]) => view.refresh(node),
  ...lookCommands(documents),
  ...changeCommands,
  ...runCommands,
});

/** The names of these commands; the table of all commands lists them. */
export type TreeCommandName = keyof ReturnType<typeof treeCommands>;
