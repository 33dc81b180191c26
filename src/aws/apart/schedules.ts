/** EventBridge Scheduler, of ECS tasks. */
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListTagsForResourceCommand,
  paginateListSchedules,
  SchedulerClient,
  UpdateScheduleCommand,
  type EcsParameters,
  type GetScheduleCommandOutput,
  type Target,
} from "@aws-sdk/client-scheduler";
import type { SchedulePort, Schedule, ScheduleSettings } from "../../core/ports/schedules";
import { fromUpper, lowerTags, undefinedOn, upperTags, type Caller } from "../session";

const gone = /^ResourceNotFoundException$/;

/** So long and so often a call of ECS that fails is tried again; Scheduler's own default is a day. */
const retries = { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 } as const;

const read = (found: GetScheduleCommandOutput): Schedule => {
  const ecs = found.Target?.EcsParameters;
  const network = ecs?.NetworkConfiguration?.awsvpcConfiguration;
  return {
    name: found.Name ?? "",
    expression: found.ScheduleExpression ?? "",
    timezone: found.ScheduleExpressionTimezone ?? "UTC",
    isEnabled: found.State !== "DISABLED",
    begin: (found.StartDate ?? found.LastModificationDate)?.getTime() ?? 0,
    cluster: found.Target?.Arn ?? "",
    role: found.Target?.RoleArn ?? "",
    definition: ecs?.TaskDefinitionArn ?? "",
    input: found.Target?.Input ?? "",
    network: network && {
      subnets: network.Subnets ?? [],
      securityGroups: network.SecurityGroups ?? [],
      assignPublicIp: network.AssignPublicIp === "ENABLED",
    },
  };
};

/** The platform's version is a number there, and the latest is no version. */
const ecsOf = ({ definition, network, platformVersion, tags }: ScheduleSettings): EcsParameters => ({
  TaskDefinitionArn: definition,
  ...(platformVersion === "LATEST" ? {} : { PlatformVersion: platformVersion }),
  NetworkConfiguration: {
    awsvpcConfiguration: {
      Subnets: network.subnets,
      SecurityGroups: network.securityGroups,
      AssignPublicIp: network.assignPublicIp ? "ENABLED" : "DISABLED",
    },
  },
  Tags: lowerTags(tags),
});

/** The start, where it is still to come. */
const laterThan = (now: number, start: Date | undefined): Date | undefined =>
  start && start.getTime() > now ? start : undefined;

export function schedulePort(caller: Caller): SchedulePort {
  const { session } = caller;
  let made: SchedulerClient | undefined;
  const scheduler = (): SchedulerClient =>
    (made ??= session.keep(new SchedulerClient(session.optionsOf("SCHEDULER", session.settings.region))));
  const get = (group: string, name: string) =>
    caller.send(scheduler(), new GetScheduleCommand({ GroupName: group, Name: name }));
  /**
   * UpdateSchedule forgets what is not said: all that is there is said again, but for what is to change, and for a start
   * that has passed, which it would refuse.
   */
  const change = async (
    group: string,
    name: string,
    startsAt: number | undefined,
    to: (now: GetScheduleCommandOutput) => Partial<GetScheduleCommandOutput> & { readonly Target: Target },
  ): Promise<void> => {
    const now = await get(group, name);
    const { $metadata: _metadata, Arn: _arn, CreationDate: _made, LastModificationDate: _changed, ...all } = now;
    const { StartDate: before, ...rest } = all;
    const start = startsAt === undefined ? laterThan(session.clock.now(), before) : new Date(startsAt);
    const { ScheduleExpression, FlexibleTimeWindow = { Mode: "OFF" as const } } = rest;
    await caller.send(
      scheduler(),
      new UpdateScheduleCommand({
        ...rest,
        ScheduleExpression,
        FlexibleTimeWindow,
        ...(start ? { StartDate: start } : {}),
        ...to(now),
        GroupName: group,
        Name: name,
      }),
    );
  };
  return {
    async findGroup(name) {
      const found = await undefinedOn(gone, caller.send(scheduler(), new GetScheduleGroupCommand({ Name: name })));
      if (!found?.Arn) return undefined;
      const tags = await undefinedOn(
        gone,
        caller.send(scheduler(), new ListTagsForResourceCommand({ ResourceArn: found.Arn })),
      );
      return tags && { name, arn: found.Arn, tags: fromUpper(tags.Tags), isGoing: found.State === "DELETING" };
    },
    async createGroup(name, tags) {
      await caller.send(scheduler(), new CreateScheduleGroupCommand({ Name: name, Tags: upperTags(tags) }));
    },
    async deleteGroup(name) {
      await caller.send(scheduler(), new DeleteScheduleGroupCommand({ Name: name }));
    },
    async list(group) {
      const listed = await caller.all(
        paginateListSchedules,
        scheduler(),
        { GroupName: group },
        ({ Schedules }) => Schedules,
      );
      const found = await Promise.all(listed.map(({ Name = "" }) => undefinedOn(gone, get(group, Name))));
      return found.flatMap((each) => (each ? [read(each)] : []));
    },
    async create(group, settings) {
      await caller.send(
        scheduler(),
        new CreateScheduleCommand({
          GroupName: group,
          Name: settings.name,
          Description: settings.description,
          ScheduleExpression: settings.expression,
          ScheduleExpressionTimezone: settings.timezone,
          FlexibleTimeWindow: { Mode: "OFF" },
          ...(settings.startsAt === undefined ? {} : { StartDate: new Date(settings.startsAt) }),
          State: settings.isEnabled === false ? "DISABLED" : "ENABLED",
          Target: {
            Arn: settings.cluster,
            RoleArn: settings.role,
            Input: settings.input,
            RetryPolicy: retries,
            EcsParameters: { ...ecsOf(settings), TaskCount: 1, LaunchType: "FARGATE" },
          },
        }),
      );
    },
    update: (group, settings) =>
      change(group, settings.name, settings.startsAt, (now) => ({
        ScheduleExpression: settings.expression,
        ScheduleExpressionTimezone: settings.timezone,
        ...(settings.isEnabled === undefined ? {} : { State: settings.isEnabled ? "ENABLED" : "DISABLED" }),
        Target: {
          ...now.Target,
          Arn: settings.cluster,
          RoleArn: settings.role,
          Input: settings.input,
          EcsParameters: { ...now.Target?.EcsParameters, ...ecsOf(settings) },
        },
      })),
    move: (group, name, definition, startsAt) =>
      change(group, name, startsAt, ({ Target: target }) => ({
        Target: {
          ...target,
          Arn: target?.Arn,
          RoleArn: target?.RoleArn,
          EcsParameters: { ...target?.EcsParameters, TaskDefinitionArn: definition },
        },
      })),
    async delete(group, name) {
      await undefinedOn(gone, caller.send(scheduler(), new DeleteScheduleCommand({ GroupName: group, Name: name })));
    },
  };
}
