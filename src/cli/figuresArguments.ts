/** What commands about figures and logs are told. */
import { usageError } from "./usage";

type Values = Readonly<Partial<Record<string, string | boolean | string[] | undefined>>>;

/** What `slipway metrics` is told. */
export interface MetricsArguments {
  /** The application of slipway.json without one. */
  service?: string;
  cluster?: string;
  since?: string;
  until?: string;
  watch: boolean;
}

export function metricsFrom(values: Values, service: string | undefined): MetricsArguments {
  const { cluster, since, until, watch } = values;
  if (typeof cluster === "string" && service === undefined)
    throw usageError("--cluster goes with a service: slipway metrics SERVICE --cluster NAME.");
  if (watch && until !== undefined) throw usageError("--until ends where --watch goes on: say one of them.");
  return {
    watch: watch === true,
    ...(service === undefined ? {} : { service }),
    ...(typeof cluster === "string" ? { cluster } : {}),
    ...(typeof since === "string" ? { since } : {}),
    ...(typeof until === "string" ? { until } : {}),
  };
}

/** What `slipway query` is told. */
export interface QueryArguments {
  /** A file, or the query itself. */
  readonly what: string;
  readonly groups: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
}

const most = 100_000;

export function queryFrom(values: Values, what: string | undefined): QueryArguments {
  if (what === undefined) throw usageError("Say what to ask: slipway query FILE, or slipway query 'TEXT'.");
  const { group, since, until, limit } = values;
  const rows = limit === undefined ? undefined : Number(limit);
  if (rows !== undefined && !(Number.isInteger(rows) && rows >= 1 && rows <= most))
    throw usageError(`--limit takes a whole number from 1 to ${most}, not "${String(limit)}".`);
  return {
    what,
    groups: Array.isArray(group) ? group : [],
    ...(typeof since === "string" ? { since } : {}),
    ...(typeof until === "string" ? { until } : {}),
    ...(rows === undefined ? {} : { limit: rows }),
  };
}
