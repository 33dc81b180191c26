/** Commands that run at their times: when each comes next, how its last run ended, and one run now. */
import * as vscode from "vscode";
import type { Connection } from "../../core/api";
import { commandText } from "../../core/render/command";
import { schedulesDocument } from "../../core/render/schedules";
import { confirm } from "../ui/confirm";
import { say } from "../ui/messages";
import { withCancel } from "../ui/progress";
import type { DocumentPages } from "../webviewKit/documentPages";
import type { Target } from "./applicationCommands";
import type { RunContext } from "./context";

const schedulesView = "slipway.schedules";

type Given = Target<Pick<Connection, "operations">>;

/** As a page; each that slipway.json states can be run now. */
export async function showSchedules(pages: DocumentPages, context: RunContext, given: Given): Promise<void> {
  const { connection, request } = given;
  const application = request.application ?? "";
  const look = await withCancel(vscode.l10n.t("Looking at the schedules of {0}", application), (signal) =>
    connection.operations.schedules(request, signal),
  );
  const here = (at: number): string => new Date(at).toLocaleString();
  const doc = schedulesDocument(look, here, vscode.l10n.t("Run Now"));
  const onRow = async (row: number): Promise<void> => {
    const one = look.schedules[row];
    if (one?.isStated) await runNow(context, given, one.name);
  };
  pages.show({ viewType: schedulesView, tab: doc.title, doc, onRow }, [
    { title: vscode.l10n.t("Look Again"), isPrimary: true, run: () => showSchedules(pages, context, given) },
    {
      title: vscode.l10n.t("Open slipway.json"),
      run: () => Promise.resolve(vscode.commands.executeCommand("slipway.openConfig")).then(() => undefined),
    },
  ]);
}

/** Asks, and runs the command of a schedule in a task of what runs; its lines go to the log. */
async function runNow({ log }: RunContext, { connection, request }: Given, name: string): Promise<void> {
  const signal = new AbortController().signal;
  const wish = await connection.operations.scheduled(request, name, signal);
  const about = vscode.l10n.t("It runs once, in a task of its own of what the service runs, with its secrets.");
  const question = vscode.l10n.t("Run the command of {0} now?", name);
  if (!(await confirm(question, `${commandText(wish.command)}\n\n${about}`, vscode.l10n.t("Run")))) return;
  const result = await withCancel(vscode.l10n.t("Running {0}", name), (ends) =>
    connection.operations.run(request, wish, ends, (news) => {
      if (news.kind === "line") log.info(news.message);
      else if (news.kind === "started") log.info(`${news.revision}, task ${news.task}`);
    }),
  );
  const text =
    result.exitCode === 0
      ? vscode.l10n.t("{0} ended with 0.", name)
      : vscode.l10n.t("{0} ended with exit code {1}.", name, result.exitCode);
  const show = vscode.l10n.t("Show Slipway Log");
  if ((await say[result.exitCode === 0 ? "information" : "warning"](text, show)) === show) log.show();
}
