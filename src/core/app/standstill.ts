/** What a stopped application's service remembers of itself: in a tag, so that any machine can start it again. */

/** Of scaling what is suspended. */
export interface Suspension {
  readonly in: boolean;
  readonly out: boolean;
  readonly schedule: boolean;
}

/** How it was before it was stopped; `limits` are absent where it had no scalable target. */
export interface Standstill {
  readonly desired: number;
  readonly limits?: { readonly minimum: number; readonly maximum: number; readonly suspended: Suspension };
}

/** Tag of the service. */
export const stoppedTag = "slipway:stopped";

export const allSuspended: Suspension = { in: true, out: true, schedule: true };
export const noneSuspended: Suspension = { in: false, out: false, schedule: false };

const kinds = ["in", "out", "schedule"] as const;

/** As the tag has it: `desired=2 minimum=1 maximum=4 suspended=in+out`. */
export function standstillText({ desired, limits }: Standstill): string {
  if (!limits) return `desired=${desired}`;
  const suspended = kinds.filter((kind) => limits.suspended[kind]).join("+") || "none";
  return `desired=${desired} minimum=${limits.minimum} maximum=${limits.maximum} suspended=${suspended}`;
}

/** Reads the tag; what does not say enough counts as one task without scaling. */
export function standstillFrom(text: string): Standstill {
  const parts = new Map(text.split(" ").map((part): [string, string] => [part.split("=")[0] ?? "", part]));
  const number = (name: string): number | undefined => {
    const digits = /^[a-z]+=(\d{1,5})$/.exec(parts.get(name) ?? "")?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const [minimum, maximum] = [number("minimum"), number("maximum")];
  const desired = number("desired") ?? 1;
  if (minimum === undefined || maximum === undefined || minimum > maximum) return { desired };
  const words = (parts.get("suspended") ?? "").slice("suspended=".length).split("+");
  const [isIn, isOut, isSchedule] = kinds.map((kind) => words.includes(kind));
  const suspended = { in: isIn === true, out: isOut === true, schedule: isSchedule === true };
  return { desired, limits: { minimum, maximum, suspended } };
}

/** What a service remembers, where it was stopped and nobody started it since. */
export function standstillOf(
  service: { readonly desired: number; readonly tags: Readonly<Record<string, string>> } | undefined,
): Standstill | undefined {
  const text = service?.tags[stoppedTag];
  return text === undefined || service?.desired !== 0 ? undefined : standstillFrom(text);
}
