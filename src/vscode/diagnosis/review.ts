import * as vscode from "vscode";
import type { RunRequest, ServiceInspection } from "../../core/api";
import { reviewText } from "../../core/render/review";
import type { Review } from "../../core/service/review/finding";
import { withCancel } from "../ui/progress";
import type { InspectDocuments } from "./documents";

/** Reads security groups, roles and image of an application, and shows what should not be so. */
export async function reviewAndShow(
  documents: InspectDocuments,
  connection: ServiceInspection,
  request: RunRequest,
): Promise<Review> {
  const name = request.application ?? vscode.l10n.t("the application");
  const found = await withCancel(vscode.l10n.t("Reviewing {0}", name), (signal) => connection.review(request, signal));
  await documents.open(vscode.l10n.t("Review of {0}", name), reviewText(name, found));
  return found;
}
