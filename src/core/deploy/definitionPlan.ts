/** What a deployment registers: file, live revision and what was registered last, merged and completed. Pure. */
import { own, type TaskDefinition } from "../base/taskDefinition";
import { completeDefinition, parseDefinition } from "../taskDefinition/model/generate";
import { withValuesOf } from "../taskDefinition/model/hidden";
import { mergeDefinitions } from "../taskDefinition/model/merge";
import { sameDefinition } from "../taskDefinition/model/normalise";
import { isOurs, type GoBack, type ObservedState, type Revision, type RunInput } from "./observedState";
import { wantedDefinition } from "./wantedDefinition";
import { holdsWhatItSays } from "./revisions";

export const wantedOf = (input: RunInput, observed: ObservedState) =>
  wantedDefinition(input, observed.engine, observed.live, observed.definitionFile);

/** The task definition as it would be registered: computed once for a plan, and handed to every step. */
export interface DefinitionPlan {
  /** File, live revision and the file as last registered, merged; image and roles are not in it yet. */
  merged: TaskDefinition;
  /** What would be registered, as far as image and role are known before the work begins. */
  predicted: TaskDefinition;
  /** The registered revision that says the same; undefined where one has to be registered. */
  reusable: Revision | undefined;
}

export function planDefinition(input: RunInput, observed: ObservedState): DefinitionPlan {
  if (input.goBack) return earlierDefinition(input.goBack, input, observed);
  const merged = mergedDefinition(input, observed);
  const predicted = predictedDefinition(input, observed, merged);
  const known = observed.image !== undefined && !input.rebuild && observed.role !== undefined;
  return { merged, predicted, reusable: known ? revisionFor(predicted, observed, input) : undefined };
}

/** As it was registered, and by a revision that says the same where that is no longer active. */
function earlierDefinition(
  { revision, definition }: GoBack,
  { app }: RunInput,
  observed: ObservedState,
): DefinitionPlan {
  const { live, latest } = observed;
  const others = [live, latest].filter((other) => other !== undefined && isOurs(other.tags, app));
  const reusable = [revision, ...others].find(
    (one) => one && one.status !== "INACTIVE" && sameDefinition(one.definition, definition),
  );
  return { merged: definition, predicted: definition, reusable };
}

/** Stands for the image in a definition that is predicted before it is built. */
export const imageOfThisSource = "(this source's image)";

function mergedDefinition(input: RunInput, observed: ObservedState): TaskDefinition {
  const { journal } = input;
  const arn = observed.live?.arn;
  const text =
    journal.registeredRevision === arn ? journal.registeredFile : own(journal.registeredFiles ?? {}, arn ?? "");
  const noted = text === undefined ? undefined : parseDefinition(text, "the journal");
  // The notes have no values, and need none: what the file said then is what this very revision was registered with.
  const lastFile = noted && observed.live ? withValuesOf(noted, observed.live.definition) : undefined;
  return mergeDefinitions({ file: wantedOf(input, observed).definition, live: observed.live?.definition, lastFile });
}

/**
 * The revision that can be used as it is: the live one, else the newest that Slipway registered. Nothing starts from one
 * that was deregistered, and what says to be something else than it is would look changed elsewhere for ever.
 */
export function revisionFor(
  definition: TaskDefinition,
  observed: ObservedState,
  input: RunInput,
): Revision | undefined {
  const candidates = [
    observed.live,
    ...(observed.latest && isOurs(observed.latest.tags, input.app) ? [observed.latest] : []),
  ];
  return candidates.find(
    (revision) =>
      revision &&
      revision.status !== "INACTIVE" &&
      (holdsWhatItSays(revision) || revision.arn === observed.own?.arn) &&
      sameDefinition(revision.definition, definition),
  );
}

function predictedDefinition(input: RunInput, observed: ObservedState, merged: TaskDefinition): TaskDefinition {
  const image =
    observed.image && !input.rebuild ? `${observed.repository?.uri ?? ""}@${observed.image.digest}` : imageOfThisSource;
  const role =
    observed.role?.role.arn ??
    `arn:${observed.identity.partition}:iam::${observed.identity.account}:role/${input.app.executionRoleName}`;
  return completeDefinition(merged, input.app, {
    image,
    executionRoleArn: role,
    taskRoleArn: observed.taskRoleArn,
    region: observed.identity.region,
  });
}
