/** Moments as AWS writes them. The machine's own reader takes much more than is meant, and is not core's to use. */

/** Days from 1970 to the first of March of a year that counts from March, in which leap days come last. */
const marchFirst = (year: number): number =>
  365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) - 719_468;

/**
 * Epoch milliseconds of an ISO 8601 date and time (`2026-11-30T04:00:00Z`, with an offset, with less at its end) or of a
 * number of seconds since 1970; NaN for any other text.
 */
export function instantOf(text: string): number {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const found =
    /^(\d{4})-(\d\d)(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):?(\d\d))?)?$/i.exec(text);
  if (!found) return Number.NaN;
  const part = (index: number, fallback = 0): number => (found[index] === undefined ? fallback : Number(found[index]));
  const [year, month, day] = [part(1), part(2), part(3, 1)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || part(4) > 24 || part(5) > 59 || part(6) > 60) return Number.NaN;
  const fromMarch = (month + 9) % 12;
  const days = marchFirst(month < 3 ? year - 1 : year) + Math.floor((153 * fromMarch + 2) / 5) + day - 1;
  const offset = (part(9) * 60 + part(10)) * (found[8] === "-" ? -1 : 1);
  const minutes = (days * 24 + part(4)) * 60 + part(5) - offset;
  return (minutes * 60 + part(6)) * 1000 + Math.floor(Number(`0.${found[7] ?? "0"}`) * 1000);
}
