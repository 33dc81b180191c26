import type { ContainerDefinition, JsonObject } from "../../base/taskDefinition";
import { standstillOf } from "../../app/standstill";
import type { Service } from "../../ports/cloud";
import {
  valueOf,
  type Read,
  type SeenImage,
  type SeenLoadBalancer,
  type SeenTargetGroup,
  type ServiceSnapshot,
} from "../snapshot/serviceSnapshot";

export type CheckId =
  | "image"
  | "cluster"
  | "taskDefinition"
  | "service"
  | "targets"
  | "url"
  | "logs"
  | "securityGroups"
  | "zones"
  | "route"
  | "executionRole"
  | "secrets"
  | "platform"
  | "healthPath"
  | "port"
  | "certificate";

/** What one item came to by itself. `because` names items that it follows from, should these have failed. */
export interface Verdict {
  state: "passed" | "failed" | "leftOut";
  evidence: string;
  because?: readonly CheckId[];
  milliseconds?: number;
}

export interface Check {
  id: CheckId;
  title: string;
  judge(snapshot: ServiceSnapshot): Verdict;
}

export const passed = (evidence: string): Verdict => ({ state: "passed", evidence });
export const failed = (evidence: string, ...because: CheckId[]): Verdict => ({ state: "failed", evidence, because });
export const leftOut = (evidence: string): Verdict => ({ state: "leftOut", evidence });

/** Of what could not be read: nobody may take it for good. */
export const unread = (read: Read<unknown>): Verdict =>
  failed(`it could not be looked at: ${read.known ? "" : read.why}`);

/** The service, when it is there and not on its way out. */
export function activeService(snapshot: ServiceSnapshot): Service | undefined {
  const service = valueOf(snapshot.service);
  return service?.status === "ACTIVE" ? service : undefined;
}

/** Nobody wants a task of the service: slipway.json says so, or its hours, or it was stopped on purpose. */
export function isAsleep(snapshot: ServiceSnapshot): boolean {
  const service = activeService(snapshot);
  if (service?.desired !== 0 || service.running !== 0) return false;
  const { desiredCount = 0, hours } = snapshot.expected ?? {};
  return desiredCount === 0 || hours?.sleeps === true || standstillOf(service) !== undefined;
}

/** Why no task is to run. */
export function asleepText(snapshot: ServiceSnapshot): string {
  if (standstillOf(activeService(snapshot))) return "stopped on purpose";
  const hours = snapshot.expected?.hours;
  return hours?.sleeps ? `outside of its hours: ${hours.text}` : "scaled to zero";
}

/** The application's own container: the one that is expected, that takes the traffic, or the first. */
export function mainContainer(snapshot: ServiceSnapshot): ContainerDefinition | undefined {
  const containers = valueOf(snapshot.revision)?.definition.containerDefinitions ?? [];
  const balanced = activeService(snapshot)?.loadBalancers[0]?.containerName;
  return (
    containers.find((item) => item.name === snapshot.expected?.container) ??
    containers.find((item) => item.name === balanced) ??
    containers[0]
  );
}

export function mainImage(snapshot: ServiceSnapshot): SeenImage | undefined {
  const name = mainContainer(snapshot)?.name;
  return snapshot.images.find((image) => image.container === name);
}

export interface Route {
  group: SeenTargetGroup;
  containerPort: number;
  containerName: string;
  /** The one that forwards to the group, else the one that is meant to. */
  balancer: SeenLoadBalancer | undefined;
}

/** The ways from a load balancer to the tasks, as the service states them. */
export function routesOf(snapshot: ServiceSnapshot): Route[] {
  const balancers = valueOf(snapshot.loadBalancers) ?? [];
  return (activeService(snapshot)?.loadBalancers ?? []).flatMap(({ targetGroupArn, containerPort, containerName }) => {
    const group = (valueOf(snapshot.targetGroups) ?? []).find((item) => item.arn === targetGroupArn);
    if (!group) return [];
    return [
      {
        group,
        containerPort,
        containerName,
        balancer:
          balancers.find((item) => group.loadBalancers.includes(item.arn)) ??
          balancers.find((item) => item.name === snapshot.expected?.loadBalancer?.name),
      },
    ];
  });
}

/** Whether this service is meant to be behind a load balancer. */
export const isBalanced = (snapshot: ServiceSnapshot): boolean =>
  snapshot.expected?.loadBalancer !== undefined || (activeService(snapshot)?.loadBalancers.length ?? 0) > 0;

/** `AccessDenied` and its like: nothing is known to be wrong, it just may not be seen. */
export const isDenied = (read: Read<unknown>): boolean =>
  !read.known &&
  /AccessDenied|UnauthorizedOperation|NotAuthorized|NotImplemented|UnknownOperation|InvalidAction|UnsupportedOperation/i.test(
    read.code,
  );

/** Ports that a container definition maps. */
export const mappedPorts = (container: ContainerDefinition | undefined): number[] =>
  (Array.isArray(container?.["portMappings"]) ? (container["portMappings"] as JsonObject[]) : []).flatMap((mapping) =>
    typeof mapping["containerPort"] === "number" ? [mapping["containerPort"]] : [],
  );
