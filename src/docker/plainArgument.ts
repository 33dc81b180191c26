import { SlipwayError } from "../core/base/errors";

/** Refuses a value that the program would take for an option. */
export function plainArgument(value: string, what: string): string {
  if (!value.startsWith("-")) return value;
  throw new SlipwayError({
    code: "UnsafeArgument",
    summary: `${what} may not begin with a hyphen: "${value}".`,
    remedy: "Rename it.",
    actions: ["openConfig"],
  });
}
