/** What the execution role that Slipway makes may do for the tasks: create the log group if it is gone, and read secrets. */
import type { JsonObject, TaskDefinition } from "../base/taskDefinition";
import { parseSecretReference, policyResources, type SecretReference } from "../base/secretReference";
import { logsOf, secretsOf } from "../taskDefinition/model/generate";
import { canonical } from "../taskDefinition/model/normalise";
import type { RunInput, ObservedState } from "./observedState";

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

function policyFor(
  definitions: readonly TaskDefinition[],
  { app }: RunInput,
  { identity: { partition, account } }: ObservedState,
): JsonObject {
  const groups = unique(definitions.map((definition) => logsOf(definition, app.container)?.group ?? app.logGroup));
  const secrets = unique(definitions.flatMap(secretsOf));
  // A name is read in the task's own region, which the policy leaves open.
  const named = secrets.map((reference) => parseSecretReference(reference, { partition, account, region: "*" }));
  const resourcesOf = (service: SecretReference["service"]): string[] =>
    unique(named.filter((secret) => secret.service === service).flatMap(policyResources));
  const managed = resourcesOf("secretsmanager");
  const parameters = resourcesOf("ssm");
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogGroup"],
        Resource: groups.flatMap((group) => [
          `arn:${partition}:logs:*:${account}:log-group:${group}`,
          `arn:${partition}:logs:*:${account}:log-group:${group}:*`,
        ]),
      },
      ...(managed.length ? [{ Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: managed }] : []),
      ...(parameters.length ? [{ Effect: "Allow", Action: ["ssm:GetParameters"], Resource: parameters }] : []),
    ],
  };
}

/** What the new version alone needs: once it has taken over. */
export const policyAfterRollout = (input: RunInput, observed: ObservedState, merged: TaskDefinition): JsonObject =>
  policyFor([merged], input, observed);

/** What the new version needs, and what runs: a version that goes on serving after a rollback has to start again. */
export const policyDuringRollout = (input: RunInput, observed: ObservedState, merged: TaskDefinition): JsonObject =>
  policyFor([merged, ...observed.running.map(({ definition }) => definition)], input, observed);

/** Whether the policy is to be narrowed after the rollout. */
export const policyNarrows = (input: RunInput, observed: ObservedState, merged: TaskDefinition): boolean =>
  canonical(policyDuringRollout(input, observed, merged)) !== canonical(policyAfterRollout(input, observed, merged));
