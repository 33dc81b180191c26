/** What a tail is asked for: of what, from when, with which filter. */
import * as vscode from "vscode";
import type { LogsConnection } from "../../core/logs/api";
import { patternProblem } from "../../core/logs/pattern";
import { parseSince } from "../../core/logs/since";
import { shortTask, type TailTarget } from "../../core/logs/target";
import type { TailOptions } from "./tails";
import { pick, shown } from "../ui/pick";

interface TargetItem extends vscode.QuickPickItem {
  icon?: string;
  target?: TailTarget;
  more?: "task" | "stream";
}

const separator = (label: string): TargetItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
const narrower: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("chevron-right"),
  tooltip: vscode.l10n.t("Choose one of its tasks or streams"),
};
/** Groups are searched for by what is typed, after a pause so long in milliseconds. */
const typingPause = 250;

/**
 * Services and log groups of the account; a service's tasks and a group's streams behind the arrow. Undefined when the
 * person left.
 */
export async function askTarget(
  logs: LogsConnection,
  title: string,
  own: TailTarget | undefined,
  signal: AbortSignal,
): Promise<TailTarget | undefined> {
  const list = vscode.window.createQuickPick<TargetItem>();
  list.title = title;
  list.placeholder = vscode.l10n.t("A service or a log group; type to search");
  list.matchOnDescription = true;
  list.busy = true;
  const first: TargetItem[] =
    own?.kind === "service"
      ? [
          separator(vscode.l10n.t("this application")),
          { icon: "server-process", label: own.service, description: own.cluster, target: own, buttons: [narrower] },
        ]
      : [];
  list.items = first.map(shown);
  let services: TargetItem[] = [];
  let groups: TargetItem[] = [];
  const show = () =>
    (list.items = [
      ...first,
      ...(services.length ? [separator(vscode.l10n.t("services")), ...services] : []),
      ...(groups.length ? [separator(vscode.l10n.t("log groups")), ...groups] : []),
    ].map(shown));
  const loadGroups = async (containing: string) => {
    const names = await logs.groups(containing, signal);
    groups = names.map((group) => ({
      icon: "list-flat",
      label: group,
      target: { kind: "group", group },
      buttons: [narrower],
    }));
    show();
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    const picked = await new Promise<TargetItem | undefined>((resolve, reject) => {
      list.onDidAccept(() => resolve(list.selectedItems[0]));
      list.onDidTriggerItemButton(({ item }) =>
        resolve({ ...item, more: item.target?.kind === "group" ? "stream" : "task" }),
      );
      list.onDidHide(() => resolve(undefined));
      list.onDidChangeValue((value) => {
        clearTimeout(timer);
        timer = setTimeout(() => void loadGroups(value.trim()).catch(() => undefined), typingPause);
      });
      list.show();
      const lists = [
        logs.services(signal).then((found) => {
          services = found
            .filter(
              ({ cluster, service }) => own?.kind !== "service" || own.cluster !== cluster || own.service !== service,
            )
            .map(({ cluster, service }) => ({
              icon: "server-process",
              label: service,
              description: cluster,
              target: { kind: "service", cluster, service },
              buttons: [narrower],
            }));
          show();
        }),
        loadGroups(""),
      ];
      // One of the two may not be permitted: the other is still worth having.
      void Promise.allSettled(lists).then((results) => {
        list.busy = false;
        const failed = results.find((result) => result.status === "rejected");
        if (failed && results.every((result) => result.status === "rejected")) reject(failed.reason as Error);
      });
    });
    const target = picked?.target;
    if (target?.kind === "service" && picked?.more === "task") return await askTask(logs, target, title, signal);
    if (target?.kind === "group" && picked?.more === "stream")
      return await askStream(logs, target.group, title, signal);
    return target;
  } finally {
    clearTimeout(timer);
    list.dispose();
  }
}

async function askTask(
  logs: LogsConnection,
  { cluster, service }: { cluster: string; service: string },
  title: string,
  signal: AbortSignal,
): Promise<TailTarget | undefined> {
  const items = logs.tasks(cluster, service, signal).then((tasks) => {
    const containers = [...new Set(tasks.flatMap((task) => task.containers))];
    return [
      {
        icon: "server-process",
        label: vscode.l10n.t("All tasks"),
        description: service,
        target: { kind: "service", cluster, service } as TailTarget,
      },
      ...(containers.length > 1
        ? containers.map((container) => ({
            icon: "package",
            label: container,
            description: vscode.l10n.t("this container, in all tasks"),
            target: { kind: "service", cluster, service, container } as TailTarget,
          }))
        : []),
      ...tasks.map((task) => ({
        icon: "vm",
        label: shortTask(task.id),
        description: [
          task.status.toLowerCase(),
          task.stoppedAt === undefined ? "" : new Date(task.stoppedAt).toLocaleTimeString(),
        ]
          .filter(Boolean)
          .join(", "),
        target: { kind: "task", cluster, service, task: task.id } as TailTarget,
      })),
    ];
  });
  return (
    await pick(items, {
      title,
      placeHolder: vscode.l10n.t("A task of {0}", service),
      matchOnDescription: true,
    })
  )?.target;
}

async function askStream(
  logs: LogsConnection,
  group: string,
  title: string,
  signal: AbortSignal,
): Promise<TailTarget | undefined> {
  const items = logs.streams(group, signal).then((streams) =>
    streams.map(({ name, lastEventAt }) => ({
      label: name,
      description: lastEventAt === undefined ? "" : new Date(lastEventAt).toLocaleString(),
      target: { kind: "stream", group, stream: name } as TailTarget,
    })),
  );
  return (await pick(items, { title, placeHolder: vscode.l10n.t("A stream of {0}", group) }))?.target;
}

type Range = Pick<TailOptions, "back" | "from" | "until" | "sinceDeployment" | "follow">;

const minute = 60_000;

/** From when on; undefined when the person left. `follow` false asks for a range to look back at. */
export async function askRange(
  title: string,
  target: TailTarget,
  follow: boolean,
  usualMinutes: number,
): Promise<Range | undefined> {
  const back = (label: string, minutes: number) => ({ label, range: { back: minutes * minute, follow } });
  const spans = [
    back(vscode.l10n.t("Last {0} minutes", usualMinutes), usualMinutes),
    ...[
      [60, vscode.l10n.t("Last hour")],
      [180, vscode.l10n.t("Last 3 hours")],
      [1440, vscode.l10n.t("Last 24 hours")],
      [10_080, vscode.l10n.t("Last 7 days")],
    ].map(([minutes, label]) => back(String(label), Number(minutes))),
  ];
  const items: { label: string; description?: string; range: Range | "ask" }[] = [
    ...(follow
      ? [spans[0] as { label: string; range: Range }, { label: vscode.l10n.t("From now on"), range: { follow } }]
      : []),
    ...(target.kind === "service"
      ? [
          {
            label: vscode.l10n.t("Since the deployment"),
            description: vscode.l10n.t("everything that the newest deployment has printed"),
            range: { sinceDeployment: true, back: 60 * minute, follow },
          },
        ]
      : []),
    ...(follow ? spans.slice(1) : spans),
    { label: vscode.l10n.t("A time range…"), description: vscode.l10n.t("without following"), range: "ask" },
  ];
  const picked = await pick(items, {
    title,
    placeHolder: follow ? vscode.l10n.t("History before following") : vscode.l10n.t("Where to look"),
  });
  return picked?.range === "ask" ? askTimes(title) : picked?.range;
}

async function askTimes(title: string): Promise<Range | undefined> {
  const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * minute).toISOString().slice(0, 10);
  const parse = (text: string): number => {
    const found = parseSince(text, Date.parse, today());
    return "from" in found ? found.from : Date.now() - found.back;
  };
  const problem = (text: string): string | undefined => {
    try {
      parse(text);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const options = { title, ignoreFocusOut: true, placeHolder: "14:05, 2026-11-24T14:05, 90m", validateInput: problem };
  const from = await vscode.window.showInputBox({
    ...options,
    prompt: vscode.l10n.t("From: a time of today, a date and time, or a duration back"),
    value: "1h",
  });
  if (from === undefined) return undefined;
  const until = await vscode.window.showInputBox({
    ...options,
    prompt: vscode.l10n.t("Until"),
    value: "0s",
    validateInput: (text) =>
      problem(text) ?? (parse(text) >= parse(from) ? undefined : vscode.l10n.t("That is before the beginning.")),
  });
  return until === undefined ? undefined : { from: parse(from), until: parse(until), follow: false };
}

/** A filter pattern, checked while it is typed; the empty string for none, undefined when the person left. */
export function askPattern(title: string, value: string): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title,
      value,
      ignoreFocusOut: true,
      prompt: vscode.l10n.t("A CloudWatch filter pattern; empty shows all lines"),
      placeHolder: 'ERROR   "two words"   ?WARN ?ERROR   ERROR -timeout   %5\\d\\d%   { $.level = "error" }',
      validateInput(text) {
        const problem = patternProblem(text.trim());
        if (!problem) return undefined;
        return {
          message: problem.message,
          severity:
            problem.severity === "error"
              ? vscode.InputBoxValidationSeverity.Error
              : vscode.InputBoxValidationSeverity.Warning,
        };
      },
    })
    .then((text) => text?.trim());
}
