/** What the execution role that Slipway makes may do for the tasks: create the log group if it is gone, and read secrets. */
import type { JsonObject, TaskDefinition } from "../base/taskDefinition";
import { parseSecretReference, policyResources, type SecretReference } from "../base/secretReference";
import { logsOf, secretsOf } from "../taskDefinition/model/generate";
import { canonical } from "../taskDefinition/model/normalise";
import type { RunInput, ObservedState } from "./observedState";

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** The service that opens a secret with its key for the task, as kms:ViaService names it. */
const opener = ({ service, region }: SecretReference, partition: string): string =>
  `${service}.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;

/**
 * Who reads a secret under a customer's key has to be allowed to open it with that key: by that service alone, and by
 * that key. A policy cannot name a key by its alias, but ask for it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
function keyStatements(references: readonly string[], { identity, secretKeys, role }: ObservedState): JsonObject[] {
  const own = secretKeys.filter(({ reference }) => references.includes(reference));
  const statements = own.flatMap(({ reference, key }): JsonObject[] => {
    if (!key.known || key.value === undefined) return [];
    const secret = parseSecretReference(reference, identity);
    const { partition } = identity;
    const isArn = key.value.startsWith("arn:");
    const local = isArn ? key.value.split(":").slice(5).join(":") : key.value;
    const place = isArn
      ? key.value.split(":").slice(0, 5).join(":")
      : `arn:${partition}:kms:${secret.region}:${secret.account}`;
    const alias = local.startsWith("alias/") ? local : undefined;
    const id = local.startsWith("key/") ? local : `key/${local}`;
    return [
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: [`${place}:${alias === undefined ? id : "key/*"}`],
        Condition: {
          StringEquals: { "kms:ViaService": opener(secret, partition) },
          ...(alias === undefined ? {} : { "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias } }),
        },
      },
    ];
  });
  // Of a key that may not be read now, what was allowed before stays.
  const before = own.some(({ key }) => !key.known) ? decryptStatements(role?.inline) : [];
  return [...new Map([...statements, ...before].map((each) => [canonical(each), each])).values()];
}

function decryptStatements(policy: JsonObject | undefined): JsonObject[] {
  const statements = Array.isArray(policy?.["Statement"]) ? (policy["Statement"] as JsonObject[]) : [];
  return statements.filter(({ Action }) => canonical(Action) === canonical(["kms:Decrypt"]));
}

function policyFor(definitions: readonly TaskDefinition[], { app }: RunInput, observed: ObservedState): JsonObject {
  const { partition, account } = observed.identity;
  const groups = unique(definitions.map((definition) => logsOf(definition, app.container)?.group ?? app.logGroup));
  const secrets = unique(definitions.flatMap(secretsOf));
  // A name is read in the task's own region, which the policy leaves open.
  const named = secrets.map((reference) => parseSecretReference(reference, { partition, account, region: "*" }));
  const resourcesOf = (service: SecretReference["service"]): string[] =>
    unique(named.filter((secret) => secret.service === service).flatMap(policyResources));
  const managed = resourcesOf("secretsmanager");
  const keys = keyStatements(secrets, observed);
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
      ...keys,
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
