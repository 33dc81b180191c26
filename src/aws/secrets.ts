import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type ListSecretsCommandOutput,
  type SecretListEntry,
} from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";
import type { FoundSecret, JsonKeyState, SecretsPort } from "../core/ports/secrets";
import { undefinedOn, type Caller } from "./session";

/** AWS's own keys take no permission. */
const customerKey = (key: string | undefined): string | undefined =>
  key === undefined || /(^|:)alias\/aws\//.test(key) ? undefined : key;

function foundSecret(found: SecretListEntry): FoundSecret {
  const key = customerKey(found.KmsKeyId);
  return {
    arn: found.ARN ?? "",
    name: found.Name ?? "",
    tags: Object.fromEntries((found.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    isDeleted: found.DeletedDate !== undefined,
    ...(key === undefined ? {} : { key }),
    ...(found.LastChangedDate ? { changedAt: found.LastChangedDate.getTime() } : {}),
  };
}

/** Says nothing else of the text. */
function jsonKeyIn(text: string, key: string): JsonKeyState {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return "notJson";
    return Object.hasOwn(parsed, key) ? "there" : "absent";
  } catch {
    return "notJson";
  }
}

/** AWS Secrets Manager, and the Parameter Store of AWS Systems Manager. */
export function secretsPort(caller: Caller): SecretsPort {
  const { secrets, ssm } = caller.session;
  const describe = (arn: string, region: string) =>
    undefinedOn(
      /^ResourceNotFoundException$/,
      caller.send(caller.session.secretsIn(region), new DescribeSecretCommand({ SecretId: arn })),
    );
  const describeParameter = async (name: string, region: string) => {
    const names = name.startsWith("/") ? [name] : [name, `/${name}`];
    const { Parameters = [] } = await caller.send(
      caller.session.ssmIn(region),
      new DescribeParametersCommand({ ParameterFilters: [{ Key: "Name", Option: "Equals", Values: names }] }),
    );
    return Parameters.find(({ Name }) => Name === name) ?? Parameters[0];
  };
  return {
    async hasSecret(arn, region) {
      const found = await describe(arn, region);
      return found !== undefined && found.DeletedDate === undefined;
    },
    async hasParameter(name, region) {
      return (await describeParameter(name, region)) !== undefined;
    },
    async keyOfSecret(arn, region) {
      return customerKey((await describe(arn, region))?.KmsKeyId);
    },
    async keyOfParameter(name, region) {
      return customerKey((await describeParameter(name, region))?.KeyId);
    },
    async findSecret(id, region) {
      const found = await describe(id, region ?? caller.session.settings.region);
      return found?.ARN === undefined ? undefined : foundSecret(found);
    },
    async listOwn(prefix) {
      const found: FoundSecret[] = [];
      let NextToken: string | undefined;
      do {
        const page: ListSecretsCommandOutput = await caller.send(
          secrets,
          new ListSecretsCommand({ Filters: [{ Key: "name", Values: [prefix] }], NextToken }),
        );
        found.push(...(page.SecretList ?? []).filter(({ Name }) => Name?.startsWith(prefix)).map(foundSecret));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found;
    },
    async createSecret({ name, value, description, tags, key }) {
      const { ARN } = await caller.send(
        secrets,
        new CreateSecretCommand({
          Name: name,
          SecretString: value,
          Description: description,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          ...(key === undefined ? {} : { KmsKeyId: key }),
        }),
      );
      return ARN ?? name;
    },
    async putSecret(arn, value) {
      await caller.send(secrets, new PutSecretValueCommand({ SecretId: arn, SecretString: value }));
    },
    async restoreSecret(arn) {
      await caller.send(secrets, new RestoreSecretCommand({ SecretId: arn }));
    },
    async jsonKey({ id, key, stage, version }, region) {
      const { SecretString = "" } = await caller.send(
        caller.session.secretsIn(region),
        new GetSecretValueCommand({ SecretId: id, VersionStage: stage, VersionId: version }),
      );
      return jsonKeyIn(SecretString, key);
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
