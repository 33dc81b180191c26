import type { Scalar } from "./values";

/** What plain scalars stand for in the YAML library of Compose, which reads YAML 1.2 and numbers as YAML 1.1 has them. */
const words: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, { kind: "float", text: "NaN" }] as const),
  ...["", "+"].flatMap((sign) =>
    [".inf", ".Inf", ".INF"].map((word) => [sign + word, { kind: "float", text: "+Inf" }] as const),
  ),
  ...[".inf", ".Inf", ".INF"].map((word) => [`-${word}`, { kind: "float", text: "-Inf" }] as const),
]);

const integers: readonly (readonly [RegExp, string])[] = [
  [/^([-+]?)0[xX]([0-9a-fA-F]+)$/, "0x"],
  [/^([-+]?)0[bB]([01]+)$/, "0b"],
  [/^([-+]?)0[oO]?([0-7]+)$/, "0o"],
  [/^([-+]?)(0|[1-9][0-9]*)$/, ""],
];
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const smallest = -(2n ** 63n);
const largest = 2n ** 64n - 1n;

const timeForm =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]| +)(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(?: *(Z|[-+]\d{1,2}(?::?\d{2})?))?)?$/;

/** What a scalar without quotes and without a tag stands for. */
export function plainScalar(source: string): Scalar {
  const word = words.get(source);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(source)) return source;
  const plain = source.replaceAll("_", "");
  const integer = integerOf(plain);
  if (integer !== undefined) return { kind: "integer", text: integer };
  if (float.test(plain)) return { kind: "float", text: floatText(Number(plain)) };
  const time = timeOf(source);
  return time === undefined ? source : { kind: "time", text: time };
}

function integerOf(plain: string): string | undefined {
  for (const [form, prefix] of integers) {
    const match = form.exec(plain);
    if (!match) continue;
    const value = BigInt(prefix + (match[2] ?? "")) * (match[1] === "-" ? -1n : 1n);
    return value < smallest || value > largest ? undefined : value.toString();
  }
  return undefined;
}

/** As Go prints a float: as short as it can be, with an exponent below 1e-4 and from 1e21. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 21) return power < 0 ? value.toFixed(mantissaDigits(mantissa) - power) : String(value);
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

const mantissaDigits = (mantissa: string): number => mantissa.replace(/^-?\d\.?/, "").length;

const longMonths: ReadonlySet<number> = new Set([1, 3, 5, 7, 8, 10, 12]);
const daysOf = (year: number, month: number): number =>
  month !== 2 ? (longMonths.has(month) ? 31 : 30) : year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;

/** A date as Go prints it. */
function timeOf(source: string): string | undefined {
  const match = timeForm.exec(source);
  if (!match) return undefined;
  const [, year = "", month = "", day = "", hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  const numbers = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = numbers;
  if (mo < 1 || mo > 12 || d < 1 || d > daysOf(y, mo) || h > 23 || mi > 59 || s > 59) return undefined;
  const pad = (value: number) => String(value).padStart(2, "0");
  const digits = fraction.replace(/\.?0+$/, "");
  const offset = zone === "Z" ? "+0000 UTC" : `${zoneText(zone)} ${zoneText(zone)}`;
  return `${year}-${pad(mo)}-${pad(d)} ${pad(h)}:${pad(mi)}:${pad(s)}${digits} ${offset}`;
}

const zoneText = (zone: string): string => {
  const digits = zone.slice(1).replace(":", "");
  return zone.charAt(0) + (digits.length <= 2 ? `${digits.padStart(2, "0")}00` : digits.padStart(4, "0"));
};
