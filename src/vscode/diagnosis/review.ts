import * as vscode from "vscode";
import type { RunRequest, ServiceInspection } from "../../core/api";
import { reviewDocument } from "../../core/render/review";
import type { Review } from "../../core/service/review/finding";
import { withCancel } from "../ui/progress";
import type { DiagnosisPagesContext } from "./context";

/** Reads security groups, roles and image of an application, and shows what should not be so. */
export async function reviewAndShow(
  { pages }: Pick<DiagnosisPagesContext, "pages">,
  connection: ServiceInspection,
  request: RunRequest,
): Promise<Review> {
  const name = request.application ?? vscode.l10n.t("the application");
  const found = await withCancel(vscode.l10n.t("Reviewing {0}", name), (signal) => connection.review(request, signal));
  const tab = vscode.l10n.t("Review of {0}", name);
  const again = () => vscode.commands.executeCommand("slipway.inspect.review");
  pages.show({ viewType: "slipway.review", tab, doc: reviewDocument(name, found) }, [
    { title: vscode.l10n.t("Review Again"), run: again },
  ]);
  return found;
}
