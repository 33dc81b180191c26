/** Who carries out the deployments of a service that is there already. */
import type { ObservedState } from "../observedState";
import type { Problem } from "./problem";

/** UpdateService brings no revision to a service that another controller deploys. */
export function controller({ service }: ObservedState): Problem | undefined {
  if (service?.controller === undefined || service.controller === "ECS") return undefined;
  const whose = service.controller === "CODE_DEPLOY" ? "CodeDeploy" : "a controller outside ECS";
  return {
    code: "OtherController",
    severity: "stop",
    sentence: `The service ${service.name} is deployed by ${whose} (${service.controller}), and ECS lets nobody else do it.`,
    remedy: "Deploy it there, or name another service in slipway.json: a service's controller cannot be changed.",
    actions: ["openConfig"],
  };
}
