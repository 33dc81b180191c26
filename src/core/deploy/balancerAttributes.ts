/** What slipway.json says of a load balancer of its own, as ELB's attributes. Pure. */
import type { LoadBalancerSettings } from "../app/app";
import { isOurs, type ObservedState, type RunInput } from "./observedState";

/**
 * The attributes that are stated; what is not stays as somebody else may have set it.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
 */
export function statedAttributes({
  idleTimeoutSeconds,
  accessLogs,
}: Pick<LoadBalancerSettings, "idleTimeoutSeconds" | "accessLogs">): Record<string, string> {
  return {
    ...(idleTimeoutSeconds === undefined ? {} : { "idle_timeout.timeout_seconds": String(idleTimeoutSeconds) }),
    ...(accessLogs === undefined ? {} : { "access_logs.s3.enabled": String(accessLogs !== false) }),
    ...(accessLogs
      ? { "access_logs.s3.bucket": accessLogs.bucket, "access_logs.s3.prefix": accessLogs.prefix ?? "" }
      : {}),
  };
}

/** Those that are other than they should be, of a load balancer that is ours or is still to be made. */
export function differingAttributes(observed: ObservedState, { app }: RunInput): Record<string, string> {
  const { loadBalancer, balancerAttributes } = observed;
  if (!app.loadBalancer || (loadBalancer && !isOurs(loadBalancer.tags, app))) return {};
  const wanted = Object.entries(statedAttributes(app.loadBalancer));
  return Object.fromEntries(wanted.filter(([key, value]) => (balancerAttributes[key] ?? "") !== value));
}
