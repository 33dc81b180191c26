/** Follows a service while it is tailed: revisions that come with a rollout, tasks that come and go. */
import { isCancelled, reportOf } from "../base/errors";
import type { EcsPort, Task } from "../ports/cloud";
import type { Clock } from "../ports/machine";
import { definitionScopes, serviceDefinitions, type Resolution, type ResolveContext } from "./resolve";
import { shortTask, type ServiceTarget } from "./target";

/** A rollout's first lines are minutes younger than a window reaches back, so this need not be quick. Milliseconds. */
const every = { shown: 5_000, hidden: 30_000 };

export interface WatchHost {
  readonly clock: Clock;
  readonly hidden: boolean;
  add(resolution: Resolution): void;
  note(text: string, level?: "info" | "warning"): void;
}

export interface WatchContext extends ResolveContext {
  readonly ecs: Pick<EcsPort, "findService" | "findTaskDefinition" | "listTasks">;
}

/** Watches until the signal is aborted. What cannot be read is said once and tried again. */
export async function watchService(
  context: WatchContext,
  target: ServiceTarget,
  host: WatchHost,
  until: () => Promise<void>,
): Promise<void> {
  const definitions = new Set<string>();
  const tasks = new Map<string, string>();
  let said = "";
  for (let first = true; ; first = false) {
    await until();
    try {
      const running = await context.ecs.listTasks(target.cluster, { service: target.service, stopped: false });
      const stopped = await context.ecs.listTasks(target.cluster, { service: target.service, stopped: true });
      const arns = (await serviceDefinitions(context, target.cluster, target.service)) ?? [];
      const fresh = [
        ...new Set([
          ...arns,
          ...running.map((task) => task.taskDefinition),
          ...(first ? [] : stopped.map((task) => task.taskDefinition)),
        ]),
      ].filter((arn) => arn !== "" && !definitions.has(arn));
      if (fresh.length) {
        host.add(await definitionScopes(context, fresh, { container: target.container }));
        for (const arn of fresh) definitions.add(arn);
        if (!first) host.note(`A rollout brings ${fresh.map((arn) => arn.split("/").at(-1)).join(", ")}.`);
      }
      tell(tasks, running, stopped, first, host);
      said = "";
    } catch (error) {
      if (isCancelled(error)) throw error;
      const { code, summary } = reportOf(error);
      // What hinders the events too is said there.
      if (said !== code && !/^(Credentials|NoCredentials|Unreachable)/.test(code))
        host.note(`The service's tasks cannot be followed: ${summary} Its log groups are.`, "warning");
      said = code;
    }
    await host.clock.sleep(host.hidden ? every.hidden : every.shown, context.signal);
  }
}

function tell(
  known: Map<string, string>,
  running: readonly Task[],
  stopped: readonly Task[],
  first: boolean,
  host: WatchHost,
): void {
  if (first) {
    const names = running.map((task) => shortTask(task.id));
    host.note(
      names.length
        ? `${names.length === 1 ? "One task runs" : `${names.length} tasks run`}: ${names.join(", ")}`
        : "No task runs now; those that start are followed.",
    );
  }
  for (const task of running) {
    if (!first && !known.has(task.id))
      host.note(`Task ${shortTask(task.id)} has come (${task.taskDefinition.split("/").at(-1) ?? ""}).`);
    known.set(task.id, task.lastStatus);
  }
  for (const task of stopped) {
    const before = known.get(task.id);
    if (before === "STOPPED" || (before === undefined && first)) {
      known.set(task.id, "STOPPED");
      continue;
    }
    known.set(task.id, "STOPPED");
    const codes = task.containers.flatMap((item) =>
      item.exitCode === undefined ? [] : [`${item.name} exit code ${item.exitCode}`],
    );
    host.note(
      `Task ${shortTask(task.id)} has ` +
        `stopped${task.stoppedReason ? `: ${task.stoppedReason}` : ""}${codes.length ? ` (${codes.join(", ")})` : ""}`,
      codes.some((text) => !text.endsWith(" 0")) ? "warning" : "info",
    );
  }
}
