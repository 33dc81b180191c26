/** A task that runs one command to its end: started, followed with its lines, and what it came to. */
import { SlipwayError } from "../base/errors";
import type { Cloud, LogEvent, Task } from "../ports/cloud";
import type { TaskDefinition } from "../base/taskDefinition";
import type { Application } from "../app/app";
import { logsOf } from "../taskDefinition/model/generate";
import { Looks } from "./step";

/** What there is to tell while it runs. */
export type TaskNews =
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "line"; readonly at: number; readonly message: string };

/** Where a container writes: group and stream. */
export interface TaskLog {
  readonly group: string;
  readonly name: string;
}

/** So many looks at its log in a row that bring nothing, once it has ended, are its end. */
const quietLooks = 3;

/** Where this container of a task writes; undefined for one without the awslogs driver, or without a stream prefix's name. */
export function taskLog(definition: TaskDefinition, container: string, taskId: string): TaskLog | undefined {
  const log = logsOf(definition, container);
  return log && { group: log.group, name: `${log.prefix ? `${log.prefix}/` : ""}${container}/${taskId}` };
}

/**
 * The application's own container where the definition has it, else its first; the asked one where one is asked for.
 * @throws SlipwayError ContainerMissing
 */
export function containerFor(
  definition: TaskDefinition,
  app: Pick<Application, "container">,
  asked: string | undefined,
  revision: string,
): string {
  const names = (definition.containerDefinitions ?? []).flatMap(({ name }) => name ?? []);
  const container = asked ?? (names.includes(app.container) ? app.container : (names[0] ?? ""));
  if (names.includes(container)) return container;
  throw new SlipwayError({
    code: "ContainerMissing",
    summary: `${revision} has no container "${container}".`,
    evidence: [`It has: ${names.join(", ")}.`],
    remedy: "Name one of them.",
    actions: [],
  });
}

/** Until it has stopped and its log says no more. */
export async function followTask(
  input: { readonly app: Pick<Application, "cluster">; readonly cloud: Cloud } & ConstructorParameters<typeof Looks>[0],
  { arn }: Pick<Task, "arn">,
  stream: TaskLog | undefined,
  tell: (news: TaskNews) => void,
): Promise<Task> {
  const { app, cloud } = input;
  const looks = new Looks(input);
  let token: string | undefined;
  let state = "";
  let quiet = 0;
  for (;;) {
    const found = await looks.take(() => cloud.ecs.findTask(app.cluster, arn));
    if (found && found.lastStatus !== state) tell({ kind: "state", state: (state = found.lastStatus) });
    const page = stream && (await looks.take(() => cloud.logs.nextEvents(stream.group, stream.name, token)));
    const events: readonly LogEvent[] = page?.events ?? [];
    for (const { at, message } of events) tell({ kind: "line", at, message });
    token = page?.token ?? token;
    if (found?.lastStatus === "STOPPED") {
      quiet = events.length ? 0 : quiet + 1;
      // What was printed last arrives after the task has ended; what never ran has printed nothing.
      if (!stream || quiet >= quietLooks) return found;
    }
    if (events.length === 0) await looks.pause();
  }
}

/**
 * What the command ended with.
 * @throws SlipwayError TaskNotStarted where it never ran
 */
export function exitCodeOf({ id, containers, stoppedReason }: Task, name: string): number {
  const container = containers.find((each) => each.name === name);
  if (container?.exitCode !== undefined) return container.exitCode;
  throw new SlipwayError({
    code: "TaskNotStarted",
    summary: `The task ${id} ended before its command ran: ${stoppedReason ?? "ECS does not say why"}.`,
    evidence: [container?.reason ?? ""].filter(Boolean),
    remedy: "slipway diagnose --task ID says more.",
    actions: [],
  });
}
