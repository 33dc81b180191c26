/** Targets: registration, health checks, draining. */
import http from "node:http";
import { isAbort } from "../clock";
import { admits, letsOut } from "../ec2/reach";
import type { LoadBalancerRecord, TargetGroupRecord, TargetRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { countHosts } from "./counts";
import { balancerUsing, endpointOf } from "./lookup";

type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string; readonly description: string };

const TIMEOUT: Outcome = { ok: false, reason: "Target.Timeout", description: "Request timed out" };
const FAILED: Outcome = { ok: false, reason: "Target.FailedHealthChecks", description: "Health checks failed" };

/** The first of the load balancer's addresses: where its connections come from. */
function balancerPeer(region: Region, balancer: LoadBalancerRecord): { address: string; groups: readonly string[] } {
  const eni = region.ec2.interfaces.get(balancer.interfaces[0] ?? "");
  return { address: eni?.PrivateIpAddress ?? "0.0.0.0", groups: balancer.loadBalancer.SecurityGroups ?? [] };
}

/** Whether security groups let the load balancer connect to the target. */
export function pathOpen(region: Region, balancer: LoadBalancerRecord, target: { id: string; port: number }): boolean {
  const endpoint = endpointOf(region, target.id, target.port);
  const from = balancerPeer(region, balancer);
  if (!endpoint) return false;
  return (
    admits(region, endpoint.groups, from, target.port) &&
    letsOut(region, from.groups, { address: target.id, groups: endpoint.groups }, target.port)
  );
}

function matcherAccepts(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [low = "", high = low] = part.trim().split("-");
    return status >= Number(low) && status <= Number(high);
  });
}

async function request(
  port: number,
  path: string,
  host: string,
  timeoutMs: number,
): Promise<number | "timeout" | "failed"> {
  return new Promise((resolve) => {
    const req = http.get(
      {
        host: "127.0.0.1",
        port,
        path,
        agent: false,
        headers: { host, "user-agent": "ELB-HealthChecker/2.0", connection: "close" },
      },
      (res) => {
        res.resume();
        clearTimeout(timer);
        resolve(res.statusCode ?? 0);
      },
    );
    const timer = setTimeout(() => {
      resolve("timeout");
      req.destroy();
    }, timeoutMs);
    req.on("error", () => {
      clearTimeout(timer);
      resolve("failed");
    });
  });
}

async function probe(
  world: SandboxState,
  region: Region,
  balancer: LoadBalancerRecord,
  group: TargetGroupRecord,
  target: TargetRecord,
): Promise<Outcome> {
  const { group: settings } = group;
  const checkPort =
    settings.HealthCheckPort === "traffic-port" || settings.HealthCheckPort === undefined
      ? target.port
      : Number(settings.HealthCheckPort);
  const timeoutMs = world.clock.timer((settings.HealthCheckTimeoutSeconds ?? 5) * 1000);
  if (!pathOpen(region, balancer, { id: target.id, port: checkPort })) {
    await world.clock.wait(Math.min(timeoutMs, world.clock.either(timeoutMs, 500)));
    return TIMEOUT;
  }
  const port = endpointOf(region, target.id, checkPort)?.port;
  if (port === undefined) return FAILED;
  const result = await request(
    port,
    settings.HealthCheckPath ?? "/",
    `${target.id}:${checkPort}`,
    Math.max(50, timeoutMs),
  );
  if (result === "timeout") return TIMEOUT;
  if (result === "failed") return FAILED;
  if (matcherAccepts(settings.Matcher?.HttpCode ?? "200", result)) return { ok: true };
  return {
    ok: false,
    reason: "Target.ResponseCodeMismatch",
    description: `Health checks failed with these codes: [${result}]`,
  };
}

/** Changes a target's state; Describe goes on showing the old one for the stale interval. */
function setState(
  world: SandboxState,
  group: TargetGroupRecord,
  target: TargetRecord,
  state: TargetRecord["state"],
  reason?: string,
  description?: string,
): void {
  if (target.state === state && target.reason === reason && target.description === description) return;
  const lag = world.lag("targetHealth");
  if (lag > 0)
    group.shown.set(keyOf(target), {
      state: target.state,
      reason: target.reason,
      description: target.description,
      until: Date.now() + lag,
    });
  target.state = state;
  target.reason = reason;
  target.description = description;
  const region = world.regions.get(group.group.TargetGroupArn?.split(":")[3] ?? "");
  if (region) countHosts(world, region, group);
}

export const keyOf = (t: { id: string; port: number }): string => `${t.id}:${t.port}`;

function applyOutcome(world: SandboxState, group: TargetGroupRecord, target: TargetRecord, outcome: Outcome): void {
  const { HealthyThresholdCount = 5, UnhealthyThresholdCount = 2 } = group.group;
  if (outcome.ok) {
    target.passes++;
    target.failures = 0;
    // A newly registered target is healthy after its first passing check.
    if (target.state === "initial" || (target.state === "unhealthy" && target.passes >= HealthyThresholdCount)) {
      target.everHealthy = true;
      setState(world, group, target, "healthy");
    }
    return;
  }
  target.passes = 0;
  target.failures++;
  if (target.failures >= UnhealthyThresholdCount || target.state === "unhealthy")
    setState(world, group, target, "unhealthy", outcome.reason, outcome.description);
}

/** Why the target takes no traffic whatever its health: no listener, no zone, a load balancer that is not there yet. */
function standing(
  balancer: LoadBalancerRecord | undefined,
  target: TargetRecord,
): { state: "unused" | "initial"; reason: string; description: string } | undefined {
  if (!balancer)
    return {
      state: "unused",
      reason: "Target.NotInUse",
      description: "Target group is not configured to receive traffic from the load balancer",
    };
  const zones = (balancer.loadBalancer.AvailabilityZones ?? []).map((z) => z.ZoneName);
  if (target.zone !== undefined && !zones.includes(target.zone)) {
    return {
      state: "unused",
      reason: "Target.NotInUse",
      description: "Target is in an Availability Zone that is not enabled for the load balancer",
    };
  }
  if (balancer.loadBalancer.State?.Code === "provisioning")
    return {
      state: "initial",
      reason: "Elb.RegistrationInProgress",
      description: "Target registration is in progress",
    };
  return undefined;
}

async function watchTarget(
  world: SandboxState,
  region: Region,
  group: TargetGroupRecord,
  target: TargetRecord,
): Promise<void> {
  const arn = group.group.TargetGroupArn ?? "";
  const current = (): boolean =>
    group.targets.get(keyOf(target)) === target &&
    target.drainingSince === undefined &&
    region.elb.targetGroups.has(arn);
  let countedAt = 0;
  while (current() && !world.clock.ended) {
    const balancer = balancerUsing(region, arn);
    const stand = standing(balancer, target);
    const interval = world.clock.timer((group.group.HealthCheckIntervalSeconds ?? 30) * 1000);
    if (stand || !balancer) {
      setState(world, group, target, stand?.state ?? "unused", stand?.reason, stand?.description);
      await world.clock.wait(world.clock.tick);
      continue;
    }
    if (target.state === "unused" || target.reason === "Elb.RegistrationInProgress") {
      target.passes = 0;
      target.failures = 0;
      setState(world, group, target, "initial", "Elb.InitialHealthChecking", "Initial health checks in progress");
    }
    const startedAt = Date.now();
    const outcome = await probe(world, region, balancer, group, target);
    if (!current()) return;
    // In instant mode new targets are probed more often than the interval; only passes and one failure an interval
    // count.
    if (outcome.ok || startedAt - countedAt >= interval) {
      applyOutcome(world, group, target, outcome);
      countedAt = startedAt;
    }
    const eager = world.options.time === "instant" && target.state === "initial";
    await world.clock.wait(Math.max(20, (eager ? Math.min(interval, 200) : interval) - (Date.now() - startedAt)));
  }
}

/** Registers a target (again); a draining one starts anew. */
export function registerTarget(
  world: SandboxState,
  region: Region,
  group: TargetGroupRecord,
  id: string,
  port: number,
  zone: string | undefined,
): void {
  const key = keyOf({ id, port });
  const existing = group.targets.get(key);
  if (existing && existing.drainingSince === undefined) return;
  const target: TargetRecord = {
    id,
    port,
    zone,
    state: "initial",
    reason: "Elb.RegistrationInProgress",
    description: "Target registration is in progress",
    passes: 0,
    failures: 0,
    registeredAt: Date.now(),
    everHealthy: false,
    inFlight: new Set(),
  };
  group.targets.set(key, target);
  world.measure();
  group.shown.delete(key);
  world.background(`health of ${key}`, watchTarget(world, region, group, target));
}

/** Starts draining a target; the promise ends when its delay is over and its connections are cut. */
export async function deregisterTarget(
  world: SandboxState,
  group: TargetGroupRecord,
  id: string,
  port: number,
): Promise<void> {
  const target = group.targets.get(keyOf({ id, port }));
  if (!target) return;
  if (target.drainingSince === undefined) {
    const delay = world.clock.timer(Number(group.attributes.get("deregistration_delay.timeout_seconds") ?? 300) * 1000);
    const unused = target.state === "unused";
    target.drainingSince = Date.now();
    target.drainUntil = Date.now() + (unused ? 0 : delay);
    setState(
      world,
      group,
      target,
      "draining",
      "Target.DeregistrationInProgress",
      "Target deregistration is in progress",
    );
  }
  try {
    await world.clock.wait(Math.max(0, (target.drainUntil ?? 0) - Date.now()), world.epoch);
  } catch (error) {
    if (!isAbort(error)) throw error;
    return;
  }
  for (const cut of [...target.inFlight]) cut();
  target.inFlight.clear();
  if (group.targets.get(keyOf(target)) === target) group.targets.delete(keyOf(target));
}

/** Milliseconds for which a draining target still gets new requests: deregistration reaches the nodes only then. */
function propagation(world: SandboxState, target: TargetRecord): number {
  // The same target always has the same delay, between one and three seconds.
  const seed = [...keyOf(target)].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 1000, 7);
  return world.clock.timer(1000 + seed * 2);
}

/** The targets that get requests now: healthy ones, or all when none is healthy (fail open). */
export function routable(world: SandboxState, group: TargetGroupRecord): TargetRecord[] {
  const now = Date.now();
  const all = [...group.targets.values()];
  const receiving = all.filter(
    (t) => t.drainingSince === undefined || (t.everHealthy && now - t.drainingSince < propagation(world, t)),
  );
  const healthy = receiving.filter((t) => t.state === "healthy" || t.drainingSince !== undefined);
  if (healthy.some((t) => t.state === "healthy")) return healthy;
  return receiving.filter((t) => t.state !== "unused");
}
