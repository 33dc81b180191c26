/** A deployment that waits for somebody: it is said once, with what there is to do, and goes on. */
import * as vscode from "vscode";
import type { Deployments } from "../../core/api";
import type { DeployEvent } from "../../core/deploy/events";
import { say } from "../ui/messages";
import { offer } from "../ui/offer";
import { withCancel } from "../ui/progress";
import { lookQuietly, type Target } from "./applicationCommands";
import type { DeploymentContext } from "./context";

/** Lets it go on; whoever deployed it watches it. */
export async function continueRollout(
  context: DeploymentContext,
  { connection, request }: Target<Deployments>,
): Promise<void> {
  const { revision } = await withCancel(vscode.l10n.t("Letting the deployment go on"), (signal) =>
    connection.continueRollout(request, signal),
  );
  void say.information(vscode.l10n.t("The deployment of {0} goes on.", revision));
  await lookQuietly(context);
}

/** Passes events on, and offers at each pause what a person can do. */
export function offeringToContinue(
  emit: (event: DeployEvent) => void,
  name: string | undefined,
): (event: DeployEvent) => void {
  let told = "";
  return (event) => {
    emit(event);
    const pause = event.type === "rollout" ? event.counts.pause : undefined;
    const key = pause ? String(pause.until ?? "paused") : "";
    if (event.type !== "rollout" || key === told) return;
    told = key;
    if (!pause) return;
    const minutes = pause.until === undefined ? "?" : Math.max(0, Math.ceil((pause.until - event.at) / 60_000));
    const message =
      pause.then === "CONTINUE"
        ? vscode.l10n.t(
            "{0} waits for you before its deployment goes on; in {1} min it does so by itself.",
            name ?? "",
            minutes,
          )
        : vscode.l10n.t(
            "{0} waits for you before its deployment goes on; in {1} min it is rolled back.",
            name ?? "",
            minutes,
          );
    void offer(say.information, message, [
      { title: vscode.l10n.t("Continue"), run: () => vscode.commands.executeCommand("slipway.deployment.continue") },
      { title: vscode.l10n.t("Roll Back"), run: () => vscode.commands.executeCommand("slipway.rollBack") },
    ]);
  };
}
