import type * as vscode from "vscode";

/** A button of a message, and what pressing it does. */
export interface Offer extends vscode.MessageItem {
  run(): unknown;
}

type Show = (message: string, ...items: Offer[]) => Thenable<Offer | undefined>;

/**
 * Shows a message with buttons, and does what the pressed one is for. VS Code gives the button's own object back, so
 * that no text is compared with another.
 * @param show one of `vscode.window.show…Message`
 * @returns false when the message was closed without a button
 */
export async function offer(show: Show, message: string, offers: readonly Offer[]): Promise<boolean> {
  const picked = await show(message, ...offers);
  await picked?.run();
  return picked !== undefined;
}
