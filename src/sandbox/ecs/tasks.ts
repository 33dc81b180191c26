/** ECS: tasks on their own, and looking at all of them. */
import { evaluate, findRole } from "../iam/evaluate";
import { hex, token } from "../ids";
import type { EcsOperations, Failure, RunTaskRequest, Task } from "../model/ecs.types";
import type { Table } from "../registry";
import type { TaskRecord } from "../states";
import { canonical, lowerTags, page, tagsFrom } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { checkTags } from "./clusters";
import { sizeRefusal } from "./definitionRules";
import {
  badToken,
  activeCluster,
  checkTask,
  client,
  clusterArn,
  findService,
  findTask,
  invalid,
  nameOf,
  serviceNotFound,
  usableDefinition,
} from "./lookup";
import { assumable, cannotAssume } from "./prepare";
import { launch, requestStop } from "./launch";
import type { TaskParts } from "./taskDriver";
import { checkNetwork, checkPlatform, withDefaults } from "./serviceInput";

type Operations = Pick<EcsOperations, "RunTask" | "StopTask" | "DescribeTasks" | "ListTasks" | "ExecuteCommand">;

/** Stopped tasks are visible for about an hour. */
const VISIBLE_MS = 3600_000;
const EXEC_ROLE_ACTIONS = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

const view = (record: TaskRecord, include: readonly string[]): Task =>
  structuredClone({ ...record.task, tags: include.includes("TAGS") ? lowerTags(record.tags) : [] });

function forget(world: SandboxState, region: Region): void {
  for (const [arn, t] of region.ecs.tasks) {
    if (t.stoppedAt !== undefined && Date.now() - t.stoppedAt > world.clock.timer(VISIBLE_MS))
      region.ecs.tasks.delete(arn);
  }
}

/** Runs a task; the callers' rights have been looked at. */
export function runTask(
  world: SandboxState,
  region: Region,
  parts: TaskParts,
  input: RunTaskRequest,
): { tasks: Task[]; failures: Failure[] } {
  const cluster = activeCluster(region, input.cluster);
  const count = input.count ?? 1;
  if (input.launchType && input.launchType !== "FARGATE")
    throw new ApiError(
      "NotImplementedException",
      `The sandbox does not implement launch type '${input.launchType}'.`,
      501,
    );
  checkTags(input.tags);
  const { clientToken, ...rest } = input;
  const text = canonical(rest);
  const before = clientToken === undefined ? undefined : region.ecs.tokens.get(clientToken);
  if (before) {
    if (before.text !== text)
      throw new ApiError(
        "ConflictException",
        "The RunTask request could not be processed due to conflicts. The provided clientToken is already in use " +
          "with a different RunTask request.",
        400,
        { resourceIds: before.taskArns },
      );
    return {
      tasks: before.taskArns.flatMap((arn) => {
        const t = region.ecs.tasks.get(arn);
        return t ? [view(t, ["TAGS"])] : [];
      }),
      failures: [],
    };
  }
  const { definition, tags: definitionTags } = usableDefinition(region, input.taskDefinition);
  checkNetwork(region, input.networkConfiguration);
  for (const o of input.overrides?.containerOverrides ?? []) {
    if (!definition.containerDefinitions?.some((c) => c.name === o.name))
      throw invalid(`Override for container named ${o.name ?? ""} is not a container in the TaskDefinition.`);
  }
  checkPlatform(input.platformVersion, definition);
  const { cpu, memory } = input.overrides ?? {};
  if (cpu !== undefined || memory !== undefined) {
    const size = { ...definition, cpu: cpu ?? definition.cpu, memory: memory ?? definition.memory };
    const refusal = sizeRefusal(size);
    if (refusal !== undefined) throw invalid(refusal);
  }
  for (const role of [definition.executionRoleArn, definition.taskRoleArn]) {
    if (role !== undefined && !assumable(world, region, role)) throw client(cannotAssume(role));
  }
  const vpc = withDefaults(region, input.networkConfiguration)?.awsvpcConfiguration;
  if (world.faultFires("capacity", definition.family ?? "")) {
    return {
      tasks: [],
      failures: [
        { reason: "Capacity is unavailable at this time. Please try again later or in a different availability zone" },
      ],
    };
  }
  const records: TaskRecord[] = [];
  const failures: Failure[] = [];
  for (let i = 0; i < count; i++) {
    try {
      records.push(
        launch(parts, {
          definition,
          clusterArn: cluster.cluster.clusterArn ?? "",
          serviceArn: undefined,
          deploymentId: undefined,
          startedBy: input.startedBy,
          group: input.group ?? `family:${definition.family ?? ""}`,
          subnetId: vpc?.subnets[i % Math.max(1, vpc.subnets.length)] ?? "",
          securityGroups: vpc?.securityGroups ?? [],
          assignPublicIp: vpc?.assignPublicIp === "ENABLED",
          tags: new Map([
            ...(input.propagateTags === "TASK_DEFINITION" ? definitionTags : []),
            ...tagsFrom(input.tags),
          ]),
          overrides: input.overrides,
          platformVersion: input.platformVersion === "LATEST" ? "1.4.0" : input.platformVersion,
          exec: input.enableExecuteCommand ?? false,
          capacityProvider: input.capacityProviderStrategy?.[0]?.capacityProvider,
        }),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "LimitExceededException" && records.length === 0) throw client(`${error.message}.`);
      failures.push({ reason: "RESOURCE:ENI", detail: error.message });
    }
  }
  const arns = records.map((r) => r.task.taskArn ?? "");
  if (clientToken !== undefined) region.ecs.tokens.set(clientToken, { text, taskArns: arns });
  return { tasks: records.map((r) => view(r, ["TAGS"])), failures };
}

export const taskOperations = (world: SandboxState, parts: (region: Region) => TaskParts): Table<Operations> => ({
  RunTask: {
    supports:
      "taskDefinition capacityProviderStrategy cluster count enableECSManagedTags enableExecuteCommand group " +
      "launchType networkConfiguration overrides platformVersion propagateTags referenceId startedBy tags " +
      "clientToken",
    run: (input, { region }) => runTask(world, region, parts(region), input),
  },
  StopTask: {
    supports: "*",
    run: (input, { region }) => {
      checkTask(input.task);
      activeCluster(region, input.cluster);
      const record = findTask(region, input.cluster, input.task);
      if (!record || record.stoppedAt !== undefined) throw invalid("The referenced task was not found.");
      requestStop(record, "UserInitiated", input.reason ?? "Task stopped by user");
      return { task: view(record, ["TAGS"]) };
    },
  },
  DescribeTasks: {
    supports: "*",
    run: (input, { region }) => {
      input.tasks.forEach(checkTask);
      activeCluster(region, input.cluster);
      forget(world, region);
      const found = input.tasks.map((id) => ({ id, record: findTask(region, input.cluster, id) }));
      return {
        tasks: found.flatMap(({ record }) => (record ? [view(record, input.include ?? [])] : [])),
        failures: found.flatMap(({ id, record }) =>
          record
            ? []
            : [
                {
                  arn: id.startsWith("arn:")
                    ? id
                    : region.arn("ecs", `task/${nameOf(clusterArn(region, input.cluster))}/${id}`),
                  reason: "MISSING",
                },
              ],
        ),
      };
    },
  },
  ListTasks: {
    supports: "cluster family nextToken maxResults startedBy serviceName desiredStatus launchType",
    run: (input, { region }) => {
      activeCluster(region, input.cluster);
      forget(world, region);
      const service =
        input.serviceName === undefined ? undefined : findService(region, input.cluster, input.serviceName);
      if (input.serviceName !== undefined && !service) throw serviceNotFound();
      const arns = [...region.ecs.tasks.values()]
        .filter(
          (t) =>
            t.clusterArn === clusterArn(region, input.cluster) &&
            t.task.desiredStatus === (input.desiredStatus ?? "RUNNING") &&
            (input.family === undefined || t.definition.family === input.family) &&
            (input.startedBy === undefined || t.task.startedBy === input.startedBy) &&
            (!service || t.serviceArn === service.service.serviceArn),
        )
        .map((t) => t.task.taskArn ?? "");
      const p = page(arns, input.nextToken, input.maxResults ?? 100, badToken);
      return { taskArns: p.items, nextToken: p.next };
    },
  },
  ExecuteCommand: {
    supports: "*",
    run: (input, { region }) => {
      checkTask(input.task);
      const cluster = activeCluster(region, input.cluster);
      const record = findTask(region, input.cluster, input.task);
      if (!record) throw invalid("The referenced task was not found.");
      const containers = record.task.containers ?? [];
      if (input.container === undefined && containers.length > 1)
        throw invalid("A container name must be given, since the task has more than one container.");
      const container =
        input.container === undefined ? containers[0] : containers.find((c) => c.name === input.container);
      if (!container) throw invalid(`The container ${input.container ?? ""} does not exist in the task.`);
      if (!record.execEnabled || record.task.lastStatus !== "RUNNING") {
        throw invalid(
          "The execute command failed because execute command was not enabled when the task was run or the " +
            "execute command agent isn’t running. Wait and try again or run a new task with execute command " +
            "enabled and try again.",
        );
      }
      if (!input.interactive) throw invalid("Interactive is the only mode supported currently.");
      const role =
        record.definition.taskRoleArn === undefined ? undefined : findRole(world, record.definition.taskRoleArn);
      if (!role || EXEC_ROLE_ACTIONS.some((action) => evaluate(world, role, action, "*") !== "allowed")) {
        throw new ApiError(
          "TargetNotConnectedException",
          "The execute command failed due to an internal error. Try again later.",
        );
      }
      const sessionId = `ecs-execute-command-${hex(17)}`;
      return {
        clusterArn: cluster.cluster.clusterArn,
        containerArn: container.containerArn,
        containerName: container.name,
        interactive: true,
        taskArn: record.task.taskArn,
        session: {
          sessionId,
          streamUrl: `wss://ssmmessages.${region.name}.amazonaws.com/v1/data-channel/${sessionId}?role=publish_subscribe`,
          tokenValue: token(300),
        },
      };
    },
  },
});
