/** What a tail follows, as a command names it. Any caller that has these members can ask for a tail. */

export interface ServiceTarget {
  kind: "service";
  cluster: string;
  service: string;
  /** One container of the service's tasks; all of them without it. */
  container?: string;
  /** Read instead where the service is not there: what it left behind. */
  group?: string;
}

export interface TaskTarget {
  kind: "task";
  cluster: string;
  /** Id or ARN. */
  task: string;
  container?: string;
  /** Where its streams can be looked for when ECS has forgotten the task. */
  service?: string;
  group?: string;
}

export interface GroupTarget {
  kind: "group";
  group: string;
}

export interface StreamTarget {
  kind: "stream";
  group: string;
  stream: string;
}

export type TailTarget = ServiceTarget | TaskTarget | GroupTarget | StreamTarget;

export const taskId = (task: string): string => task.split("/").at(-1) ?? task;
/** Whether it is an id as ECS gives them, and not its beginning or something else. */
export const isWholeId = (task: string): boolean =>
  /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(task);
/** A task's id as people read it. */
export const shortTask = (task: string): string => taskId(task).slice(0, 8);

/** How a tail is called: its channel, its row, its file. */
export function targetName(target: TailTarget): string {
  switch (target.kind) {
    case "service":
      return [target.service, target.container].filter(Boolean).join("/");
    case "task":
      return [target.service, shortTask(target.task), target.container].filter(Boolean).join("/");
    case "group":
      return target.group;
    case "stream": {
      const { task, container } = partsOf(target.stream);
      return task === undefined ? target.stream : [container, shortTask(task)].join("/");
    }
  }
}

/** Container and task out of a stream's name: awslogs calls it `prefix/container/task`. */
export function partsOf(stream: string): { container?: string; task?: string } {
  const match = /(?:^|\/)([^/]+)\/([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(stream);
  return match ? { container: match[1] as string, task: match[2] as string } : {};
}
