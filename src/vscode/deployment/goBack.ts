/** Going back to an earlier revision, and what was deployed before. */
import * as vscode from "vscode";
import type { ConnectionDetails, Deployments, ServiceInspection, ServiceMonitoring } from "../../core/api";
import { isCancelled } from "../../core/base/errors";
import type { DeploymentHistory, HistoryEntry } from "../../core/deploy/history";
import { historyCells, historyDocument } from "../../core/render/history";
import { say } from "../ui/messages";
import { pick } from "../ui/pick";
import { withCancel } from "../ui/progress";
import type { DocumentPages } from "../webviewKit/documentPages";
import { verify, type Target } from "./applicationCommands";
import type { RunContext } from "./context";
import { tellOutcome } from "./outcome";
import { watched } from "./run";

type Given = Target<Deployments & ServiceInspection & ServiceMonitoring & ConnectionDetails>;

/** In this machine's zone, as its language writes it. */
const here = (at: number): string => new Date(at).toLocaleString();

const historyView = "slipway.history";

const read = ({ connection, request }: Given): Thenable<DeploymentHistory> =>
  withCancel(vscode.l10n.t("Reading what was deployed before"), (signal) => connection.history(request, signal));

/** Asks to which revision, shows the plan, and has it run again; nothing is built. */
export async function rollBackTo(context: RunContext, given: Given): Promise<void> {
  const { model, tree } = context;
  const { connection, request } = given;
  if (model.isRunning)
    return void (await say.information(
      vscode.l10n.t("A deployment is already running in this window. Cancel it, or wait until it ends."),
    ));
  const entry = await pickEntry(await read(given));
  if (!entry) return;
  tree.setVisible(true);
  await vscode.commands.executeCommand("slipway.deployment.focus");
  const title = vscode.l10n.t("Rolling back {0}", request.application ?? "");
  try {
    const { result } = await watched(context, connection, title, (interaction, signal) =>
      connection.goBack(request, entry.arn, interaction, model.emit, signal),
    );
    if (!result) return;
    await tellOutcome(context, { connection, request, result, again: () => rollBackTo(context, given) });
    if (result.outcome === "done" || result.outcome === "doneNotProbed") await verify(context, given);
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}

/** What can run again, each revision once: by the deployment that is known best, the newest. */
async function pickEntry({ application, entries }: DeploymentHistory): Promise<HistoryEntry | undefined> {
  const live = entries.find(({ isLive }) => isLive)?.arn;
  const offered = entries.filter(
    ({ arn, state }, index) =>
      arn !== live && state !== "gone" && entries.findIndex((other) => other.arn === arn) === index,
  );
  if (offered.length === 0) {
    await say.information(vscode.l10n.t("No earlier deployment of {0} is known.", application));
    return undefined;
  }
  const items = offered.map((entry) => {
    const [, when, revision, image, commit, outcome, took, who] = historyCells(entry, here);
    return {
      label: revision ?? entry.revision,
      description: `${when} · ${outcome}`,
      detail: vscode.l10n.t(
        "image {0}, commit {1}, took {2}, by {3}",
        image ?? "",
        commit ?? "",
        took ?? "",
        who ?? "",
      ),
      entry,
    };
  });
  return (
    await pick(items, {
      title: vscode.l10n.t("Roll Back {0}", application),
      placeHolder: vscode.l10n.t("The revision that runs again. Its plan is shown first, and nothing is built."),
      matchOnDescription: true,
      matchOnDetail: true,
    })
  )?.entry;
}

/** All that is known, as a page. */
export async function showHistory(pages: DocumentPages, given: Given, goBack: () => Promise<void>): Promise<void> {
  const doc = historyDocument(await read(given), here);
  pages.show({ viewType: historyView, tab: doc.title, doc }, [
    { title: vscode.l10n.t("Roll Back to…"), isPrimary: true, run: goBack },
  ]);
}
