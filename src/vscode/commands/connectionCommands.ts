import * as vscode from "vscode";
import type { RunRequest } from "../../core/api";
import { isCancelled, reportOf } from "../../core/base/errors";
import { removalLines } from "../../core/render/plan";
import { requireTrust, type Slipway } from "../context";
import { showError } from "../ui/errors";

/** Runs something that may fail, with the failure shown; cancelling is none. */
export async function withErrorMessage(slipway: Slipway, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (isCancelled(error)) return;
    const report = reportOf(error);
    if (report.code.startsWith("Credentials")) slipway.connections.close();
    await showError(slipway.log, report, () => withErrorMessage(slipway, action));
  }
}

/** The application of the view; where there is none yet, the only folder's. */
function requestOf(slipway: Slipway): RunRequest | undefined {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return slipway.active.request ?? (folder === undefined ? undefined : { folder });
}

async function withConnection(
  slipway: Slipway,
  title: string,
  action: (
    connection: NonNullable<Awaited<ReturnType<Slipway["connections"]["ensure"]>>>,
    request: RunRequest,
    signal: AbortSignal,
  ) => Promise<unknown>,
  quiet = false,
): Promise<void> {
  if (!(await requireTrust())) return;
  const request = requestOf(slipway);
  if (!request) return void (await vscode.window.showInformationMessage("Open a folder with an application first."));
  await withErrorMessage(slipway, async () => {
    const connection = await slipway.connections.ensure(new AbortController().signal);
    if (!connection) return;
    // What takes a second stays in its view; what takes longer can be cancelled.
    const where = quiet
      ? { location: { viewId: "slipway.deployment" } }
      : { location: vscode.ProgressLocation.Notification, cancellable: true, title };
    await vscode.window.withProgress(where, (_progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      return action(connection, request, cancel.signal);
    });
  });
}

export function showPlan(slipway: Slipway): Promise<void> {
  return withConnection(slipway, "Planning", async (connection, request, signal) =>
    slipway.consent.show(await connection.plan(request, signal)),
  );
}

export function verify(slipway: Slipway): Promise<void> {
  return withConnection(
    slipway,
    "Looking at the checklist",
    async (connection, request, signal) => {
      const checks = await connection.verify(request, signal);
      slipway.tree.setVisible(true);
      // Looked at every minute: only what is not as it was is worth a line.
      for (const check of slipway.tree.setChecks(checks))
        slipway.log.info(`checklist: ${check.state} ${check.title}: ${check.evidence}`);
    },
    true,
  );
}

/** Removes what Slipway made, after a modal that names it. */
export function destroy(slipway: Slipway): Promise<void> {
  return withConnection(slipway, "Removing", async (connection, request, signal) => {
    const result = await connection.destroy(
      request,
      async (removals, identity) => {
        const lines = [`In account ${identity.account}, ${identity.region}.`, ...removalLines(removals)];
        if (!removals.some((item) => item.ours)) {
          await vscode.window.showInformationMessage(lines.join(" "));
          return false;
        }
        return (
          (await vscode.window.showWarningMessage(
            `Remove ${request.application ?? "the application"} from AWS? This cannot be undone.`,
            { modal: true, detail: lines.join("\n") },
            "Remove",
          )) === "Remove"
        );
      },
      slipway.model.emit,
      signal,
    );
    if (result.error && result.outcome !== "cancelled")
      await showError(slipway.log, result.error, () => destroy(slipway));
    else if (result.outcome === "done")
      void vscode.window.showInformationMessage(
        `Removed: ${result.removed.map((item) => item.name).join(", ") || "nothing"}.`,
      );
  });
}

export function rollBack(slipway: Slipway): Promise<void> {
  return withConnection(slipway, "Rolling back", (connection, request, signal) => connection.rollBack(request, signal));
}

export function signIn(slipway: Slipway): Promise<void> {
  return withErrorMessage(slipway, async () => {
    if (!(await requireTrust())) return;
    const choice = slipway.connections.choice;
    if (choice?.kind !== "profile") return slipway.connections.choose(new AbortController().signal);
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, cancellable: true, title: `Signing in to ${choice.profile}` },
      (_progress, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        return slipway.backend().signIn(choice.profile, slipway.connections.prompts, cancel.signal);
      },
    );
    slipway.connections.close();
    await slipway.connections.ensure(new AbortController().signal);
  });
}

/** Chooses, and proves at once that it works: identity, account and region are shown. */
export function chooseConnection(slipway: Slipway): Promise<void> {
  return withErrorMessage(slipway, async () => {
    // A profile may name a program that is run for its credentials.
    if (!(await requireTrust())) return;
    const signal = new AbortController().signal;
    const choice = await slipway.connections.choose(signal);
    if (choice) await connectNow(slipway, signal);
  });
}

export function useSandbox(slipway: Slipway): Promise<void> {
  return withErrorMessage(slipway, async () => {
    if (!(await requireTrust())) return;
    await slipway.connections.set({ kind: "sandbox" });
    await connectNow(slipway, new AbortController().signal);
  });
}

async function connectNow(slipway: Slipway, signal: AbortSignal): Promise<void> {
  const connection = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Connecting" },
    () => slipway.connections.ensure(signal),
  );
  if (connection)
    void vscode.window.showInformationMessage(
      `Connected to ${connection.name}: account ${connection.identity.account}, ${connection.identity.region}, as ${connection.identity.arn}.`,
    );
}

/** Opens a file of the application's folder; one that is not there yet is said. */
export async function openFile(slipway: Slipway, name: string): Promise<void> {
  const request = requestOf(slipway);
  if (!request) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(request.folder), name);
  await vscode.window
    .showTextDocument(uri)
    .then(undefined, () =>
      vscode.window.showInformationMessage(`There is no ${name} yet: the first deployment writes it.`),
    );
}

export async function openDockerfile(slipway: Slipway): Promise<void> {
  await openFile(slipway, slipway.active.request?.dockerfile ?? "Dockerfile");
}
