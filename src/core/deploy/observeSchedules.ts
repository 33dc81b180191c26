/** What there is of an application's schedules, as far as slipway.json states any. */
import { isOurs, type Inspectors } from "./observedState";
import { schedulePolicyName } from "./schedules";

export const scheduleInspectors: Pick<Inspectors, "schedules"> = {
  schedules: async ({ app, cloud }, see) => {
    if (!app.schedules) return { group: undefined, found: [], role: undefined };
    const [group, role] = await Promise.all([
      cloud.schedules.findGroup(app.scheduleGroup),
      cloud.iam.findRole(app.scheduleRoleName),
    ]);
    // What is in a group of somebody else's is not looked at, so that nothing is done with it.
    const isOwn = group !== undefined && isOurs(group.tags, { ...app, owner: (await see("ownership")).planned });
    const [found, inline] = await Promise.all([
      isOwn && !group.isGoing ? cloud.schedules.list(group.name) : [],
      role ? cloud.iam.findInlinePolicy(role.name, schedulePolicyName) : undefined,
    ]);
    return { group, found, role: role && { role, inline } };
  },
};
