/** When a schedule comes: `cron(…)`, `rate(…)` and `at(…)` as Application Auto Scaling and EventBridge Scheduler read them. */
import { Cron } from "croner";
import { ApiError } from "./wire/errors";

const validation = (text: string): ApiError => new ApiError("ValidationException", text);

/** In what the services that have schedules differ. */
export interface Dialect {
  readonly notValid: (schedule: string) => ApiError;
  readonly badZone: (zone: string) => ApiError;
  /** Whether "1 minutes" and "2 minute" are refused. */
  readonly isNumberAgreed: boolean;
  /** Whether a rate comes at its beginning too, not only after its length. */
  readonly isRateAtOnce: boolean;
  /** Whether what the clocks skip in spring is left out, and does not come at the next time that there is. */
  readonly isGapSkipped: boolean;
}

/** https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html */
const AUTO_SCALING: Dialect = {
  notValid: (schedule) => validation(`Invalid schedule expression: ${schedule}`),
  badZone: (zone) => validation(`Invalid timezone: ${zone}`),
  isNumberAgreed: true,
  isRateAtOnce: false,
  isGapSkipped: false,
};

/**
 * Rates begin at once where there is no start date, and what does not exist when the clocks go forward is skipped:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export const EVENT_BRIDGE: Dialect = {
  notValid: (schedule) => validation(`Invalid Schedule Expression ${schedule}.`),
  badZone: (zone) => validation(`Invalid Schedule Expression Timezone ${zone}.`),
  isNumberAgreed: false,
  isRateAtOnce: true,
  isGapSkipped: true,
};

/** The first moment (epoch milliseconds) after `after` at which it comes; undefined where it never comes again. */
export type Schedule = (after: number) => number | undefined;

/** The highest value of each of the six fields, for `5/10`, which is from five on. */
const HIGHEST = ["59", "23", "31", "12", "7", "2199"] as const;
const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** So many times that do not exist are skipped at most: two springs of an hourly schedule are fewer. */
const MOST_GAPS = 100;

function cron(schedule: string, text: string, timezone: string, { notValid, isGapSkipped }: Dialect): Schedule {
  const fields = text.trim().split(/\s+/);
  const [, , day, , weekday] = fields;
  // Of the two days exactly one may be asked for.
  if (fields.length !== 6 || (day === "?") === (weekday === "?")) throw notValid(schedule);
  const open = fields.map((field, i) => field.replace(/(^|,)(\d+)\//g, `$1$2-${HIGHEST[i] ?? ""}/`));
  let pattern: Cron;
  try {
    pattern = new Cron(`0 ${open.join(" ")}`, {
      timezone,
      paused: true,
      mode: "7-part",
      // Sunday is 1.
      alternativeWeekdays: true,
    });
  } catch {
    throw notValid(schedule);
  }
  return (after) => {
    let next = pattern.nextRun(new Date(after));
    for (let gaps = 0; isGapSkipped && next && !pattern.match(next) && gaps < MOST_GAPS; gaps++)
      next = pattern.nextRun(next);
    return next?.getTime();
  };
}

function rate(schedule: string, count: string, unit: string, begin: number, dialect: Dialect): Schedule {
  const n = Number(count);
  const length = n * (UNITS[unit.replace(/s$/, "")] ?? 0);
  // One minute, and two minutes.
  if (length === 0 || (dialect.isNumberAgreed && (n === 1) === unit.endsWith("s"))) throw dialect.notValid(schedule);
  const first = dialect.isRateAtOnce ? 0 : 1;
  return (after) => begin + length * Math.max(first, Math.floor((after - begin) / length) + 1);
}

/** The wall time of a zone as a moment. */
function at(schedule: string, text: string, timezone: string, { notValid }: Dialect): Schedule {
  try {
    const moment = new Cron(text, { timezone, paused: true }).nextRun(new Date(0))?.getTime();
    return (after) => (moment !== undefined && moment > after ? moment : undefined);
  } catch {
    throw notValid(schedule);
  }
}

function checkZone(timezone: string, { badZone }: Dialect): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    throw badZone(timezone);
  }
}

/**
 * Reads a schedule, or refuses it as AWS does.
 * @param begin what rates count from, epoch milliseconds
 */
export function readSchedule(
  schedule: string,
  timezone: string,
  begin: number,
  dialect: Dialect = AUTO_SCALING,
): Schedule {
  checkZone(timezone, dialect);
  const [, kind, text = ""] = /^(cron|rate|at)\((.*)\)$/.exec(schedule) ?? [];
  if (kind === "cron") return cron(schedule, text, timezone, dialect);
  const [, count = "", unit = ""] = /^([1-9]\d{0,5}) (minutes?|hours?|days?)$/.exec(text) ?? [];
  if (kind === "rate" && unit !== "") return rate(schedule, count, unit, begin, dialect);
  if (kind === "at" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return at(schedule, text, timezone, dialect);
  throw dialect.notValid(schedule);
}
