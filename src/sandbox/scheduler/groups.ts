/** EventBridge Scheduler: groups, which alone have tags. */
import type { ScheduleGroupSummary, SchedulerOperations } from "../model/scheduler.types";
import type { Table } from "../registry";
import { page, tagsFrom, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import type { GroupRecord } from "./state";

type Operations = Pick<
  SchedulerOperations,
  | "CreateScheduleGroup"
  | "GetScheduleGroup"
  | "ListScheduleGroups"
  | "DeleteScheduleGroup"
  | "TagResource"
  | "UntagResource"
  | "ListTagsForResource"
>;

/** How long the schedules of a group take to go with it; no figure of AWS's is known. */
const DELETING_MS = 5000;
/** https://docs.aws.amazon.com/general/latest/gr/eventbridgescheduler.html */
const MOST_GROUPS = 500;
const PAGE = 100;

export const DEFAULT_GROUP = "default";

export const missing = (what: string, name: string): ApiError =>
  new ApiError("ResourceNotFoundException", `${what} ${name} does not exist.`, 404);

export const validation = (text: string): ApiError => new ApiError("ValidationException", text);

export const badToken = (): ApiError => validation("Invalid next token.");

/** The group of that name; every region has one that is called `default`. */
export function groupOf(region: Region, name: string | undefined): GroupRecord {
  const wanted = name ?? DEFAULT_GROUP;
  const { groups } = region.scheduler;
  if (wanted === DEFAULT_GROUP && !groups.has(wanted))
    groups.set(wanted, made(region, wanted, new Date(), new Map<string, string>()));
  const found = groups.get(wanted);
  if (!found) throw missing("Schedule group", wanted);
  return found;
}

const made = (region: Region, name: string, at: Date, tags: Map<string, string>): GroupRecord => ({
  name,
  arn: region.arn("scheduler", `schedule-group/${name}`),
  tags,
  createdAt: at,
  changedAt: at,
  state: "ACTIVE",
});

const view = (group: GroupRecord): ScheduleGroupSummary => ({
  Arn: group.arn,
  Name: group.name,
  State: group.state,
  CreationDate: group.createdAt,
  LastModificationDate: group.changedAt,
});

function tagged(region: Region, arn: string): GroupRecord {
  const found = [...region.scheduler.groups.values()].find((group) => group.arn === arn);
  if (!found) throw missing("Resource", arn);
  return found;
}

/** Takes the schedules away, then the group: it stays visible as DELETING until then. */
async function removeGroup(world: SandboxState, region: Region, group: GroupRecord): Promise<void> {
  group.state = "DELETING";
  await world.work("schedule group", group.name, DELETING_MS, world.epoch);
  for (const [key, { schedule }] of region.scheduler.schedules)
    if (schedule.GroupName === group.name) region.scheduler.schedules.delete(key);
  region.scheduler.groups.delete(group.name);
}

export const groupOperations = (world: SandboxState): Table<Operations> => ({
  CreateScheduleGroup: {
    supports: "*",
    run: (input, { region }) => {
      const { groups } = region.scheduler;
      groupOf(region, undefined);
      if (groups.has(input.Name))
        throw new ApiError("ConflictException", `Schedule group ${input.Name} already exists.`, 409);
      if (groups.size >= MOST_GROUPS)
        throw new ApiError("ServiceQuotaExceededException", "The number of schedule groups exceeds its quota.", 402);
      const group = made(region, input.Name, new Date(), tagsFrom(input.Tags));
      groups.set(group.name, group);
      return { ScheduleGroupArn: group.arn };
    },
  },
  GetScheduleGroup: { supports: "*", run: (input, { region }) => view(groupOf(region, input.Name)) },
  ListScheduleGroups: {
    supports: "*",
    run: (input, { region }) => {
      groupOf(region, undefined);
      const all = [...region.scheduler.groups.values()].filter(({ name }) => name.startsWith(input.NamePrefix ?? ""));
      const p = page(all, input.NextToken, input.MaxResults ?? PAGE, badToken);
      return { ScheduleGroups: p.items.map(view), ...(p.next ? { NextToken: p.next } : {}) };
    },
  },
  DeleteScheduleGroup: {
    supports: "*",
    run: (input, { region }) => {
      if (input.Name === DEFAULT_GROUP) throw validation("The default schedule group cannot be deleted.");
      const group = groupOf(region, input.Name);
      if (group.state === "DELETING")
        throw new ApiError("ConflictException", `Schedule group ${input.Name} is being deleted.`, 409);
      world.background(`schedule group ${group.name}`, removeGroup(world, region, group));
      return {};
    },
  },
  TagResource: {
    supports: "*",
    run: (input, { region }) => {
      const { tags } = tagged(region, input.ResourceArn);
      for (const { Key, Value } of input.Tags) tags.set(Key, Value);
      return {};
    },
  },
  UntagResource: {
    supports: "*",
    run: (input, { region }) => {
      const { tags } = tagged(region, input.ResourceArn);
      for (const key of input.TagKeys) tags.delete(key);
      return {};
    },
  },
  ListTagsForResource: {
    supports: "*",
    run: (input, { region }) => ({ Tags: upperTags(tagged(region, input.ResourceArn).tags) }),
  },
});
