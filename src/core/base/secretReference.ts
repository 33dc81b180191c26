/**
 * What a secret of a task definition names: a secret of Secrets Manager by its ARN, or a parameter of Parameter Store by name
 * or ARN. A full ARN says its region and account, which need not be the task's own.
 */
export interface SecretReference {
  service: "secretsmanager" | "ssm";
  /** What the service is asked for: the secret's ARN without key, stage and version, or the parameter's name. */
  id: string;
  region: string;
  account: string;
  /** The ARN that a policy names, as far as the reference says it: of a secret it may lack the last six characters. */
  policyResource: string;
}

/** Where a reference is read: what it does not say itself is the task's own. */
export interface ReadingPlace {
  account: string;
  region: string;
  partition: string;
}

/** An ARN does not tell `/name` from `name`: only names with a further slash must begin with one. */
const parameterName = (path: string): string => (path.includes("/", 1) ? path : path.slice(1));

/** Whether a reference is one of Secrets Manager's; everything else is a parameter. */
export const isSecretArn = (reference: string): boolean => /^arn:[^:]*:secretsmanager:/.test(reference);

/** Whether a secret's ARN has the six characters that Secrets Manager puts behind its name, as far as can be told. */
export const isWholeSecretArn = (arn: string): boolean => /-[A-Za-z0-9]{6}$/.test(arn);

/** What a policy has to name so that the secret can be read: IAM is asked for the whole ARN, also where the reference is cut. */
export const policyResources = ({ service, policyResource }: SecretReference): string[] =>
  service === "ssm" || isWholeSecretArn(policyResource)
    ? [policyResource]
    : [policyResource, `${policyResource}-??????`];

/** Reads `valueFrom`, as ECS does. */
export function parseSecretReference(reference: string, place: ReadingPlace): SecretReference {
  const parts = reference.split(":");
  const own = { region: parts[3] || place.region, account: parts[4] || place.account };
  if (isSecretArn(reference)) {
    const arn = parts.slice(0, 7).join(":");
    return { service: "secretsmanager", id: arn, ...own, policyResource: arn };
  }
  const path = /^arn:[^:]*:ssm:[^:]*:[^:]*:parameter(\/.+)$/.exec(reference)?.[1];
  if (path !== undefined) return { service: "ssm", id: parameterName(path), ...own, policyResource: reference };
  const { account, region, partition } = place;
  const policyResource = `arn:${partition}:ssm:${region}:${account}:parameter/${reference.replace(/^\//, "")}`;
  return { service: "ssm", id: reference, region, account, policyResource };
}
