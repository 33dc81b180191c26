/** Schedules that cannot be set, or have no time left. */
import { isOver } from "../../app/schedules";
import { isOurs, type ObservedState, type RunInput } from "../observedState";
import type { Problem } from "./problem";

export function scheduleProblems({ app, clock }: RunInput, { schedules }: ObservedState): Problem[] {
  const { group, found } = schedules;
  const taken: Problem[] =
    app.schedules?.length && group && !group.isGoing && !isOurs(group.tags, app)
      ? [
          {
            code: "ScheduleGroupTaken",
            severity: "stop",
            sentence: `A schedule group ${group.name} is there already, and this application did not make it.`,
            remedy:
              "Delete it in EventBridge Scheduler if nobody needs it, or give the application another name; or take " +
              "schedules out of slipway.json.",
            actions: ["openConfig"],
          },
        ]
      : [];
  const there = new Set(found.map(({ name }) => name));
  const late = (app.schedules ?? []).filter((one) => isOver(one, clock.now()) && !there.has(one.name));
  return [
    ...taken,
    ...late.map(
      ({ name, expression, timezone }): Problem => ({
        code: "ScheduleOver",
        severity: "warn",
        sentence: `The time of the schedule ${name}, ${expression} ${timezone}, has passed: it is not made.`,
        remedy: "Give it another time in slipway.json, or take it out.",
        actions: ["openConfig"],
      }),
    ),
  ];
}
