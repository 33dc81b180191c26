/** What is decided of scaling: its range, its targets, its hours. */
import type { ScheduledAction, Service } from "../../../src/core/ports/cloud";
import type { Row } from "./stepCase";

/** Of "weekdays 8-19 UTC". */
const weekdays: readonly ScheduledAction[] = [
  { name: "quay-hours-on-0800", schedule: "cron(0 8 ? * MON-FRI *)", timezone: "UTC", minimum: 1, maximum: 4 },
  { name: "quay-hours-off-1900", schedule: "cron(0 19 ? * MON-FRI *)", timezone: "UTC", minimum: 0, maximum: 0 },
];

export const scalingCases: readonly Row[] = [
  ["none is stated", "leaveOut scalingNotStated"],
  [
    "it is stated",
    "create scalingStated taskRange scalingTarget",
    { config: { scaling: { minimum: 1, maximum: 4, cpuPercent: 60 } } },
  ],
  [
    "it is set",
    "reuse scalingSet",
    {
      config: { scaling: { minimum: 1, maximum: 4 } },
      there: (s) => (s.scaling.target = { minimum: 1, maximum: 4 }),
    },
  ],
  [
    "its range is another",
    "update scalingStated taskRange",
    {
      config: { scaling: { minimum: 1, maximum: 4 } },
      there: (s) => (s.scaling.target = { minimum: 1, maximum: 2 }),
    },
  ],
  // The clock stands at Thursday 1970-01-01 00:00 UTC: outside of these hours.
  [
    "hours are stated",
    "create scalingStated taskRange scheduleSet scheduleSet",
    { config: { scaling: { minimum: 1, maximum: 4, hours: "weekdays 8-19 UTC" } } },
  ],
  [
    "hours are set, and it sleeps",
    "reuse scalingSet",
    {
      config: { scaling: { minimum: 1, maximum: 4, hours: "weekdays 8-19 UTC" } },
      there: (s) => (s.scaling = { target: { minimum: 0, maximum: 0 }, policies: [], scheduled: weekdays }),
    },
  ],
  [
    "hours are set, and it was deployed before they begin",
    "reuse scalingSet",
    {
      config: { scaling: { minimum: 1, maximum: 4, hours: "weekdays 8-19 UTC" } },
      there: (s) => (s.scaling = { target: { minimum: 1, maximum: 4 }, policies: [], scheduled: weekdays }),
    },
  ],
  [
    "it sleeps within its hours",
    "update scalingStated taskRange scheduleSet scheduleSet scheduleRemoved scheduleRemoved",
    {
      config: { scaling: { minimum: 1, maximum: 4, hours: "daily 0-3 UTC" } },
      there: (s) => (s.scaling = { target: { minimum: 0, maximum: 0 }, policies: [], scheduled: weekdays }),
    },
  ],
  [
    "its hours are in another zone",
    "update scalingStated scheduleSet scheduleSet",
    {
      config: { scaling: { minimum: 1, maximum: 4, hours: "weekdays 8-19 Europe/Berlin" } },
      there: (s) => (s.scaling = { target: { minimum: 0, maximum: 0 }, policies: [], scheduled: weekdays }),
    },
  ],
  [
    "hours are stated no more; those of others stay",
    "update scalingStated scheduleRemoved scheduleRemoved",
    {
      config: { scaling: { minimum: 1, maximum: 4 } },
      there: (s) =>
        (s.scaling = {
          target: { minimum: 1, maximum: 4 },
          policies: [],
          scheduled: [...weekdays, { name: "foreign", schedule: "rate(1 day)", minimum: 3 }],
        }),
    },
  ],
  [
    "it was stopped with these limits",
    "reuse scalingSet",
    {
      config: { scaling: { minimum: 1, maximum: 4 } },
      there: (s) => {
        s.scaling.target = { minimum: 0, maximum: 4 };
        s.service = {
          ...(s.service as Service),
          desired: 0,
          tags: { "slipway:stopped": "desired=1 minimum=1 maximum=4 suspended=none" },
        };
      },
    },
  ],
];
