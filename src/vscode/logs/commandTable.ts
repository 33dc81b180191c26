/** The commands of the tails. Their arguments are plain: a tree's node, a link or another extension can call them. */
import type { GroupTarget, ServiceTarget, StreamTarget, TailTarget, TaskTarget } from "../../core/logs/target";
import { command, hasStrings, type Command, type Guard } from "../commandKit/command";
import { chooseTail, filter, save, showLastLines, showSpan, tailApplication, tailNow, tailPicked } from "./commands";
import type { LogsContext } from "./context";
import type { TailEntry } from "./tails";

/** Members that may be left out; null and undefined count as left out. */
const optional = <K extends string>(value: object, ...names: readonly K[]): Partial<Record<K, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const member = (value as Record<string, unknown>)[name];
      return typeof member === "string" ? [[name, member]] : [];
    }),
  ) as Partial<Record<K, string>>;

const serviceArgument: Guard<ServiceTarget> = (first) =>
  hasStrings(first, "cluster", "service")
    ? { kind: "service", cluster: first.cluster, service: first.service }
    : undefined;

type Spanned = { target: TailTarget } & ({ from: number; until: number } | { until?: undefined });

/** With a stretch of time its lines are shown, and not followed. */
const spanned =
  (of: Guard<TailTarget>): Guard<Spanned> =>
  (first, second) => {
    const target = of(first, second);
    const { from, until } = (first ?? {}) as { from?: unknown; until?: unknown };
    if (!target || typeof from !== "number" || typeof until !== "number") return target && { target };
    return { target, from, until };
  };

const taskArgument: Guard<TaskTarget> = (first) =>
  hasStrings(first, "cluster", "task")
    ? { kind: "task", cluster: first.cluster, task: first.task, ...optional(first, "service", "group") }
    : undefined;

/** A container of one task, or of all tasks of a service. */
const containerArgument: Guard<TailTarget> = (first) => {
  if (!hasStrings(first, "container", "cluster")) return undefined;
  const { container, cluster } = first;
  const { task, service } = optional(first, "task", "service");
  if (task !== undefined)
    return { kind: "task", cluster, task, container, ...(service === undefined ? {} : { service }) };
  return service === undefined ? undefined : { kind: "service", cluster, container, service };
};

const groupArgument: Guard<GroupTarget> = (first) =>
  hasStrings(first, "group") ? { kind: "group", group: first.group } : undefined;

const streamArgument: Guard<StreamTarget> = (first) =>
  hasStrings(first, "group", "stream") ? { kind: "stream", group: first.group, stream: first.stream } : undefined;

/** A row of the Log Tails view; whether its tail is still there is looked up by the handler. */
const rowArgument: Guard<TailEntry> = (first) => (first as { entry?: TailEntry } | null | undefined)?.entry;

/** Follows what the guard has accepted. */
const tailing = (name: string, argument: Guard<TailTarget>): Command<LogsContext> =>
  command({
    id: `slipway.logs.${name}`,
    needs: ["trust", "argument"],
    argument,
    run: (context, { argument: target }) => tailNow(context, target),
  });

/** The same, or what was logged in the stretch of time that comes with it. */
const tailingOrShowing = (name: string, argument: Guard<TailTarget>): Command<LogsContext> =>
  command({
    id: `slipway.logs.${name}`,
    needs: ["trust", "argument"],
    argument: spanned(argument),
    run: (context, { argument: { target, ...span } }) =>
      span.until === undefined ? tailNow(context, target) : showSpan(context, target, span),
  });

/** Works on the tail of a row; from the palette on the only one, or on one that is picked. */
const onTail = (name: string, action: (entry: TailEntry, context: LogsContext) => unknown): Command<LogsContext> =>
  command({
    id: `slipway.logs.${name}`,
    needs: [],
    argument: rowArgument,
    async run(context, { argument }) {
      const entry = await chooseTail(context, argument);
      if (entry) await action(entry, context);
    },
  });

export const logCommands: readonly Command<LogsContext>[] = [
  command({ id: "slipway.logs.tail", needs: ["trust"], run: (context) => tailPicked(context, true) }),
  command({ id: "slipway.logs.search", needs: ["trust"], run: (context) => tailPicked(context, false) }),
  command({
    id: "slipway.logs.tailApplication",
    needs: ["trust"],
    run: (context) => tailApplication(context, false),
  }),
  command({
    id: "slipway.logs.tailDeployment",
    needs: ["trust"],
    run: (context) => tailApplication(context, true),
  }),
  tailingOrShowing("tailService", serviceArgument),
  tailing("tailTask", taskArgument),
  tailing("tailContainer", containerArgument),
  tailingOrShowing("tailGroup", groupArgument),
  tailingOrShowing("tailStream", streamArgument),
  command({
    id: "slipway.logs.lastLines",
    needs: ["trust", "argument"],
    argument: taskArgument,
    run: (context, { argument }) => showLastLines(context, argument),
  }),
  onTail("pause", (entry) => entry.tail.pause()),
  onTail("resume", (entry) => entry.tail.resume()),
  onTail("stop", (entry) => entry.tail.stop()),
  onTail("clear", (entry) => entry.channel.clear()),
  onTail("filter", filter),
  onTail("reveal", (entry) => entry.channel.show()),
  onTail("save", save),
  onTail("useLiveTail", (entry) => entry.tail.setMode("liveTail")),
  onTail("usePolling", (entry) => entry.tail.setMode("polling")),
  onTail("remove", (entry, { tails }) => tails.remove(entry)),
];
