/** Whether a secret or a parameter is there, asked where its reference says. */
import { SlipwayError } from "../../base/errors";
import { parseSecretReference, type ReadingPlace } from "../../base/secretReference";
import type { SecretsPort } from "../../ports/secrets";

/**
 * Whether what a task definition names as `valueFrom` is there. A full ARN is looked for in its own region. What belongs to
 * another account may only not be seen: unless it is found, that fails with the code `OtherAccount`.
 */
export async function secretIsThere(secrets: SecretsPort, reference: string, place: ReadingPlace): Promise<boolean> {
  const { service, id, region, account } = parseSecretReference(reference, place);
  const foreign = account !== place.account;
  if (service === "secretsmanager" && (await secrets.hasSecret(id, region))) return true;
  if (foreign)
    throw new SlipwayError({
      code: "OtherAccount",
      summary: `${reference} is of account ${account}, which ${place.account} need not see.`,
      remedy: "Look with a profile of that account.",
      actions: ["chooseConnection"],
    });
  return service === "ssm" && secrets.hasParameter(id, region);
}

/** The customer's key that a secret lies under; undefined for AWS's own, and where none can be read. */
export async function keyOfSecret(
  secrets: SecretsPort,
  reference: string,
  place: ReadingPlace,
): Promise<string | undefined> {
  const { service, id, region, account } = parseSecretReference(reference, place);
  // Of another account's parameter nothing can be asked by its name.
  if (service === "ssm" && account !== place.account) return undefined;
  return service === "ssm" ? secrets.keyOfParameter(id, region) : secrets.keyOfSecret(id, region);
}
