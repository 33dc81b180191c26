/** What a deployment notes for the next, as it is handed on. */
import { parseDefinition } from "../taskDefinition/model/generate";
import { notedNames } from "../taskDefinition/model/hidden";
import type { DeploymentNote, Journal } from "../ports/machine";
import type { Outcome } from "./events";
import { isWrite } from "./plan";
import type { RunContext } from "./step";

/** So many deployments are noted. */
const mostDeployments = 100;

/** Notes a deployment that reached the service: ECS names nobody, and forgets. */
export async function noteDeployment(context: RunContext, outcome: Outcome, at: number): Promise<void> {
  const { clock, commit, decisions, goBack, journal, observed, outputs } = context;
  const decision = decisions.get("service");
  if (!outputs.service || outputs.revisionArn === undefined || !decision || !isWrite(decision)) return;
  const { digest } = outputs;
  const known = goBack ? goBack.commit : commit;
  const note: DeploymentNote = {
    at,
    endedAt: clock.now(),
    revision: outputs.revisionArn,
    by: observed.identity.arn,
    outcome,
    ...(digest === undefined ? {} : { digest }),
    ...(known === undefined ? {} : { commit: known }),
  };
  journal.history = [...(journal.history ?? []), note].slice(-mostDeployments);
  await context.saveJournal();
}

/** Earlier versions noted the definition file with its values: they go when the notes are next written. */
export function withoutNotedValues(journal: Journal): Journal {
  const { registeredFile, ...rest } = journal;
  if (registeredFile === undefined) return journal;
  const names = notedNames(registeredFile, (text) => parseDefinition(text, "the journal"));
  return names === undefined ? rest : { ...rest, registeredFile: names };
}
