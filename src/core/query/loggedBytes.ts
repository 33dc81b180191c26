import { isCancelled } from "../base/errors";
import type { MetricsPort } from "../ports/metrics";
import type { QueryRequest } from "../ports/queries";

const hour = 3_600_000;

/**
 * What was logged in this time, in bytes: more than that no query of it reads. Undefined where CloudWatch has no such
 * figures or may not be asked.
 * @param now epoch milliseconds
 */
export async function loggedBytes(
  metrics: MetricsPort,
  { groups, from, until }: Omit<QueryRequest, "text">,
  now: number,
): Promise<number | undefined> {
  // Minutes are kept for two weeks, hours for more than a year.
  const periodSeconds = now - from > 3 * hour ? 3600 : 60;
  const period = periodSeconds * 1000;
  const queries = groups.map((group, index) => ({
    id: `g${index}`,
    namespace: "AWS/Logs",
    metric: "IncomingBytes",
    dimensions: { LogGroupName: group },
    statistic: "Sum" as const,
    periodSeconds,
  }));
  try {
    const read = await metrics.read(queries, Math.floor(from / period) * period, Math.ceil(until / period) * period);
    const points = [...read.values()].flatMap((found) => found.points);
    return points.length === 0 ? undefined : points.reduce((sum, { value }) => sum + value, 0);
  } catch (error) {
    if (isCancelled(error)) throw error;
    return undefined;
  }
}
