/** Who carries out the deployments of a service that is there already, on what, and how. */
import { isOurs, type ObservedState, type RunInput } from "../observedState";
import { involvesShifting } from "../shifting";
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

/** What ECS manages for a service of Express Mode is neither changed nor removed by anybody else. */
export function express({ service }: ObservedState): Problem | undefined {
  if (!service?.express) return undefined;
  return {
    code: "ExpressService",
    severity: "stop",
    sentence:
      `The service ${service.name} is one of ECS Express Mode: ECS itself manages its load balancer, certificate and ` +
      "scaling.",
    remedy:
      "Update it there (aws ecs update-express-gateway-service), or name another service in slipway.json and Slipway " +
      "makes one beside it.",
    actions: ["openConfig"],
  };
}

/** A task definition for Fargate does not run on instances. */
export function capacity({ service }: ObservedState): Problem | undefined {
  if (service?.otherCapacity === undefined) return undefined;
  return {
    code: "NotFargate",
    severity: "stop",
    sentence: `The tasks of ${service.name} run on ${service.otherCapacity}, and Slipway deploys to Fargate.`,
    remedy: "Name another service in slipway.json: Slipway makes one on Fargate beside it.",
    actions: ["openConfig"],
  };
}

/** ECS shifts the traffic itself, and takes its time for it. */
export function strategy({ service }: ObservedState, { app, goBack }: RunInput): Problem | undefined {
  // What slipway.json states itself is no surprise.
  if (!service?.strategy || (app.releases && !goBack)) return undefined;
  const { name, bakeMinutes, hooks } = service.strategy;
  const waits = [
    ...(bakeMinutes ? [`watches the new version for ${bakeMinutes} minutes`] : []),
    ...(hooks ? [`runs ${hooks} lifecycle ${hooks === 1 ? "hook" : "hooks"}`] : []),
  ];
  return {
    code: "ShiftsTraffic",
    severity: "warn",
    sentence:
      `ECS deploys ${service.name} by its strategy ${name}${waits.length ? `: it ${waits.join(" and ")}` : ""}. The ` +
      "rollout ends when that has.",
    remedy: "Strategy, target groups and rules stay as they are.",
    actions: [],
  };
}

/** ECS moves the traffic of one rule: who comes by another port would go on to a version that is gone. */
export function onePort(observed: ObservedState, input: RunInput): Problem | undefined {
  const { app } = input;
  if (!app.loadBalancer || !involvesShifting(observed, input)) return undefined;
  const { listenerPort } = app.loadBalancer;
  const groups = observed.targetGroups.map(({ arn }) => arn);
  const other = observed.balancing.listeners.find(
    ({ port, tags, forwards }) =>
      port !== listenerPort && isOurs(tags, app) && forwards.some(({ arn }) => groups.includes(arn)),
  );
  if (!other) return undefined;
  return {
    code: "ShiftsOnePort",
    severity: "stop",
    sentence:
      `Port ${other.port} and port ${listenerPort} of the load balancer would both send requests to ${app.service}, and ` +
      "ECS moves the traffic of one of them alone.",
    remedy:
      'Deploy with releases.strategy "rolling" while the ports change (HTTPS with its redirect), and state the other ' +
      "strategy again afterwards.",
    actions: ["openConfig"],
  };
}
