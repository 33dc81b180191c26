/** What `--yes` does not decide by itself. */
import { SlipwayError } from "../core/base/errors";
import { exactText } from "../core/base/exactJson";
import { takings, type Plan } from "../core/deploy/plan";
import type { OutsideSource } from "../core/deploy/sources";
import { consentReasonText, outsideText } from "../core/render/decisions";
import type { Invocation } from "./arguments";
import type { Terminal } from "./terminal";

interface Question {
  /** What it is a yes to: "Taking the rollout back". */
  readonly what: string;
  /** Asked of who sits there; answered with y. */
  readonly question: string;
  /** What is to be typed instead, where slipway.json protects the environment. */
  readonly name?: string | undefined;
  readonly evidence: readonly string[];
}

/**
 * The one yes: by `--yes` (and, of what is protected, `--confirm NAME`), or by who sits there.
 * @throws SlipwayError ConsentMissing where nobody can be asked
 */
export async function agreed(
  { ask, interactive }: Terminal,
  { yes, confirm, format }: Pick<Invocation, "yes" | "confirm" | "format">,
  { what, question, name, evidence }: Question,
  signal: AbortSignal,
): Promise<boolean> {
  if (yes && (name === undefined || confirm === name)) return true;
  if (format === "json" || !interactive())
    throw new SlipwayError({
      code: "ConsentMissing",
      summary:
        yes && name !== undefined
          ? `${what} needs the name ${name}, since slipway.json protects it; --yes does not say it.`
          : `${what} needs a yes, and nobody can be asked here.`,
      evidence: [...evidence],
      remedy: `Say ${yes ? "" : "--yes "}${name === undefined ? "" : `--confirm ${shellWord(name)} `}to do it.`,
    });
  if (name === undefined) return /^y(es)?$/i.test(await ask(`${question} [y/N] `, signal));
  return (await ask(`${question} Type ${name}: `, signal)) === name;
}

/** A path as a shell takes it. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const flagOf = (use: OutsideSource["use"]): string =>
  use === "context" || use === "namedContext" ? "--allow-context" : "--allow-file";

/**
 * @param isAllowed whether the command line names this path
 * @throws SlipwayError OutsideNotAllowed where the build gets what lies outside of the folder, ExistsAlready where the plan takes what this application did not make, ChangedElsewhere where the
 * live task definition was changed by somebody else
 */
export function refuseUndecided(
  plan: Plan,
  { adopt, acceptChanges }: Pick<Invocation, "adopt" | "acceptChanges">,
  isAllowed: (path: string) => boolean,
): void {
  const outside = (plan.outside ?? []).filter(({ path }) => !isAllowed(path));
  if (outside.length)
    throw new SlipwayError({
      code: "OutsideNotAllowed",
      summary:
        "The build would get what lies outside of the workspace folder, and so publish it; --yes does not decide over that.",
      evidence: outside.map(outsideText),
      remedy:
        "If you mean it, name it: " +
        `${outside.map(({ use, path }) => `${flagOf(use)} ${shellWord(path)}`).join(" ")}; or deploy without --yes and ` +
        "answer, or from a folder that holds all of it (--config).",
      actions: ["showPlan", "openConfig"],
    });
  const taking = takings(plan);
  if (taking.length && !adopt)
    throw new SlipwayError({
      code: "ExistsAlready",
      summary:
        "What is there already under this application's names was not made by it; --yes does not decide over that.",
      evidence: taking.map((reason) => consentReasonText(reason, plan.local)),
      remedy:
        "Give the application another name in slipway.json, or name there what it is to use (service, cluster, repository, " +
        "loadBalancer.name, executionRole); or deploy without --yes, or with --adopt, to take it over.",
      actions: ["showPlan", "openConfig"],
    });
  if (plan.changedElsewhere.length && !acceptChanges)
    throw new SlipwayError({
      code: "ChangedElsewhere",
      summary: "The live task definition was changed outside Slipway; --yes does not decide over that.",
      evidence: plan.changedElsewhere.map(
        (item) => `${item.path}: ${exactText(item.before) || "(nothing)"} -> ${exactText(item.after) || "(nothing)"}`,
      ),
      remedy:
        "Look at `slipway plan`; then deploy without --yes, or say --accept-changes: the file governs what it states, " +
        "the rest of these changes is kept.",
      actions: ["showPlan"],
    });
}
