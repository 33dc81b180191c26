/** "Since when", as people write it. */
import { SlipwayError } from "../base/errors";

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `90s`, `15m`, `2h`, `1h30m`, `1d`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*([smhdw])[a-z]*\s*/gi)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text.trim()) return undefined;
  return Math.round(
    parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[(unit ?? "").toLowerCase()] ?? 0), 0),
  );
}

/**
 * A duration back from now, or a moment.
 * @param parseMoment the machine's reading of a date: epoch milliseconds or NaN
 * @param today the local date, `2026-11-24`, for a time of day alone
 */
export function parseSince(
  text: string,
  parseMoment: (text: string) => number,
  today: string,
): { back: number } | { from: number } {
  const back = parseDuration(text);
  if (back !== undefined) return { back };
  const trimmed = text.trim();
  const from = parseMoment(
    /^\d{1,2}:\d{2}(:\d{2})?$/.test(trimmed)
      ? `${today}T${trimmed.padStart(trimmed.length + (/^\d:/.test(trimmed) ? 1 : 0), "0")}`
      : trimmed,
  );
  if (Number.isNaN(from))
    throw new SlipwayError({
      code: "Usage",
      summary: `"${text}" is neither a duration (15m, 2h, 1d) nor a time (14:05, 2026-11-24T14:05).`,
      actions: [],
    });
  return { from };
}
