import { DescribeSecretCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";
import type { SecretsPort } from "../core/ports/secrets";
import { undefinedOn, type Caller } from "./session";

/** `arn:…:parameter/a/b` or `a` -> the name that SSM lists it under. */
const parameterName = (reference: string): string => {
  const name = /:parameter(\/.+)$/.exec(reference)?.[1];
  if (name === undefined) return reference;
  // An ARN does not tell `/name` from `name`: only names with a further slash must begin with one.
  return name.lastIndexOf("/") > 0 ? name : name.slice(1);
};

/** AWS Secrets Manager, and the Parameter Store of AWS Systems Manager. */
export function secretsPort(caller: Caller): SecretsPort {
  const { secrets, ssm } = caller.session;
  return {
    async hasSecret(reference) {
      // Behind the secret's own seven parts come key, stage and version.
      const id = reference.startsWith("arn:") ? reference.split(":").slice(0, 7).join(":") : reference;
      const found = await undefinedOn(
        /^ResourceNotFoundException$/,
        caller.send(secrets, new DescribeSecretCommand({ SecretId: id })),
      );
      return found !== undefined && found.DeletedDate === undefined;
    },
    async hasParameter(reference) {
      const name = parameterName(reference);
      const names = name.startsWith("/") ? [name] : [name, `/${name}`];
      const { Parameters } = await caller.send(
        ssm,
        new DescribeParametersCommand({ ParameterFilters: [{ Key: "Name", Option: "Equals", Values: names }] }),
      );
      return (Parameters ?? []).length > 0;
    },
    async list() {
      const [managed, parameters] = await Promise.all([
        caller.send(secrets, new ListSecretsCommand({ MaxResults: 100 })),
        caller.send(ssm, new DescribeParametersCommand({ MaxResults: 50 })),
      ]);
      return [
        ...(managed.SecretList ?? []).flatMap((secret) => secret.ARN ?? []),
        ...(parameters.Parameters ?? []).flatMap((parameter) => parameter.ARN ?? parameter.Name ?? []),
      ];
    },
  };
}
