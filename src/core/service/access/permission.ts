/** What a role may do, as a verdict with its reason. */
import type { RoleFacts } from "../../ports/inspection";
import { roleMay } from "./policy";

export interface Permission {
  may: "yes" | "no" | "unknown";
  why: string;
}

/** Whether the role may do this to that resource. What could not be read leaves it unknown, never forbidden. */
export function permission(role: RoleFacts, action: string, resource: string): Permission {
  const where = resource === "*" ? "" : ` on ${resource}`;
  switch (roleMay(role, action, resource)) {
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
