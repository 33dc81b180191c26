/** What a role may do, as a verdict with its reason. */
import type { RoleFacts } from "../../ports/inspection";
import { roleMeets, type Need } from "./needs";

export interface Permission {
  may: "yes" | "no" | "unknown";
  why: string;
}

/** Whether the role may make this call. What could not be read leaves it unknown, never forbidden. */
export function permission(role: RoleFacts, need: Need): Permission {
  const { action } = need;
  const [resource] = need.resources;
  const where = resource === "*" ? "" : ` on ${resource}`;
  switch (roleMeets(role, need)) {
    case "allowed":
      return { may: "yes", why: `The role ${role.name} may ${action}.` };
    case "denied":
      return {
        may: "no",
        why:
          "The policies of the role " +
          `${role.name}${role.boundary ? `, within its boundary ${role.boundary.name},` : ""} do not allow ` +
          `${action}${where}.`,
      };
    case "unknown":
      return {
        may: "unknown",
        why: role.unread.length
          ? `Not every policy of the role ${role.name} could be read, so whether it may ${action} is not known.`
          : `Whether the role ${role.name} may ${action} depends on a condition.`,
      };
  }
}
