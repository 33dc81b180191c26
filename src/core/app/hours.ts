/** Hours in which an application runs: a sentence such as "weekdays 8-19 Europe/Berlin", read strictly. */

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const dayMinutes = 1440;
const weekMinutes = 7 * dayMinutes;
const minuteMilliseconds = 60_000;

/** Words for several days, as numbers from Monday on. */
const dayWords: Readonly<Record<string, readonly number[]>> = {
  weekdays: [0, 1, 2, 3, 4],
  weekends: [5, 6],
  daily: [0, 1, 2, 3, 4, 5, 6],
};

/** A span of the week in minutes since Monday 00:00 on the zone's clocks; `until` may lie beyond Sunday's end. */
interface Span {
  readonly from: number;
  readonly until: number;
}

export interface Hours {
  /** As it was written. */
  readonly text: string;
  /** IANA name. */
  readonly zone: string;
  /** In their order, apart from each other. */
  readonly spans: readonly Span[];
}

/** A time of day at which it is switched, on days that are numbers from Monday on. */
export interface Switch {
  readonly isOn: boolean;
  /** Minutes since midnight. */
  readonly minute: number;
  readonly days: readonly number[];
}

/** What of the sentence is not understood, with what would be. */
class NotHours extends Error {}

const example = 'such as "weekdays 8-19 Europe/Berlin" or "mon-fri 08:00-19:30, sat 10-14 America/New_York"';

function isZone(name: string): boolean {
  // Abbreviations and offsets know nothing of daylight saving.
  if (name !== "UTC" && !/^[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function daysOf(word: string): readonly number[] {
  const known = dayWords[word];
  if (known) return known;
  const [first = "", last, ...more] = word.split("-");
  const from = days.indexOf(first as (typeof days)[number]);
  const until = last === undefined ? from : days.indexOf(last as (typeof days)[number]);
  if (from < 0 || until < 0 || more.length)
    throw new NotHours(`"${word}" is no day: say mon to sun, mon-fri, weekdays, weekends or daily`);
  return Array.from({ length: ((until - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7);
}

function minutesOf(word: string): number {
  const [, hour = "", minute = "0"] = /^(\d{1,2})(?::(\d{2}))?$/.exec(word) ?? [];
  const value = Number(hour) * 60 + Number(minute);
  if (hour === "" || Number(minute) > 59 || value > dayMinutes)
    throw new NotHours(`"${word}" is no time: say 8, 08:30 or 24`);
  return value;
}

function timesOf(word: string): { from: number; length: number } {
  const [first = "", last = "", ...more] = word.split("-");
  if (last === "" || more.length) throw new NotHours(`"${word}" is no span of time: say 8-19 or 08:00-19:30`);
  const from = minutesOf(first);
  const until = minutesOf(last);
  if (from === until || from === dayMinutes) throw new NotHours(`"${word}" begins where it ends`);
  // 22-6 goes on into the next day.
  return { from, length: until > from ? until - from : until - from + dayMinutes };
}

/** Spans that touch or overlap become one, also over the end of the week. */
function merged(spans: readonly Span[]): Span[] {
  const list: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.from - other.from)) {
    const last = list.at(-1);
    if (last && span.from <= last.until) list[list.length - 1] = { ...last, until: Math.max(last.until, span.until) };
    else list.push(span);
  }
  // What goes beyond Sunday's end goes on from Monday's beginning.
  for (;;) {
    const [first] = list;
    const last = list.at(-1);
    if (!first || !last || first === last || last.until - weekMinutes < first.from) return list;
    list.splice(0, 1);
    list[list.length - 1] = { ...last, until: Math.max(last.until, first.until + weekMinutes) };
  }
}

function read(text: string): Hours {
  const parts = text.trim().split(/\s*,\s*/);
  const spans: Span[] = [];
  const zones = new Set<string>();
  let waiting: number[] = [];
  for (const part of parts) {
    const words = part.split(/\s+/).filter(Boolean);
    const last = words.at(-1) ?? "";
    if (/^[A-Z]/.test(last)) {
      if (!isZone(last))
        throw new NotHours(`"${last}" is no time zone: say one of the IANA names, such as Europe/Berlin`);
      zones.add(last);
      words.pop();
    }
    const [day, time, ...more] = words;
    if (day === undefined) throw new NotHours(`a part is empty; write it ${example}`);
    if (more.length) throw new NotHours(`"${more.join(" ")}" is too much; write it ${example}`);
    waiting.push(...daysOf(day));
    // "mon, wed 9-17": the days before have the same times.
    if (time === undefined) continue;
    const { from, length } = timesOf(time);
    for (const number of waiting)
      spans.push({ from: number * dayMinutes + from, until: number * dayMinutes + from + length });
    waiting = [];
  }
  if (waiting.length) throw new NotHours(`the times are missing; write it ${example}`);
  const [zone, ...others] = zones;
  if (zone === undefined) throw new NotHours(`the time zone is missing; write it ${example}`);
  if (others.length) throw new NotHours(`${[...zones].join(" and ")} are two time zones: say one`);
  const all = merged(spans);
  if (all.some((span) => span.until - span.from >= weekMinutes)) throw new NotHours("that is always: leave it out");
  return { text, zone, spans: all };
}

/** Reads the sentence, or says what of it is not understood. */
export function readHours(text: string): Hours | { readonly wrong: string } {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof NotHours) return { wrong: error.message };
    throw error;
  }
}

/** Of a sentence that was read before. */
export function hoursOf(text: string): Hours {
  return read(text);
}

/** When it is switched on and off, the same times of day together. */
export function switchesOf({ spans }: Hours): Switch[] {
  const found = new Map<string, { isOn: boolean; minute: number; days: number[] }>();
  const add = (isOn: boolean, at: number) => {
    const minute = at % dayMinutes;
    const key = `${minute} ${isOn}`;
    const known = found.get(key) ?? { isOn, minute, days: [] };
    known.days.push(Math.floor(at / dayMinutes) % 7);
    found.set(key, known);
  };
  for (const { from, until } of spans) {
    add(true, from);
    add(false, until);
  }
  return [...found.values()]
    .map((each) => ({ ...each, days: each.days.sort((one, other) => one - other) }))
    .sort((one, other) => one.minute - other.minute || Number(other.isOn) - Number(one.isOn));
}

const cronDays = days.map((day) => day.toUpperCase());

/** As `cron(…)` of Application Auto Scaling. */
export function cronOf({ minute, days: on }: Switch): string {
  const [first = 0] = on;
  const isRun = on.length > 2 && on.every((day, index) => day === first + index);
  const text =
    on.length === 7
      ? "*"
      : isRun
        ? `${cronDays[first] ?? ""}-${cronDays[on.at(-1) ?? 0] ?? ""}`
        : on.map((day) => cronDays[day]).join(",");
  return `cron(${minute % 60} ${Math.floor(minute / 60)} ? * ${text} *)`;
}

type Part = "year" | "month" | "day" | "hour" | "minute" | "second";

/** What the zone's clocks show at a moment, with two digits (the year with four). */
function clocksAt(zone: string, at: number): Readonly<Record<Part, string>> {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const parts = format.formatToParts(at);
  const part = (type: Part): string => parts.find((each) => each.type === type)?.value ?? "";
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second"),
  };
}

/** Days since 1970-01-01 of a date of the Gregorian calendar. Years begin in March here: a leap day is the last. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + ofYear - 719_468;
}

/** The zone's clocks at a moment, written as if they were UTC's: epoch milliseconds. */
function wallAt(zone: string, at: number): number {
  const { year, month, day, hour, minute, second } = clocksAt(zone, at);
  const minutes = daysSince1970(Number(year), Number(month), Number(day)) * dayMinutes + Number(hour) * 60;
  return (minutes + Number(minute)) * minuteMilliseconds + Number(second) * 1000;
}

/**
 * The moment at which the zone's clocks first show this. Where they skip it, the end of the gap.
 * @param wall as `wallAt` gives it
 */
function momentOf(zone: string, wall: number): number {
  const day = dayMinutes * minuteMilliseconds;
  const offsets = [wall - day, wall + day].map((at) => wallAt(zone, at) - at);
  const found = offsets.map((offset) => wall - offset).filter((at) => wallAt(zone, at) === wall);
  if (found.length) return Math.min(...found);
  // In the gap: the first moment whose clocks show more.
  let [before, after] = [wall - Math.max(...offsets), wall - Math.min(...offsets)];
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (wallAt(zone, middle) < wall) before = middle;
    else after = middle;
  }
  return after;
}

/** Minutes since Monday 00:00 that the clocks show; `wall` as `wallAt` gives it. 1970 began on a Thursday. */
const minuteOfWeek = (wall: number): number => (Math.floor(wall / minuteMilliseconds) + 3 * dayMinutes) % weekMinutes;

/** Whether it is to run at this moment, epoch milliseconds. */
export function isWithin({ zone, spans }: Hours, at: number): boolean {
  const minute = minuteOfWeek(wallAt(zone, at));
  return spans.some(
    ({ from, until }) =>
      (minute >= from && minute < until) || (minute + weekMinutes >= from && minute + weekMinutes < until),
  );
}

/** One change to come: when (epoch milliseconds), and what the zone's clocks show then. */
export interface HoursChange {
  readonly at: number;
  readonly isOn: boolean;
  /** "Mon 2027-03-29 08:00". */
  readonly local: string;
}

/** The next changes after a moment, in their order. */
export function nextChanges(hours: Hours, after: number, count: number): HoursChange[] {
  const { zone } = hours;
  const today = Math.floor(wallAt(zone, after) / (dayMinutes * minuteMilliseconds)) * dayMinutes * minuteMilliseconds;
  const switches = switchesOf(hours);
  // Each change comes at least once in eight days.
  const all = Array.from({ length: 9 + 7 * count }, (_, index) => today + (index - 1) * dayMinutes * minuteMilliseconds)
    .flatMap((date) =>
      switches
        .filter((each) => each.days.includes(Math.floor(minuteOfWeek(date) / dayMinutes)))
        .map(({ isOn, minute }) => ({ isOn, wall: date + minute * minuteMilliseconds })),
    )
    .map(({ isOn, wall }) => ({ isOn, at: momentOf(zone, wall) }));
  return all
    .filter(({ at }) => at > after)
    .sort((one, other) => one.at - other.at)
    .slice(0, count)
    .map((change) => ({ ...change, local: localText(zone, change.at) }));
}

function localText(zone: string, at: number): string {
  const name = days[Math.floor(minuteOfWeek(wallAt(zone, at)) / dayMinutes)] ?? "";
  const { year, month, day, hour, minute } = clocksAt(zone, at);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${year}-${month}-${day} ${hour}:${minute}`;
}
