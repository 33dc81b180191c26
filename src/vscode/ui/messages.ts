/**
 * The one place that shows messages: VS Code makes links of `[text](command:…)` in them, so whatever a message quotes of
 * others is encoded here. A test looks that nothing else calls VS Code's own functions.
 */
import * as vscode from "vscode";
import { message } from "../../core/base/encoders";

type Show = typeof vscode.window.showInformationMessage;
/** What the overloads of VS Code's functions have in common. */
type Call = (text: string, ...more: readonly unknown[]) => Thenable<unknown>;

/** VS Code's function is looked up when it is called, as its own callers do. */
const harmless = (show: () => Show): Show =>
  ((text: string, ...more: readonly unknown[]) => (show() as Call)(message(text), ...more)) as Show;

/** VS Code's `showInformationMessage` and its siblings, with the text made harmless. */
export const say: { readonly information: Show; readonly warning: Show; readonly error: Show } = {
  information: harmless(() => vscode.window.showInformationMessage),
  warning: harmless(() => vscode.window.showWarningMessage),
  error: harmless(() => vscode.window.showErrorMessage),
};
