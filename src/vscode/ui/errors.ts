import * as vscode from "vscode";
import type { ActionId, ErrorReport } from "../../core/base/errors";
import { errorInShort } from "../../core/render/error";
import { offer, type Offer } from "./offer";
import { say } from "./messages";
import type { Log } from "./log";

/** What the button of an action says, and the command that it runs; an action without one shows no button. */
export const actions: Readonly<Record<ActionId, { title: string; command: string } | undefined>> = {
  signIn: { title: vscode.l10n.t("Sign In"), command: "slipway.signIn" },
  chooseConnection: { title: vscode.l10n.t("Choose Connection"), command: "slipway.chooseConnection" },
  useSandbox: { title: vscode.l10n.t("Use Local Sandbox"), command: "slipway.useSandbox" },
  startEngine: undefined,
  tailLogs: { title: vscode.l10n.t("Show Application Logs"), command: "slipway.logs.tailDeployment" },
  showLog: { title: vscode.l10n.t("Show Slipway Log"), command: "slipway.showLog" },
  retry: { title: vscode.l10n.t("Deploy Again"), command: "slipway.deployAgain" },
  rebuild: { title: vscode.l10n.t("Rebuild and Deploy"), command: "slipway.rebuild" },
  openDockerfile: { title: vscode.l10n.t("Open Dockerfile"), command: "slipway.openDockerfile" },
  openConfig: { title: vscode.l10n.t("Open slipway.json"), command: "slipway.openConfig" },
  openTaskDefinition: { title: vscode.l10n.t("Open Task Definition"), command: "slipway.openTaskDefinition" },
  showPlan: { title: vscode.l10n.t("Show Plan"), command: "slipway.showPlan" },
  rollBack: { title: vscode.l10n.t("Roll Back"), command: "slipway.rollBack" },
  remove: { title: vscode.l10n.t("Remove…"), command: "slipway.destroy" },
  trustWorkspace: { title: vscode.l10n.t("Manage Trust"), command: "workbench.trust.manage" },
  openDocs: { title: vscode.l10n.t("How to Install Docker"), command: "slipway.openEngineDocs" },
};

/** The log channel's lines for an error: all of it. */
export function logError(log: Log, report: ErrorReport): void {
  log.error(report.summary);
  for (const line of report.evidence) log.error(`  ${line}`);
  if (report.remedy) log.error(`  What to do: ${report.remedy}`);
}

const later: ReadonlySet<ActionId> = new Set<ActionId>(["chooseConnection", "useSandbox", "showLog", "remove"]);

/** What stands behind a button of a failure; a retry does again what failed, and nothing else. */
function offersOf(report: ErrorReport, again: (() => unknown) | undefined): Offer[] {
  // Of two buttons one goes to the place that is at fault or does it again; other credentials come after that.
  const ranked = [...new Set(report.actions)].sort((one, other) => Number(later.has(one)) - Number(later.has(other)));
  const isOfCredentials = report.code.startsWith("Credentials") || report.code.startsWith("NoCredentials");
  return (isOfCredentials ? [...new Set(report.actions)] : ranked).flatMap((id): Offer[] => {
    if (id === "retry") return again ? [{ title: vscode.l10n.t("Try Again"), run: again }] : [];
    const action = actions[id];
    return action ? [{ title: action.title, run: runOf(action.command) }] : [];
  });
}

/** The line that is at fault, opened. */
export function placeOffer({ file, line }: NonNullable<ErrorReport["location"]>, folder: string): Offer {
  const title = vscode.l10n.t("Open {0}:{1}", file.split("/").at(-1) ?? file, line + 1);
  const selection = new vscode.Range(line, 0, line, 0);
  const uri = vscode.Uri.joinPath(vscode.Uri.file(folder), file);
  return { title, run: () => vscode.window.showTextDocument(uri, { selection }) };
}

/** A failure as the page of its details takes it. */
export interface ErrorDetails {
  readonly report: ErrorReport;
  readonly offers: readonly Offer[];
}

/**
 * Says what happened and what to do, in two lines and two buttons: the first that helps, and all of it on a page. The
 * same stands in the log. `again` is what failed: it alone is what *Try Again* does; `folder` is where the report's
 * place lies.
 */
export async function showError(log: Log, report: ErrorReport, again?: () => unknown, folder?: string): Promise<void> {
  logError(log, report);
  const at = folder === undefined ? undefined : report.location;
  // The file without the line would be the same button once more.
  const isDockerfile = /(?:^|\/)[^/]*dockerfile[^/]*$/i.test(at?.file ?? "");
  const actionsLeft = report.actions.filter((id) => id !== "openDockerfile" || !isDockerfile);
  const offers = [
    ...(at && folder !== undefined ? [placeOffer(at, folder)] : []),
    ...offersOf({ ...report, actions: actionsLeft }, again),
  ];
  const [first] = offers;
  const details: ErrorDetails = {
    report,
    offers: [...offers, { title: vscode.l10n.t("Show Slipway Log"), run: runOf("slipway.showLog") }],
  };
  await offer(say.error, errorInShort(report), [
    ...(first ? [first] : []),
    { title: vscode.l10n.t("Show Details"), run: () => vscode.commands.executeCommand("slipway.showDetails", details) },
  ]);
}

const runOf = (command: string) => (): unknown => vscode.commands.executeCommand(command);
