/** What AWS's own services put into CloudWatch: a minute is seen when it is over and CloudWatch has caught up. */
import type { Region, SandboxState } from "../world";
import { dimensions, MINUTE, type MetricName } from "./store";

/** Milliseconds until what is measured now is seen; none where nothing lags. */
function lagOf(world: SandboxState, size = MINUTE): number {
  const lag = world.lag("metrics");
  return lag === 0 ? 0 : size - (Date.now() % size) + lag;
}

const metric = (namespace: string, name: string, of: Readonly<Record<string, string>>): MetricName => ({
  namespace,
  name,
  dimensions: dimensions(of),
});

/** One more value of a metric. */
export function vend(
  world: SandboxState,
  region: Region,
  namespace: string,
  name: string,
  of: Readonly<Record<string, string>>,
  value: number,
  unit: string,
): void {
  region.metrics.add(metric(namespace, name, of), {
    at: Date.now(),
    values: [[value, 1]],
    unit,
    lag: lagOf(world),
  });
}

/** All values of this minute so far, in place of what was said of it before; or of a shorter time, in milliseconds. */
export function vendPeriod(
  world: SandboxState,
  region: Region,
  namespace: string,
  name: string,
  of: Readonly<Record<string, string>>,
  values: readonly number[],
  unit: string,
  size = MINUTE,
): void {
  region.metrics.setPeriod(metric(namespace, name, of), Date.now(), values, unit, lagOf(world, size), size);
}
