/** What can be told of a situation without any text of AWS, by name. */
import { refutedByCode, type Fact } from "./types";
import { scriptRefused } from "./patterns/texts";
import { prerequisiteFacts } from "./facts/prerequisites";
import { runFacts } from "./facts/runs";
import { targetFacts } from "./facts/targets";
import { listeningFacts } from "./facts/listening";
import { networkPathFacts } from "./facts/networkPaths";

/** Both have to be so; the second one's evidence is what explains the first. */
const both =
  (first: Fact, second: Fact): Fact =>
  (context) => {
    const one = first(context);
    if (one.state === "refuted" || one.state === "unknown") return one;
    const other = second(context);
    if (other.state === "refuted" || other.state === "unknown") return other;
    return {
      ...other,
      state: one.state === "proved" ? other.state : one.state,
      values: { ...one.values, ...other.values },
      more: [one.why, ...(other.more ?? [])],
    };
  };

/** What the kernel does not take for a program is a script, and its image is for the task's processor, as far as is known. */
const sameProcessor: Fact = (context) => {
  if (!context.said.some(({ text }) => scriptRefused.test(text)))
    return refutedByCode("Nothing says that a script is no program.");
  const other = prerequisiteFacts.otherPlatform(context);
  if (other.state === "refuted") return { ...other, state: "proved" };
  return other.state === "unknown" ? { state: "supported", why: other.why } : { ...other, state: "refuted" };
};

export const facts: Readonly<Record<string, Fact>> = {
  ...networkPathFacts,
  ...prerequisiteFacts,
  ...targetFacts,
  ...listeningFacts,
  ...runFacts,
  gatewaySpeaksOtherwise: both(runFacts.answers502, listeningFacts.speaksOtherwise),
  sameProcessor,
  gatewayClosed: both(runFacts.answers504, networkPathFacts.taskPortClosed),
  // The load balancer says 504 only after ten seconds, and whoever asks may have gone by then.
  silentBehindClosed: both(runFacts.urlSilent, networkPathFacts.taskPortClosed),
  silentAndClosed: both(runFacts.urlSilent, networkPathFacts.balancerClosed),
};

/** A fact by its name; a name that nothing stands behind is a mistake in the table. */
export function factNamed(name: string): Fact {
  const fact = facts[name];
  if (!fact) throw new Error(`There is no fact ${name}.`);
  return fact;
}
