import type * as vscode from "vscode";
import type { Slipway } from "../context";

export type InspectCommand = (...args: readonly unknown[]) => Promise<unknown>;

/** `slipway.inspect.NAME` -> what it does. What has to be disposed of goes into `subscriptions`. */
export function inspectCommands(_slipway: Slipway, _context: vscode.ExtensionContext, _subscriptions: vscode.Disposable[]): Readonly<Record<string, InspectCommand>> {
  return {};
}
