/** What of map, diagnosis and review is there at activation: their commands, and nothing that they do. */
import * as vscode from "vscode";
import type { Slipway } from "../context";

export const mapViewType = "slipway.map";

/** The bundle, once it is loaded. */
export interface InspectPart extends vscode.Disposable {
  /** Runs `slipway.inspect.NAME`. */
  run(name: string, args: readonly unknown[]): Promise<unknown>;
}

export type CreateInspect = (slipway: Slipway, context: vscode.ExtensionContext) => InspectPart;

/** Registers the commands; the bundle behind them is loaded when one is called. */
export function registerInspect(
  slipway: Slipway,
  context: vscode.ExtensionContext,
  names: readonly string[],
  load: () => CreateInspect,
): vscode.Disposable {
  let part: InspectPart | undefined;
  const loaded = (): InspectPart => (part ??= load()(slipway, context));
  // A map that was open comes back after a reload.
  const restored = vscode.window.registerWebviewPanelSerializer(mapViewType, {
    deserializeWebviewPanel: async (panel) => void (await loaded().run("map", [panel])),
  });
  return vscode.Disposable.from(
    restored,
    { dispose: () => part?.dispose() },
    ...names.map((name) =>
      vscode.commands.registerCommand(`slipway.inspect.${name}`, (...args: unknown[]) => loaded().run(name, args)),
    ),
  );
}
