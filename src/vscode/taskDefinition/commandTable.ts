/** The commands of task definitions: for the one that a lens or a menu names, or the one in the editor. */
import type * as vscode from "vscode";
import { command, uriArgument, type Command, type Need } from "../commandKit/command";
import type { TaskDefinitionContext } from "./context";
import {
  checkInAccount,
  cleanDefinition,
  compareDefinition,
  createDefinition,
  deployWithDefinition,
  registerDefinition,
} from "./commands";

const onDefinition = (
  name: string,
  needs: readonly Extract<Need, "trust">[],
  run: (context: TaskDefinitionContext, uri: vscode.Uri | undefined) => Promise<void>,
): Command<TaskDefinitionContext> =>
  command({
    id: `slipway.taskDefinition.${name}`,
    needs,
    argument: uriArgument,
    run: (context, { argument }) => run(context, argument),
  });

export const taskDefinitionCommands: readonly Command<TaskDefinitionContext>[] = [
  onDefinition("register", ["trust"], registerDefinition),
  onDefinition("compare", ["trust"], compareDefinition),
  onDefinition("deploy", ["trust"], deployWithDefinition),
  onDefinition("create", ["trust"], createDefinition),
  // Touches the document alone.
  onDefinition("clean", [], cleanDefinition),
  onDefinition("checkInAccount", ["trust"], checkInAccount),
];
