/** Starting the tasks of what runs again, so that they read their secrets anew. */
import * as vscode from "vscode";
import type { ConnectionDetails, Deployments, ServiceInspection, ServiceMonitoring } from "../../core/api";
import { isCancelled } from "../../core/base/errors";
import { say } from "../ui/messages";
import { verify, type Target } from "./applicationCommands";
import type { RunContext } from "./context";
import { tellOutcome } from "./outcome";
import { watched } from "./run";

/** Shows the plan, and restarts with lock and watching as a deployment has them; nothing is built and nothing changes. */
export async function restart(
  context: RunContext,
  given: Target<Deployments & ServiceInspection & ServiceMonitoring & ConnectionDetails>,
): Promise<void> {
  const { model, tree } = context;
  const { connection, request } = given;
  if (model.isRunning)
    return void (await say.information(
      vscode.l10n.t("A deployment is already running in this window. Cancel it, or wait until it ends."),
    ));
  tree.setVisible(true);
  await vscode.commands.executeCommand("slipway.deployment.focus");
  const title = vscode.l10n.t("Restarting {0}", request.application ?? "");
  try {
    const { result } = await watched(context, connection, title, (interaction, signal) =>
      connection.restart(request, interaction, model.emit, signal),
    );
    if (!result) return;
    await tellOutcome(context, { connection, request, result, again: () => restart(context, given) });
    if (result.outcome === "done" || result.outcome === "doneNotProbed") await verify(context, given);
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}
