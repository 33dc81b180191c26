/** Commands that run in a task of their own at their times: EventBridge Scheduler's expressions, read as it reads them. */
import { Cron } from "croner";
import * as v from "valibot";

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
const namePattern = /^[0-9a-zA-Z-_.]{1,64}$/;

const described = <T extends v.GenericSchema>(schema: T, text: string) => v.pipe(schema, v.description(text));

const schedule = v.strictObject({
  expression: described(
    v.string(),
    "When it runs, as EventBridge Scheduler has it: cron(0 3 * * ? *), rate(1 hour) or at(2027-01-31T03:00:00).",
  ),
  timezone: v.optional(
    described(v.string(), "IANA name of the zone on whose clocks it goes by, such as Europe/Berlin. Default UTC."),
  ),
  command: described(
    v.pipe(v.array(v.string()), v.minLength(1, "the command and its arguments")),
    "The command and its arguments, each by itself; no shell sees them.",
  ),
  container: v.optional(described(v.string(), "The container whose command it is. Default: the application's.")),
  enabled: v.optional(
    described(
      v.boolean(),
      "Whether it runs. Default: as it is, so that what was switched off in the console stays off.",
    ),
  ),
});

/** The member of slipway.json. */
export const schedulesSchema = described(
  v.record(
    v.pipe(v.string(), v.regex(namePattern, "1 to 64 letters, digits, - _ .")),
    v.union([v.literal(false), schedule]),
  ),
  "Commands that EventBridge Scheduler runs, each in a task of its own, of the revision that the service runs. A name with " +
    "false: not there, in an environment. {}: none, and those that Slipway made go.",
);

type Stated = v.InferOutput<typeof schedule>;

/** A command with its times. */
export interface ScheduledCommand {
  readonly name: string;
  readonly expression: string;
  readonly timezone: string;
  readonly command: readonly string[];
  readonly container?: string;
  /** Undefined where slipway.json leaves it as it is. */
  readonly enabled?: boolean;
}

/** Those that are to be there, in the order of slipway.json. */
export function schedulesOf(stated: Readonly<Record<string, false | Stated>>): ScheduledCommand[] {
  return Object.entries(stated).flatMap(([name, each]) =>
    each ? [{ ...each, name, timezone: each.timezone ?? "UTC" } as ScheduledCommand] : [],
  );
}

/** What says when. */
type Timed = Pick<ScheduledCommand, "expression" | "timezone">;

/** When it comes: the first moment after one (both epoch milliseconds); undefined where it never comes again. */
export type Times = (after: number) => number | undefined;

/** The highest value of each of the six fields, for `5/10`, which is from five on. */
const highest = ["59", "23", "31", "12", "7", "2199"] as const;
const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** A year of gaps of an hourly schedule is fewer. */
const mostGaps = 100;

/** An ISO text, which is what the reader of cron takes for a moment where no clock of the machine is used. */
function isoOf(moment: number): string {
  const at = new Intl.DateTimeFormat("en-US", {
    timeZone: "UTC",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(moment);
  const part = (type: string): string => at.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}Z`;
}

/**
 * The times of an expression, or what is wrong with it.
 * Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html, also for daylight saving: a time that
 * does not exist when the clocks go forward is left out, one that comes twice counts once.
 * @param begin what rates count from, epoch milliseconds
 */
export function timesOf(expression: string, timezone: string, begin: number): Times | { readonly wrong: string } {
  if (!isZone(timezone))
    return { wrong: `"${timezone}" is no time zone: say one of the IANA names, such as Europe/Berlin` };
  const [, kind = "", text = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "rate") return rateTimes(text, begin);
  try {
    if (kind === "cron") return cronTimes(text, timezone);
    if (kind === "at" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) {
      const moment = new Cron(text, { timezone, paused: true }).nextRun("1970-01-01T00:00:00Z")?.getTime();
      return (after) => (moment !== undefined && moment > after ? moment : undefined);
    }
  } catch {
    // What is wrong with it is said below.
  }
  return { wrong: `"${expression}" is not understood: write ${example}` };
}

const example = "cron(0 3 * * ? *), with its six fields, rate(1 hour) or at(2027-01-31T03:00:00)";

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function rateTimes(text: string, begin: number): Times | { readonly wrong: string } {
  const [, count = "", unit = ""] = /^([1-9]\d{0,5}) (minute|hour|day)s?$/.exec(text) ?? [];
  const length = Number(count) * (units[unit] ?? 0);
  if (length === 0)
    return { wrong: `"rate(${text})" is not understood: say rate(15 minutes), rate(1 hour) or rate(5 days)` };
  return (after) => begin + length * Math.max(0, Math.floor((after - begin) / length) + 1);
}

/** @throws Error for what is no cron expression */
function cronTimes(text: string, timezone: string): Times {
  const fields = text.trim().split(/\s+/);
  const [, , day, , weekday] = fields;
  if (fields.length !== 6 || (day === "?") === (weekday === "?"))
    throw new Error("six fields, and a ? for one of the two days");
  const open = fields.map((field, i) => field.replace(/(^|,)(\d+)\//g, `$1$2-${highest[i] ?? ""}/`));
  // Sunday is 1.
  const options = { timezone, paused: true, mode: "7-part", alternativeWeekdays: true } as const;
  const pattern = new Cron(`0 ${open.join(" ")}`, options);
  return (after) => {
    let next = pattern.nextRun(isoOf(after));
    for (let gaps = 0; next && !pattern.match(next) && gaps < mostGaps; gaps++) next = pattern.nextRun(next);
    return next?.getTime();
  };
}

/** What of them EventBridge Scheduler would refuse, each with its name. */
export function scheduleMisfits(schedules: readonly ScheduledCommand[]): string[] {
  return schedules.flatMap(({ name, expression, timezone }) => {
    const times = timesOf(expression, timezone, 0);
    return typeof times === "function" ? [] : [`schedules.${name}: ${times.wrong}`];
  });
}

/** True for one that comes once, and came. */
export const isOver = ({ expression, timezone }: Timed, now: number): boolean => {
  const times = expression.startsWith("at(") ? timesOf(expression, timezone, 0) : undefined;
  return typeof times === "function" && times(now) === undefined;
};

/**
 * When a rate that counts from `begin` comes next after now, which is what it is to start at: without a start Scheduler
 * begins it at once, with each change of it. Undefined for what is no rate.
 */
export function rateStart({ expression, timezone }: Timed, begin: number, now: number): number | undefined {
  const times = expression.startsWith("rate(") ? timesOf(expression, timezone, begin) : undefined;
  return typeof times === "function" ? times(now) : undefined;
}

/** So many next times, epoch milliseconds. */
export function nextTimes({ expression, timezone }: Timed, now: number, begin: number, count: number): number[] {
  const times = timesOf(expression, timezone, begin);
  const found: number[] = [];
  for (let at: number | undefined = now; typeof times === "function" && found.length < count; ) {
    at = times(at);
    if (at === undefined) break;
    found.push(at);
  }
  return found;
}
