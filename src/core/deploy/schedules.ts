/** Commands that run at their times: what EventBridge Scheduler is told, and what of what is there differs. Pure. */
import type { Application } from "../app/app";
import type { ScheduledCommand } from "../app/schedules";
import type { JsonObject, TaskDefinition } from "../base/taskDefinition";
import type { Identity, ServiceNetwork, Tags } from "../ports/cloud";
import type { Schedule, ScheduleSettings } from "../ports/schedules";
import { canonical } from "../taskDefinition/model/normalise";
import { ownershipTags } from "./observedState";

export const schedulePolicyName = "slipway-schedules";

/** Tag of a task that a schedule started: ECS cuts a long name off in what it says of who started it. */
export const scheduleTag = "slipway:schedule";

/** What tasks of a schedule get. */
const scheduleTags = (app: Application, name: string): Tags => ({ ...ownershipTags(app), [scheduleTag]: name });

const arnOf = ({ partition, region, account }: Identity, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/**
 * Who may become the role: Scheduler, for this group of this account.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export const scheduleTrust = (app: Application, identity: Identity): JsonObject => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: {
          "aws:SourceAccount": identity.account,
          "aws:SourceArn": arnOf(identity, "scheduler", `schedule-group/${app.scheduleGroup}`),
        },
      },
    },
  ],
});

/** What the role may do: run tasks of this family in this cluster, tag them, and hand them their roles. */
export function schedulePolicy(
  app: Application,
  identity: Identity,
  family: string,
  definitions: readonly TaskDefinition[],
): JsonObject {
  const roles = definitions.flatMap(({ executionRoleArn, taskRoleArn }) => [executionRoleArn, taskRoleArn]);
  const passed = [...new Set(roles.filter((arn) => typeof arn === "string" && arn !== ""))].sort() as string[];
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["ecs:RunTask"],
        Resource: [arnOf(identity, "ecs", `task-definition/${family}:*`)],
        Condition: { ArnEquals: { "ecs:cluster": arnOf(identity, "ecs", `cluster/${app.cluster}`) } },
      },
      {
        Effect: "Allow",
        Action: ["ecs:TagResource"],
        Resource: [arnOf(identity, "ecs", `task/${app.cluster}/*`)],
        Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
      },
      {
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: passed,
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
    ],
  };
}

/** The overrides that a task of it gets, as RunTask takes them. */
const scheduleInput = (app: Application, { container = app.container, command }: ScheduledCommand): string =>
  JSON.stringify({ containerOverrides: [{ name: container, command }] });

/** Where a schedule of this application runs, and as whom. */
export interface SchedulePlace {
  readonly identity: Identity;
  readonly role: string;
  readonly definition: string;
  readonly network: ServiceNetwork;
  readonly startsAt: number | undefined;
}

export function scheduleSettings(app: Application, one: ScheduledCommand, place: SchedulePlace): ScheduleSettings {
  const { name, expression, timezone, enabled } = one;
  return {
    name,
    expression,
    timezone,
    isEnabled: enabled,
    startsAt: place.startsAt,
    description: `Runs a command of ${app.service}. Made by Slipway.`,
    cluster: arnOf(place.identity, "ecs", `cluster/${app.cluster}`),
    role: place.role,
    definition: place.definition,
    input: scheduleInput(app, one),
    network: place.network,
    platformVersion: app.platformVersion,
    tags: scheduleTags(app, name),
  };
}

const sorted = (texts: readonly string[] = []): string => [...texts].sort().join();

function sameInput(one: string, other: string): boolean {
  try {
    return canonical(JSON.parse(one)) === canonical(JSON.parse(other));
  } catch {
    return one === other;
  }
}

/**
 * Whether one that is there says something else than it should, its revision apart. What is not known yet, since this
 * deployment makes it, is no difference of its own.
 */
export function scheduleDiffers(
  app: Application,
  one: ScheduledCommand,
  there: Schedule,
  known: { readonly role: string | undefined; readonly network: Partial<ServiceNetwork> | undefined },
): boolean {
  const { role, network } = known;
  return !(
    there.expression === one.expression &&
    there.timezone === one.timezone &&
    (one.enabled === undefined || there.isEnabled === one.enabled) &&
    there.cluster.endsWith(`:cluster/${app.cluster}`) &&
    (role === undefined || there.role === role) &&
    sameInput(there.input, scheduleInput(app, one)) &&
    (network?.subnets === undefined || sorted(there.network?.subnets) === sorted(network.subnets)) &&
    (network?.securityGroups === undefined ||
      sorted(there.network?.securityGroups) === sorted(network.securityGroups)) &&
    (network?.assignPublicIp === undefined || there.network?.assignPublicIp === network.assignPublicIp)
  );
}
