/** The commands of the tails. Their arguments are plain: whoever has such an object, a tree's node or a link, can call them. */
import path from "node:path";
import * as vscode from "vscode";
import type { GroupTarget, ServiceTarget, StreamTarget, TailTarget, TaskTarget } from "../../core/logs/target";
import { requireTrust, type Slipway } from "../context";
import { askPattern, askRange, askTarget } from "./ask";
import { logsSettings } from "./settings";
import { isOver, type TailEntry, type TailOptions } from "./tails";
import type { TailNode } from "./tree";

export type ServiceArgument = Pick<ServiceTarget, "cluster" | "service">;
export type TaskArgument = Pick<TaskTarget, "cluster" | "task" | "service" | "group">;
/** A container of one task, or of all tasks of a service. */
export type ContainerArgument = { container: string; cluster: string } & (
  | Pick<TaskTarget, "task" | "service">
  | Pick<ServiceTarget, "service">
);
export type GroupArgument = Pick<GroupTarget, "group">;
export type StreamArgument = Pick<StreamTarget, "group" | "stream">;

type Handler = (slipway: Slipway, ...args: never[]) => unknown;

/** Lines of each stream that "last lines" shows. */
const lastLines = 200;
const minute = 60_000;

/** Every command of the tails and what it does. */
export const logCommands: Readonly<Record<string, Handler>> = {
  "slipway.logs.tail": (slipway) => tailPicked(slipway, true),
  "slipway.logs.search": (slipway) => tailPicked(slipway, false),
  "slipway.logs.tailApplication": (slipway) => tailApplication(slipway, false),
  "slipway.logs.tailDeployment": (slipway) => tailApplication(slipway, true),
  "slipway.logs.tailService": (slipway, { cluster, service }: ServiceArgument) =>
    tailNow(slipway, { kind: "service", cluster, service }),
  "slipway.logs.tailTask": (slipway, { cluster, task, service, group }: TaskArgument) =>
    tailNow(slipway, { kind: "task", cluster, task, ...optional({ service, group }) }),
  "slipway.logs.tailContainer": (slipway, argument: ContainerArgument) => tailNow(slipway, containerTarget(argument)),
  "slipway.logs.tailGroup": (slipway, { group }: GroupArgument) => tailNow(slipway, { kind: "group", group }),
  "slipway.logs.tailStream": (slipway, { group, stream }: StreamArgument) =>
    tailNow(slipway, { kind: "stream", group, stream }),
  "slipway.logs.lastLines": (slipway, { cluster, task, service, group }: TaskArgument) =>
    start(slipway, {
      target: { kind: "task", cluster, task, ...optional({ service, group }) },
      follow: false,
      last: lastLines,
    }),
  "slipway.logs.pause": withTail((entry) => entry.tail.pause()),
  "slipway.logs.resume": withTail((entry) => entry.tail.resume()),
  "slipway.logs.stop": withTail((entry) => entry.tail.stop()),
  "slipway.logs.clear": withTail((entry) => entry.channel.clear()),
  "slipway.logs.filter": withTail(filter),
  "slipway.logs.reveal": withTail((entry) => entry.channel.show()),
  "slipway.logs.save": withTail(save),
  "slipway.logs.useLiveTail": withTail((entry) => entry.tail.setMode("liveTail")),
  "slipway.logs.usePolling": withTail((entry) => entry.tail.setMode("polling")),
  "slipway.logs.remove": withTail((entry, slipway) => slipway.tails.remove(entry)),
};

const optional = ({ service, group }: { service?: string | undefined; group?: string | undefined }) => ({
  ...(service === undefined ? {} : { service }),
  ...(group === undefined ? {} : { group }),
});

function containerTarget(argument: ContainerArgument): TailTarget {
  const { cluster, container, service } = argument;
  if ("task" in argument) return { kind: "task", cluster, task: argument.task, container, ...optional({ service }) };
  return { kind: "service", cluster, container, service: service ?? "" };
}

async function start(slipway: Slipway, wish: TailOptions): Promise<TailEntry | undefined> {
  if (!(await requireTrust())) return undefined;
  const signal = new AbortController().signal;
  return vscode.window.withProgress({ location: { viewId: "slipway.logTails" } }, () =>
    slipway.tails.start(wish, signal),
  );
}

function tailNow(slipway: Slipway, target: TailTarget): Promise<TailEntry | undefined> {
  return start(slipway, { target, follow: true, back: logsSettings().historyMinutes * minute });
}

/** The application of the Deployment view; `sinceDeployment`: everything that the deployment has printed. */
async function tailApplication(slipway: Slipway, sinceDeployment: boolean): Promise<unknown> {
  if (!(await requireTrust())) return undefined;
  const target = await applicationTarget(slipway);
  if (!target) return tailPicked(slipway, true);
  const begun = slipway.model.state.startedAt;
  return sinceDeployment && begun !== undefined
    ? start(slipway, { target, follow: true, from: begun })
    : tailNow(slipway, target);
}

async function applicationTarget(slipway: Slipway): Promise<ServiceTarget | undefined> {
  const { request } = slipway.active;
  if (!request) return undefined;
  const { app } = await slipway.backend().project(request.folder, request);
  return { kind: "service", cluster: app.cluster, service: app.service, group: app.logGroup };
}

async function tailPicked(slipway: Slipway, follow: boolean): Promise<void> {
  if (!(await requireTrust())) return;
  const title = follow ? "Tail Logs" : "Search Logs";
  const leave = new AbortController();
  try {
    const logs = await slipway.tails.logs(leave.signal);
    if (!logs) return;
    const target = await askTarget(logs, title, await applicationTarget(slipway).catch(() => undefined), leave.signal);
    if (!target) return;
    const range = await askRange(title, target, follow, logsSettings().historyMinutes);
    if (!range) return;
    const pattern = follow ? "" : await askPattern(title, "");
    if (pattern === undefined) return;
    await start(slipway, { target, ...range, ...(pattern ? { pattern } : {}) });
  } finally {
    leave.abort();
  }
}

async function filter(entry: TailEntry): Promise<void> {
  const pattern = await askPattern(`Filter ${entry.name}`, entry.state.filter ?? "");
  if (pattern !== undefined) entry.tail.setFilter(pattern === "" ? undefined : pattern);
}

async function save(entry: TailEntry): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${entry.name.replace(/[^\w.-]+/g, "-").replace(/^-+/, "")}.log`;
  const target = await vscode.window.showSaveDialog({
    title: `Save the lines of ${entry.name}`,
    filters: { "Log files": ["log", "txt"] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (!target) return;
  await entry.channel.save(target.fsPath);
  const picked = await vscode.window.showInformationMessage(
    `Saved ${entry.state.total.toLocaleString("en")} events to ${path.basename(target.fsPath)}.`,
    "Open",
  );
  if (picked) await vscode.window.showTextDocument(target);
}

/** A command of a row; from the palette, of the only tail, or of one that is picked. */
function withTail(action: (entry: TailEntry, slipway: Slipway) => unknown): Handler {
  return async (slipway: Slipway, node?: TailNode) => {
    const { entries } = slipway.tails;
    const items = entries.map((entry) => ({ label: entry.name, description: isOver(entry) ? "ended" : "", entry }));
    const entry =
      node?.entry ??
      (items.length === 1
        ? items[0]?.entry
        : (await vscode.window.showQuickPick(items, { placeHolder: "The log tail" }))?.entry);
    if (entry) await action(entry, slipway);
  };
}
