/** When a schedule comes: `cron(…)`, `rate(…)` and `at(…)` as Application Auto Scaling reads them. */
import { Cron } from "croner";
import { ApiError } from "../wire/errors";

const validation = (text: string): ApiError => new ApiError("ValidationException", text);
const notValid = (schedule: string): ApiError => validation(`Invalid schedule expression: ${schedule}`);

/** The first moment (epoch milliseconds) after `after` at which it comes; undefined where it never comes again. */
export type Schedule = (after: number) => number | undefined;

/** The highest value of each of the six fields, for `5/10`, which is from five on. */
const HIGHEST = ["59", "23", "31", "12", "7", "2199"] as const;
const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function cron(schedule: string, text: string, timezone: string): Schedule {
  const fields = text.trim().split(/\s+/);
  const [, , day, , weekday] = fields;
  // Of the two days exactly one may be asked for.
  if (fields.length !== 6 || (day === "?") === (weekday === "?")) throw notValid(schedule);
  const open = fields.map((field, i) => field.replace(/(^|,)(\d+)\//g, `$1$2-${HIGHEST[i] ?? ""}/`));
  try {
    const pattern = new Cron(`0 ${open.join(" ")}`, {
      timezone,
      paused: true,
      mode: "7-part",
      // Sunday is 1.
      alternativeWeekdays: true,
    });
    return (after) => pattern.nextRun(new Date(after))?.getTime();
  } catch {
    throw notValid(schedule);
  }
}

function rate(schedule: string, count: string, unit: string, begin: number): Schedule {
  const n = Number(count);
  const length = n * (UNITS[unit.replace(/s$/, "")] ?? 0);
  // One minute, and two minutes.
  if (length === 0 || (n === 1) === unit.endsWith("s")) throw notValid(schedule);
  return (after) => begin + length * Math.max(1, Math.floor((after - begin) / length) + 1);
}

/** The wall time of a zone as a moment. */
function at(schedule: string, text: string, timezone: string): Schedule {
  try {
    const moment = new Cron(text, { timezone, paused: true }).nextRun(new Date(0))?.getTime();
    return (after) => (moment !== undefined && moment > after ? moment : undefined);
  } catch {
    throw notValid(schedule);
  }
}

function checkZone(timezone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    throw validation(`Invalid timezone: ${timezone}`);
  }
}

/**
 * Reads a schedule, or refuses it as AWS does.
 * @param begin what rates count from, epoch milliseconds
 */
export function readSchedule(schedule: string, timezone: string, begin: number): Schedule {
  checkZone(timezone);
  const [, kind, text = ""] = /^(cron|rate|at)\((.*)\)$/.exec(schedule) ?? [];
  if (kind === "cron") return cron(schedule, text, timezone);
  const [, count = "", unit = ""] = /^([1-9]\d{0,5}) (minutes?|hours?|days?)$/.exec(text) ?? [];
  if (kind === "rate" && unit !== "") return rate(schedule, count, unit, begin);
  if (kind === "at" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return at(schedule, text, timezone);
  throw notValid(schedule);
}
