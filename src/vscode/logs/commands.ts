/** What the commands of the tails do. */
import path from "node:path";
import * as vscode from "vscode";
import type { ServiceTarget, TailTarget } from "../../core/logs/target";
import type { LogsContext } from "./context";
import { offer } from "../ui/offer";
import { logsSettings } from "./settings";
import { isOver, type TailEntry, type TailOptions } from "./tails";
import { say } from "../ui/messages";
import { pick } from "../ui/pick";

/** Lines of each stream that "last lines" shows. */
const lastLines = 200;
const minute = 60_000;

async function start({ tails }: Pick<LogsContext, "tails">, options: TailOptions): Promise<TailEntry | undefined> {
  const signal = new AbortController().signal;
  return vscode.window.withProgress({ location: { viewId: "slipway.logTails" } }, () => tails.start(options, signal));
}

/** Follows a target, with as much history as the settings say. */
export function tailNow(context: Pick<LogsContext, "tails">, target: TailTarget): Promise<TailEntry | undefined> {
  return start(context, { target, follow: true, back: logsSettings().historyMinutes * minute });
}

/** The last lines of each stream of a target, without following it. */
export function showLastLines(context: Pick<LogsContext, "tails">, target: TailTarget): Promise<TailEntry | undefined> {
  return start(context, { target, follow: false, last: lastLines });
}

/** What a target logged in a stretch of time, epoch milliseconds. */
export function showSpan(
  context: Pick<LogsContext, "tails">,
  target: TailTarget,
  span: { from: number; until: number },
): Promise<TailEntry | undefined> {
  return start(context, { target, follow: false, ...span });
}

/** The application of the Deployment view; `sinceDeployment`: everything that the deployment has printed. */
export async function tailApplication(context: LogsContext, sinceDeployment: boolean): Promise<unknown> {
  const target = await applicationTarget(context);
  if (!target) return tailPicked(context, true);
  const begun = context.model.state.startedAt;
  return sinceDeployment && begun !== undefined
    ? start(context, { target, follow: true, from: begun })
    : tailNow(context, target);
}

async function applicationTarget(context: LogsContext): Promise<ServiceTarget | undefined> {
  const { request } = context.active;
  if (!request) return undefined;
  const { app } = await context.backend().project(request.folder, request);
  await context.tails.requireHere(app, new AbortController().signal);
  return { kind: "service", cluster: app.cluster, service: app.service, group: app.logGroup };
}

/** Asks for a target and a range; `follow` false searches, and then ends. */
export async function tailPicked(context: LogsContext, follow: boolean): Promise<void> {
  const title = follow ? vscode.l10n.t("Tail Logs") : vscode.l10n.t("Search Logs");
  const leave = new AbortController();
  const { askPattern, askRange, askTarget } = context.logQuestions();
  try {
    const logs = await context.tails.logs(leave.signal);
    if (!logs) return;
    const target = await askTarget(logs, title, await applicationTarget(context).catch(() => undefined), leave.signal);
    if (!target) return;
    const range = await askRange(title, target, follow, logsSettings().historyMinutes);
    if (!range) return;
    const pattern = follow ? "" : await askPattern(title, "");
    if (pattern === undefined) return;
    await start(context, { target, ...range, ...(pattern ? { pattern } : {}) });
  } finally {
    leave.abort();
  }
}

/** Asks for a filter pattern and takes it; an empty one shows all lines. */
export async function filter(entry: TailEntry, { logQuestions }: Pick<LogsContext, "logQuestions">): Promise<void> {
  const pattern = await logQuestions().askPattern(vscode.l10n.t("Filter {0}", entry.name), entry.state.filter ?? "");
  if (pattern !== undefined) entry.tail.setFilter(pattern === "" ? undefined : pattern);
}

/** Saves all lines of a tail to a file. */
export async function save(entry: TailEntry): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${entry.name.replace(/[^\w.-]+/g, "-").replace(/^-+/, "")}.log`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Save lines of {0}", entry.name),
    filters: { [vscode.l10n.t("Log files")]: ["log", "txt"] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (!target) return;
  await entry.channel.save(target.fsPath);
  const lines = entry.state.total.toLocaleString("en");
  await offer(say.information, vscode.l10n.t("Saved {0} events to {1}.", lines, path.basename(target.fsPath)), [
    { title: vscode.l10n.t("Open"), run: () => vscode.window.showTextDocument(target) },
  ]);
}

/** The tail of a row; without one the only tail, or one that is picked. */
export async function chooseTail(
  { tails }: Pick<LogsContext, "tails">,
  ofRow: TailEntry | undefined,
): Promise<TailEntry | undefined> {
  const { entries } = tails;
  const known = entries.find((entry) => entry === ofRow);
  if (known || entries.length < 2) return known ?? entries[0];
  const items = entries.map((entry) => ({
    label: entry.name,
    description: isOver(entry) ? vscode.l10n.t("ended") : "",
    entry,
  }));
  return (await pick(items, { placeHolder: vscode.l10n.t("The log tail") }))?.entry;
}
