import { DescribeSecretCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";
import type { SecretsPort } from "../core/ports/secrets";
import { undefinedOn, type Caller } from "./session";

/** AWS Secrets Manager, and the Parameter Store of AWS Systems Manager. */
export function secretsPort(caller: Caller): SecretsPort {
  const { secrets, ssm } = caller.session;
  return {
    async hasSecret(arn, region) {
      const found = await undefinedOn(
        /^ResourceNotFoundException$/,
        caller.send(caller.session.secretsIn(region), new DescribeSecretCommand({ SecretId: arn })),
      );
      return found !== undefined && found.DeletedDate === undefined;
    },
    async hasParameter(name, region) {
      const names = name.startsWith("/") ? [name] : [name, `/${name}`];
      const { Parameters } = await caller.send(
        caller.session.ssmIn(region),
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
