import * as vscode from "vscode";
import { say } from "./messages";
import { pick } from "./pick";

/** Asks for one of the workspace's Dockerfiles; the only one is taken without a question. */
export async function pickDockerfile(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(
    "**/{Dockerfile,Dockerfile.*,*.Dockerfile,Containerfile}",
    "**/{node_modules,.git}/**",
    50,
  );
  const files = found
    .filter((file) => !file.path.endsWith(".dockerignore"))
    .sort((one, other) => one.path.length - other.path.length);
  if (files.length === 0) {
    await say.error(vscode.l10n.t("There is no Dockerfile in this workspace."));
    return undefined;
  }
  if (files.length === 1) return files[0];
  const items = files.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }));
  return (
    await pick(items, {
      title: vscode.l10n.t("Deploy to ECS Fargate"),
      placeHolder: vscode.l10n.t("The Dockerfile to deploy"),
    })
  )?.file;
}
