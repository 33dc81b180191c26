import {
  DescribeTasksCommand,
  paginateListTasks,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import type { EcsPort } from "../core/ports/cloud";
import { SlipwayError } from "../core/base/errors";
import { networkInput, taskFrom } from "./ecsShapes";
import { lowerTags, undefinedOn, type Caller } from "./session";

/** Tasks of ECS, and tags of what is ECS's. */
export function ecsTasks(
  caller: Caller,
  notThere: RegExp,
): Pick<EcsPort, "listTasks" | "protectTasks" | "stopTask" | "runTask" | "findTask" | "tag" | "untag"> {
  const { ecs } = caller.session;
  return {
    async listTasks(cluster, { service, family, stopped, withTags }) {
      const listed = caller.all(
        paginateListTasks,
        ecs,
        {
          cluster,
          desiredStatus: stopped ? "STOPPED" : "RUNNING",
          ...(service === undefined ? {} : { serviceName: service }),
          ...(family === undefined ? {} : { family }),
        },
        ({ taskArns }) => taskArns,
        { bucket: "ecsTask" },
      );
      const arns = (await undefinedOn(notThere, listed)) ?? [];
      const pages = Array.from({ length: Math.ceil(arns.length / 100) }, (_, index) =>
        arns.slice(index * 100, index * 100 + 100),
      );
      const answers = await Promise.all(
        pages.map((tasks) =>
          caller.send(
            ecs,
            new DescribeTasksCommand({ cluster, tasks, ...(withTags ? { include: ["TAGS"] } : {}) }),
            "ecsTask",
          ),
        ),
      );
      return answers.flatMap((answer) => (answer.tasks ?? []).map(taskFrom));
    },
    async protectTasks(cluster, arns, minutes) {
      const refused: { arn: string; reason: string }[] = [];
      // Ten a call, as the API allows.
      for (let from = 0; from < arns.length; from += 10) {
        const input = {
          cluster,
          tasks: arns.slice(from, from + 10),
          protectionEnabled: minutes !== undefined,
          ...(minutes === undefined ? {} : { expiresInMinutes: minutes }),
        };
        const { failures } = await caller.send(ecs, new UpdateTaskProtectionCommand(input), "ecsTask");
        refused.push(...(failures ?? []).map((item) => ({ arn: item.arn ?? "", reason: item.reason ?? "" })));
      }
      return refused;
    },
    async stopTask(cluster, arn, reason) {
      await caller.send(ecs, new StopTaskCommand({ cluster, task: arn, reason }), "ecsTask");
    },
    async runTask(cluster, { definition, network, platformVersion, container, command, startedBy, tags, clientToken }) {
      const { tasks, failures } = await caller.send(
        ecs,
        new RunTaskCommand({
          cluster,
          taskDefinition: definition,
          launchType: "FARGATE",
          networkConfiguration: networkInput(network),
          ...(platformVersion === undefined ? {} : { platformVersion }),
          enableECSManagedTags: true,
          overrides: { containerOverrides: [{ name: container, command: [...command] }] },
          startedBy,
          tags: lowerTags(tags),
          clientToken,
        }),
        "ecsTask",
      );
      const [task] = tasks ?? [];
      if (task) return taskFrom(task);
      const { reason = "it gave no reason", detail = "" } = failures?.[0] ?? {};
      throw new SlipwayError({
        code: "TaskNotStarted",
        summary: `ECS did not start the task: ${reason}.`,
        evidence: [detail].filter(Boolean),
        remedy: "Try again in a moment.",
        actions: ["retry"],
      });
    },
    async findTask(cluster, arn) {
      const { tasks } = await caller.send(ecs, new DescribeTasksCommand({ cluster, tasks: [arn] }), "ecsTask");
      return tasks?.[0] && taskFrom(tasks[0]);
    },
    async tag(arn, tags) {
      await caller.send(ecs, new TagResourceCommand({ resourceArn: arn, tags: lowerTags(tags) }));
    },
    async untag(arn, keys) {
      await caller.send(ecs, new UntagResourceCommand({ resourceArn: arn, tagKeys: [...keys] }));
    },
  };
}
