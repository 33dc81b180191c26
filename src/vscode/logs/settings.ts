import * as vscode from "vscode";
import { defaultFormat, type FormatOptions } from "../../core/logs/format";
import type { TailMode } from "../../core/logs/tailTypes";

/** `slipway.logs.*`, with the manifest's defaults. */
export interface LogsSettings {
  mode: TailMode;
  /** Minutes of history before a tail follows. */
  historyMinutes: number;
  stopLiveTailWhenHidden: boolean;
  format: FormatOptions;
}

export function logsSettings(): LogsSettings {
  const settings = vscode.workspace.getConfiguration("slipway.logs");
  return {
    mode: settings.get<TailMode>("mode", "auto"),
    historyMinutes: Math.max(0, settings.get("historyMinutes", 15)),
    stopLiveTailWhenHidden: settings.get("stopLiveTailWhenHidden", true),
    format: {
      ...defaultFormat,
      json: settings.get<FormatOptions["json"]>("json", "fields"),
      fields: settings.get<string[]>("fields", []),
    },
  };
}
