/** The bundle of map, diagnosis and review: loaded when one of their commands is called. */
import * as vscode from "vscode";
import { inspectCommands } from "./table";
import type { CreateInspect } from "./lazy";

export const createInspect: CreateInspect = (slipway, context) => {
  const subscriptions: vscode.Disposable[] = [];
  const commands = inspectCommands(slipway, context, subscriptions);
  return {
    async run(name, args) {
      const command = commands[name];
      if (!command) throw new Error(`There is no command slipway.inspect.${name}.`);
      return command(...args);
    },
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  };
};
