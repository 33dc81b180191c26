/** Stopping the application that is shown, and starting it again. */
import * as vscode from "vscode";
import type { ServiceInspection, ServiceMonitoring, ServiceOperations } from "../../core/api";
import { isCancelled } from "../../core/base/errors";
import type { StandstillResult, StopPlan, TellCounts } from "../../core/deploy/standstill";
import { stopLines } from "../../core/render/standstill";
import { typeName } from "../ui/confirm";
import { say } from "../ui/messages";
import { verify, type Target } from "./applicationCommands";
import type { RunContext } from "./context";

type Given = Target<{ readonly operations: ServiceOperations } & ServiceInspection & ServiceMonitoring>;

/** Runs it with its counts in a notification, then looks how the application stands. */
async function watched(
  context: RunContext,
  given: Given,
  title: string,
  work: (signal: AbortSignal, tell: TellCounts) => Promise<StandstillResult>,
): Promise<StandstillResult | undefined> {
  if (context.model.isRunning) {
    await say.information(
      vscode.l10n.t("A deployment is already running in this window. Cancel it, or wait until it ends."),
    );
    return undefined;
  }
  try {
    const result = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, cancellable: true, title },
      (progress, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        return work(cancel.signal, ({ running, desired }) =>
          progress.report({ message: vscode.l10n.t("{0} of {1} running", running, desired) }),
        );
      },
    );
    if (result.outcome === "declined") return undefined;
    // What this window's deployment came to is over with it.
    context.model.reset();
    return result;
  } catch (error) {
    if (!isCancelled(error)) throw error;
    return undefined;
  } finally {
    await verify(context, given);
  }
}

const nameOf = ({ request }: Given): string => request.application ?? vscode.l10n.t("the application");

/** Asks once, with what stops answering and what goes on costing. */
export async function stop(context: RunContext, given: Given): Promise<void> {
  const { connection, request } = given;
  const confirm = async (plan: StopPlan): Promise<boolean> => {
    if (plan.isStopped) return true;
    const yes = vscode.l10n.t("Stop");
    const question = vscode.l10n.t("Stop {0}?", nameOf(given));
    const isAgreed = (await say.warning(question, { modal: true, detail: stopLines(plan).join("\n") }, yes)) === yes;
    return isAgreed && (plan.confirmName === undefined || (await typeName(plan.confirmName, question)));
  };
  const result = await watched(context, given, vscode.l10n.t("Stopping {0}", nameOf(given)), (signal, tell) =>
    connection.operations.stop(request, confirm, signal, tell),
  );
  if (result?.outcome === "done") void say.information(vscode.l10n.t("{0} is stopped.", nameOf(given)));
}

/** Starts it as it was, and says where it answers. */
export async function start(context: RunContext, given: Given): Promise<void> {
  const { connection, request } = given;
  const result = await watched(context, given, vscode.l10n.t("Starting {0}", nameOf(given)), (signal, tell) =>
    connection.operations.start(request, signal, tell),
  );
  if (!result) return;
  const counts = vscode.l10n.t("{0} of {1} running", result.running, result.desired);
  const open = vscode.l10n.t("Open URL");
  const text =
    result.outcome === "done"
      ? vscode.l10n.t("{0} is started: {1}.", nameOf(given), counts)
      : vscode.l10n.t("{0} takes longer to start than it is watched: {1}.", nameOf(given), counts);
  const url = result.outcome === "done" ? result.url : null;
  if ((await say.information(text, ...(url === null ? [] : [open]))) === open && url !== null)
    await vscode.env.openExternal(vscode.Uri.parse(url));
}
