/** What is decided of commands that run at their times. */
import type { ApplicationConfig } from "../../../src/core/app/schema";
import type { ObservedState } from "../../../src/core/deploy/observedState";
import { schedulePolicy, scheduleSettings, scheduleTrust } from "../../../src/core/deploy/schedules";
import { ownershipTags } from "../../../src/core/deploy/observedState";
import { asItIs, foreign, type Row } from "./stepCase";
import { inputOf } from "./observed";

const nightly = { expression: "cron(0 3 * * ? *)", timezone: "Europe/Berlin", command: ["npm", "run", "report"] };
const stated: ApplicationConfig = { schedules: { nightly } };

/** The schedules as a deployment with this setting made them; `more` is what somebody changed. */
const there =
  (config: ApplicationConfig, more: object = {}) =>
  (s: ObservedState): void => {
    const { app } = inputOf(config);
    const tags = ownershipTags(app);
    const roleArn = `arn:aws:iam::123456789012:role/${app.scheduleRoleName}`;
    const live = s.live as NonNullable<typeof s.live>;
    const network = {
      subnets: s.network.taskSubnets.map(({ id }) => id),
      securityGroups: ["sg-tasks"],
      assignPublicIp: s.network.assignPublicIp,
    };
    s.schedules = {
      group: {
        name: app.scheduleGroup,
        arn: "arn:aws:scheduler:us-east-1:123456789012:schedule-group/quay",
        tags,
        isGoing: false,
      },
      role: {
        role: {
          name: app.scheduleRoleName,
          arn: roleArn,
          createdAt: 0,
          trust: scheduleTrust(app, s.identity),
          tags,
        },
        inline: schedulePolicy(app, s.identity, "quay", [live.definition]),
      },
      found: (app.schedules ?? []).map((one) => {
        const place = { identity: s.identity, role: roleArn, definition: live.arn, network, startsAt: undefined };
        const { isEnabled, ...settings } = scheduleSettings(app, one, place);
        return { ...settings, isEnabled: isEnabled ?? true, begin: 0, ...more };
      }),
    };
  };

export const scheduleRoleCases: readonly Row[] = [
  ["no schedule is stated", "leaveOut schedulesNotStated"],
  ["none is wanted", "leaveOut schedulesNotStated", { config: { schedules: {} } }],
  ["one is wanted", "create schedulesNeedRole writePolicy", { config: stated }],
  ["the role is there", "reuse exists", { config: stated, before: stated, there: there(stated) }],
  [
    "its policy was changed",
    "update policiesDiffer writePolicy",
    {
      config: stated,
      before: stated,
      there: (s) => {
        there(stated)(s);
        Object.assign(s.schedules.role ?? {}, { inline: { Version: "2012-10-17", Statement: [] } });
      },
    },
  ],
  [
    "somebody else made it",
    "adopt exists",
    {
      config: stated,
      before: stated,
      there: (s) => {
        there(stated)(s);
        Object.assign(s.schedules.role?.role ?? {}, foreign);
      },
    },
  ],
];

export const scheduleCases: readonly Row[] = [
  ["none is stated", "leaveOut schedulesNotStated"],
  ["none is stated, and some are there", "leaveOut schedulesNotStated", { there: there(stated) }],
  ["it is the first time", "create schedulesStated scheduledCommand", { config: stated }],
  ["one is new", "create schedulesStated scheduledCommand", { config: stated, before: {}, there: asItIs }],
  ["they are set", "reuse schedulesSet", { config: stated, before: stated, there: there(stated) }],
  [
    "the revision is new",
    "update schedulesStated schedulesMove",
    {
      config: stated,
      before: stated,
      there: (s) => {
        there(stated)(s);
        Object.assign(s, { image: undefined });
      },
    },
  ],
  [
    "one was left at an older revision",
    "update schedulesStated schedulesMove",
    {
      config: stated,
      before: stated,
      there: there(stated, { definition: "arn:aws:ecs:us-east-1:123456789012:task-definition/quay:1" }),
    },
  ],
  [
    "the time is another",
    "update schedulesStated scheduledCommand",
    {
      config: { schedules: { nightly: { ...nightly, expression: "cron(0 4 * * ? *)" } } },
      before: stated,
      there: there(stated),
    },
  ],
  [
    "somebody changed its command",
    "update schedulesStated scheduledCommand",
    { config: stated, before: stated, there: there(stated, { input: "{}" }) },
  ],
  [
    "somebody switched it off, and slipway.json does not say whether it runs",
    "reuse schedulesSet",
    { config: stated, before: stated, there: there(stated, { isEnabled: false }) },
  ],
  [
    "it is to be switched off",
    "update schedulesStated scheduledCommand",
    { config: { schedules: { nightly: { ...nightly, enabled: false } } }, before: stated, there: there(stated) },
  ],
  [
    "one is no longer wanted",
    "update schedulesStated removeSchedule",
    {
      config: stated,
      before: { schedules: { nightly, hourly: { expression: "rate(1 hour)", command: ["true"] } } },
      there: there({ schedules: { nightly, hourly: { expression: "rate(1 hour)", command: ["true"] } } }),
    },
  ],
  [
    "an environment leaves one out",
    "update schedulesUnwanted removeSchedule",
    { config: { schedules: { nightly: false } }, before: stated, there: there(stated) },
  ],
  [
    "one comes once, and came",
    "reuse schedulesSet",
    {
      config: { schedules: { once: { expression: "at(1969-01-01T00:00:00)", command: ["true"] } } },
      before: {},
      there: there(
        { schedules: { once: { expression: "at(1969-01-01T00:00:00)", command: ["true"] } } },
        { definition: "arn:aws:ecs:us-east-1:123456789012:task-definition/quay:1" },
      ),
    },
  ],
];
