/** What `slipway scale` is told. */
import type { ScaleWish } from "../core/deploy/standstill";
import type { OneOff } from "../core/deploy/oneOff";
import { usageError } from "./usage";

type Text = string | boolean | readonly string[] | undefined;

/** As many tasks as slipway.json may ask for. */
const most = 5000;

function count(text: Text, name: string): number | undefined {
  if (typeof text !== "string") return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > most)
    throw usageError(`${name} takes a whole number from 0 to ${most}, not "${text}".`);
  return Number(text);
}

/** @param words what stands behind `scale` */
export function scaleFrom(
  values: { readonly minimum?: Text; readonly maximum?: Text },
  [words]: readonly string[],
): ScaleWish {
  const wish: ScaleWish = {
    count: count(words, "slipway scale"),
    minimum: count(values.minimum, "--minimum"),
    maximum: count(values.maximum, "--maximum"),
  };
  const { minimum, maximum } = wish;
  if (wish.count === undefined && minimum === undefined && maximum === undefined)
    throw usageError("Say how many: slipway scale N, or slipway scale --minimum A --maximum B.");
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    throw usageError(`At least ${minimum} and at most ${maximum} tasks cannot both hold.`);
  return wish;
}

/** @param command what stands behind `run --`; nothing where a schedule says it */
export function runFrom(
  { container, schedule }: { readonly container?: Text; readonly schedule?: Text },
  command: readonly string[],
): { readonly oneOff: OneOff } | { readonly schedule: string } {
  if (typeof schedule === "string") {
    if (command.length > 0 || container !== undefined)
      throw usageError("--schedule says the command and its container: leave both out.");
    return { schedule };
  }
  if (command.length === 0) throw usageError("Say which command: slipway run [options] -- COMMAND ARGUMENT…");
  return { oneOff: { command, ...(typeof container === "string" ? { container } : {}) } };
}

export interface PromoteArguments {
  /** The environment that what runs is taken from; `default` is the one without a name. */
  readonly from: string;
  /** Its profile, where slipway.json does not name it. */
  readonly profile?: string;
}

/** @throws SlipwayError Usage where it is not said from where */
export function promoteFrom({
  from,
  environment = "default",
  "from-profile": profile,
}: { readonly [Key in "from" | "environment" | "from-profile"]?: Text }): PromoteArguments {
  if (typeof from !== "string")
    throw usageError("Say from where: slipway promote --from ENVIRONMENT --environment ENVIRONMENT.");
  if (from === environment) throw usageError(`--from and --environment name the same environment, ${from}.`);
  return { from, ...(typeof profile === "string" ? { profile } : {}) };
}
