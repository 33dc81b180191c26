/** What ECS needs to move the traffic of a service, as far as slipway.json asks for it. */
import type { Inspectors } from "./observedState";

export const shiftingInspectors: Pick<Inspectors, "spareAttributes" | "shiftRole"> = {
  spareAttributes: async ({ app, cloud }, see) => {
    const group = app.releases && app.releases.strategy !== "rolling" ? await see("spareTargetGroup") : undefined;
    return group ? cloud.elb.targetGroupAttributes(group.arn) : {};
  },
  shiftRole: async ({ app, cloud, goBack }) => {
    const role = app.releases && !goBack ? await cloud.iam.findRole(app.shiftRoleName) : undefined;
    return role ? { role, attached: await cloud.iam.listAttachedPolicies(role.name) } : undefined;
  },
};
