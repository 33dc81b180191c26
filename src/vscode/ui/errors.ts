import * as vscode from "vscode";
import type { ActionId, ErrorReport } from "../../core/base/errors";

/** What the button of an action says, and the command that it runs; an action without one shows no button. */
export const actions: Readonly<Record<ActionId, { title: string; command: string } | undefined>> = {
  signIn: { title: "Sign In", command: "slipway.signIn" },
  chooseConnection: { title: "Choose Connection", command: "slipway.chooseConnection" },
  useSandbox: { title: "Use Local Sandbox", command: "slipway.useSandbox" },
  startEngine: undefined,
  tailLogs: { title: "Show Logs", command: "slipway.logs.tailDeployment" },
  showLog: { title: "Show Log", command: "slipway.showLog" },
  retry: { title: "Deploy Again", command: "slipway.deployAgain" },
  rebuild: { title: "Build Again", command: "slipway.rebuild" },
  openDockerfile: { title: "Open Dockerfile", command: "slipway.openDockerfile" },
  openConfig: { title: "Open slipway.json", command: "slipway.openConfig" },
  openTaskDefinition: { title: "Open Task Definition", command: "slipway.openTaskDefinition" },
  showPlan: { title: "Show Plan", command: "slipway.showPlan" },
  rollBack: { title: "Roll Back", command: "slipway.rollBack" },
  remove: { title: "Remove…", command: "slipway.destroy" },
  trustWorkspace: { title: "Manage Trust", command: "workbench.trust.manage" },
  openDocs: { title: "How to Install Docker", command: "slipway.openEngineDocs" },
};

/** The log channel's lines for an error: all of it. */
export function logError(log: vscode.LogOutputChannel, report: ErrorReport): void {
  log.error(report.summary);
  for (const line of report.evidence) log.error(`  ${line}`);
  if (report.remedy) log.error(`  What to do: ${report.remedy}`);
}

/**
 * Says what happened and what to do, with the mends as buttons. The evidence's heart is in the message, all of it in
 * the log. `again` is what failed: it alone is what *Try Again* does.
 */
export async function showError(
  log: vscode.LogOutputChannel,
  report: ErrorReport,
  again?: () => unknown,
): Promise<void> {
  logError(log, report);
  const button = (id: ActionId) =>
    id === "retry"
      ? again
        ? { title: "Try Again", run: again }
        : undefined
      : actions[id] && { title: actions[id].title, run: runOf(actions[id].command) };
  const offered = [...new Set<ActionId>([...report.actions, "showLog"])].flatMap((id) => button(id) ?? []).slice(0, 4);
  const message = [report.summary, report.proof?.replace(/[^.!?]$/, "$&."), report.remedy].filter(Boolean).join(" ");
  const picked = await vscode.window.showErrorMessage(message, ...offered.map((action) => action.title));
  await offered.find((item) => item.title === picked)?.run();
}

const runOf = (command: string) => (): unknown => vscode.commands.executeCommand(command);
