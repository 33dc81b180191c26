/** What there is of an application's schedules, as far as slipway.json states any. */
import type { Inspectors } from "./observedState";
import { schedulePolicyName } from "./schedules";

export const scheduleInspectors: Pick<Inspectors, "schedules"> = {
  schedules: async ({ app, cloud }) => {
    if (!app.schedules) return { group: undefined, found: [], role: undefined };
    const [group, role] = await Promise.all([
      cloud.schedules.findGroup(app.scheduleGroup),
      cloud.iam.findRole(app.scheduleRoleName),
    ]);
    const [found, inline] = await Promise.all([
      group && !group.isGoing ? cloud.schedules.list(group.name) : [],
      role ? cloud.iam.findInlinePolicy(role.name, schedulePolicyName) : undefined,
    ]);
    return { group, found, role: role && { role, inline } };
  },
};
