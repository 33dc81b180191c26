/** Roles that a service of AWS acts as, made for one application. */
import { errorCode, SlipwayError } from "../../base/errors";
import type { JsonObject } from "../../base/taskDefinition";
import type { Role } from "../../ports/cloud";
import { ownershipTags } from "../observedState";
import type { RunContext } from "../step";

/** A role to be made, and what to say where nobody may make it. */
export interface NewRole {
  readonly name: string;
  readonly trust: JsonObject;
  readonly description: string;
  readonly denied: { readonly summary: string; readonly remedy: string };
}

/** @throws SlipwayError RoleDenied */
export async function createServiceRole({ app, cloud }: RunContext, role: NewRole): Promise<Role> {
  const { name, trust, description, denied } = role;
  try {
    return await cloud.iam.createRole({
      name,
      trust,
      description,
      tags: ownershipTags(app),
      ...(app.permissionsBoundary === undefined ? {} : { permissionsBoundary: app.permissionsBoundary }),
    });
  } catch (error) {
    if (!/AccessDenied/.test(errorCode(error))) throw error;
    throw new SlipwayError(
      {
        code: "RoleDenied",
        ...denied,
        evidence: error instanceof SlipwayError ? error.evidence : [],
        actions: ["openConfig", "retry"],
      },
      { cause: error },
    );
  }
}
