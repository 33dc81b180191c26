import * as vscode from "vscode";
import { isCancelled, reportOf } from "../../core/base/errors";
import { reviewText } from "../../core/render/review";
import type { Review } from "../../core/service/review/finding";
import { requireTrust, type Slipway } from "../context";
import { showError } from "../ui/errors";
import type { InspectDocuments } from "./documents";

/** Reads security groups, roles and image of the active application, and shows what should not be so. */
export async function reviewCommand(slipway: Slipway, documents: InspectDocuments): Promise<Review | undefined> {
  if (!(await requireTrust())) return undefined;
  try {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const request = slipway.active.request ?? (folder === undefined ? undefined : { folder });
    if (!request) return void (await vscode.window.showInformationMessage("Open a folder with an application first."));
    const connection = await slipway.connections.ensure(new AbortController().signal);
    if (!connection) return undefined;
    const name = request.application ?? "the application";
    const found = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, cancellable: true, title: `Reviewing ${name}` },
      async (_progress, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        return connection.review(request, cancel.signal);
      },
    );
    await documents.open(`Review of ${name}`, reviewText(name, found));
    return found;
  } catch (error) {
    if (!isCancelled(error)) await showError(slipway.log, reportOf(error), () => reviewCommand(slipway, documents));
    return undefined;
  }
}
