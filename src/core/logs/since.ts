/** "Since when", as people write it. */
import { SlipwayError } from "../base/errors";

/** Milliseconds of each unit, and how people write it. */
const units: readonly (readonly [milliseconds: number, names: string])[] = [
  [1_000, "s|secs?|seconds?"],
  [60_000, "m|mins?|minutes?"],
  [3_600_000, "h|hrs?|hours?"],
  [86_400_000, "d|days?"],
  [604_800_000, "w|weeks?"],
];
const onePart = new RegExp(
  `(\\d+(?:\\.\\d+)?)\\s*(?:${units.map(([, names]) => `(${names})`).join("|")})(?![a-z])\\s*`,
  "giy",
);
/** Further back no clock goes. */
const longest = 2_000 * 365 * 86_400_000;

/** Milliseconds of `90s`, `15m`, `2h`, `1h30m`, `1d`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.trim().matchAll(onePart)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text.trim()) return undefined;
  const sum = parts.reduce((total, [, count, ...found]) => {
    const unit = units[found.findIndex((each) => each !== undefined)];
    return total + Number(count) * (unit?.[0] ?? 0);
  }, 0);
  return sum <= longest ? Math.round(sum) : undefined;
}

const dateForm = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](.+))?$/i;
const timeForm = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?$/;
const zoneForm = /(Z|[+-]\d{2}:?\d{2})$/i;

function daysIn(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** A moment that exists, in the form that every machine reads alike: a date alone is its first minute, here. */
function momentForm(text: string, today: string): string | undefined {
  const [, year, month, day, rest] = dateForm.exec(text) ?? [];
  const date = year === undefined ? today : `${year}-${month}-${day}`;
  const clock = year === undefined ? text : (rest ?? "00:00").trim();
  const zone = year === undefined ? "" : (zoneForm.exec(clock)?.[0] ?? "");
  const time = timeForm.exec(zone === "" ? clock : clock.slice(0, -zone.length).trimEnd());
  if (!time) return undefined;
  const [, hour = "", minute = "", second = "00", fraction = ""] = time;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  // Of a day that a month does not have, JavaScript makes one of the next month.
  const [years = 0, months = 0, days = 0] = date.split("-").map(Number);
  if (days < 1 || days > daysIn(years, months)) return undefined;
  const exact = fraction === "" ? "" : `.${fraction.slice(0, 3)}`;
  const there = zone.replace(/^([+-]\d{2}):?(\d{2})$/, "$1:$2").toUpperCase();
  return `${date}T${hour.padStart(2, "0")}:${minute}:${second}${exact}${there}`;
}

/**
 * A duration back from now, or a moment.
 * @param parseMoment the machine's reading of a date: epoch milliseconds or NaN
 * @param today the local date, `2026-11-24`, for a time of day alone
 * @throws SlipwayError Usage, with the forms that are taken
 */
export function parseSince(
  text: string,
  parseMoment: (text: string) => number,
  today: string,
): { back: number } | { from: number } {
  const back = parseDuration(text);
  if (back !== undefined) return { back };
  const form = momentForm(text.trim(), today);
  const from = form === undefined ? Number.NaN : parseMoment(form);
  if (Number.isNaN(from))
    throw new SlipwayError({
      code: "Usage",
      summary:
        `"${text}" is neither a duration (90s, 15m, 2h, 1h30m, 1d, 1w) nor a time that exists ` +
        "(14:05, 2026-11-24, 2026-11-24T14:05, 2026-11-24T14:05:00Z).",
      actions: [],
    });
  return { from };
}

/**
 * A range that has a beginning before its end.
 * @param now epoch milliseconds
 * @throws SlipwayError Usage where it ends before it begins
 */
export function requireOrder(since: { back: number } | { from: number }, until: number, now: number): void {
  const begin = "from" in since ? since.from : now - since.back;
  if (until >= begin) return;
  throw new SlipwayError({
    code: "Usage",
    summary: "--until is before --since: nothing lies between.",
    remedy: "Exchange them, or leave --until out.",
    actions: [],
  });
}
