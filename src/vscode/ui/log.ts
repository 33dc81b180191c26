import type * as vscode from "vscode";
import { oneLine } from "../../core/base/encoders";

/** What features write to: the log channel, with every line made one line that nothing acts on. */
export interface Log {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
  show(preserveFocus?: boolean): void;
}

export const harmlessLog = (channel: vscode.LogOutputChannel): Log => ({
  debug: (line) => channel.debug(oneLine(line)),
  info: (line) => channel.info(oneLine(line)),
  warn: (line) => channel.warn(oneLine(line)),
  error: (line) => channel.error(oneLine(line)),
  show: (preserveFocus) => channel.show(preserveFocus),
});
