/** Secrets of builds that are nowhere on this machine: asked once, and kept by VS Code. */
import * as vscode from "vscode";
import type { RunRequest } from "../../core/api";
import type { DeploymentContext } from "./context";
import { say } from "../ui/messages";

type Asking = Pick<DeploymentContext, "backend" | "secrets">;

/** Each folder has its own; the id is the Dockerfile's. */
const keyOf = (folder: string, id: string): string => `slipway.buildSecret:${JSON.stringify([folder, id])}`;

/** The value of one that a person gave; undefined where nobody did. */
export async function storedSecret(
  secrets: vscode.SecretStorage,
  folder: string,
  id: string,
): Promise<string | undefined> {
  return secrets.get(keyOf(folder, id));
}

/** Asks for what the build needs and nothing gives. What is not answered is said by the plan. */
export async function askForBuildSecrets({ backend, secrets }: Asking, request: RunRequest): Promise<void> {
  for (const { id, line, place, isOptional } of await backend().buildSecrets(request.folder, request)) {
    if (place || isOptional) continue;
    const value = await vscode.window.showInputBox({
      title: vscode.l10n.t("Build Secret {0}", id),
      prompt:
        line === undefined
          ? vscode.l10n.t("The build needs it. VS Code keeps it for this folder.")
          : vscode.l10n.t("Line {0} of the Dockerfile needs it. VS Code keeps it for this folder.", line + 1),
      password: true,
      ignoreFocusOut: true,
    });
    if (value) await secrets.store(keyOf(request.folder, id), value);
  }
}

/** Forgets what was answered, so that it is asked for again. */
export async function forgetBuildSecrets({ backend, secrets }: Asking, request: RunRequest): Promise<void> {
  const found = await backend().buildSecrets(request.folder, request);
  const stored = found.filter(({ place }) => place?.kind === "stored");
  for (const { id } of stored) await secrets.delete(keyOf(request.folder, id));
  await say.information(
    stored.length
      ? vscode.l10n.t("Forgotten: {0}. The next deployment asks again.", stored.map(({ id }) => id).join(", "))
      : vscode.l10n.t("No build secret of this application is stored."),
  );
}
