/** What rows and the palette offer without the bundle of deploying. */
import * as vscode from "vscode";
import { resourcesOf, rowSnapshots } from "../../core/deploy/state";
import { say } from "../ui/messages";
import { pick } from "../ui/pick";
import type { DeploymentContext } from "./context";
import type { Node } from "./tree";

/** Opens a file of the application's folder; one that is not there yet is said. */
export async function openFile({ active }: Pick<DeploymentContext, "active">, name: string): Promise<void> {
  const request = active.requestOrFolder;
  if (!request) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(request.folder), name);
  await vscode.window
    .showTextDocument(uri)
    .then(undefined, () =>
      say.information(vscode.l10n.t("There is no {0} yet: the first deployment writes it.", name)),
    );
}

/** The Dockerfile or the task definition file of the application that is shown: several may stand in one folder. */
export async function openOwnFile(
  context: Pick<DeploymentContext, "active" | "backend">,
  which: "dockerfile" | "taskDefinition",
): Promise<void> {
  const request = context.active.requestOrFolder;
  if (!request) return;
  const stated = await context.backend().stated(request);
  const asked = which === "dockerfile" ? request.dockerfile : undefined;
  const usual = { dockerfile: "Dockerfile", taskDefinition: "task-definition.json" } as const;
  await openFile(context, asked ?? stated[which] ?? usual[which]);
}

/** Opens what the deployment of this window has brought to a URL. */
export async function openUrl({ model, tree }: Pick<DeploymentContext, "model" | "tree">): Promise<void> {
  const seen = tree.lastSeen?.state;
  const url = model.state.url ?? (seen && "url" in seen ? seen.url : undefined);
  if (url) await vscode.env.openExternal(vscode.Uri.parse(url));
  else await say.information(vscode.l10n.t("No live URL is known in this window yet: deploy first."));
}

/** The ARN of a row's resource; from the palette, of one that is picked. */
export async function copyArn({ model }: Pick<DeploymentContext, "model">, node: Node | undefined): Promise<void> {
  const ofRow =
    node?.kind === "row" ? rowSnapshots(model.state).find((row) => row.id === node.row)?.resources : undefined;
  const resources = ofRow ?? resourcesOf(model.state);
  const picked =
    resources.length === 1
      ? resources[0]
      : (
          await pick(
            resources.map((resource) => ({ label: resource.name, description: resource.arn, resource })),
            { placeHolder: vscode.l10n.t("The resource whose ARN is copied") },
          )
        )?.resource;
  if (picked) await vscode.env.clipboard.writeText(picked.arn);
}
