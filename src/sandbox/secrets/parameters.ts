/** The Parameter Store of AWS Systems Manager. */
import { mayDecrypt } from "../iam/authorize";
import type {
  Parameter,
  ParameterMetadata,
  ParameterStringFilter,
  PutParameterRequest,
  SsmOperations,
} from "../model/ssm.types";
import type { Table } from "../registry";
import { page, tagsFrom } from "../util";
import { ApiError } from "../wire/errors";
import type { Context, Region } from "../world";
import { awsKey, findKey, seal } from "./keyStore";
import { labelOperations } from "./parameterLabels";
import {
  checkName,
  findParameter,
  findVersion,
  notFound,
  parameterContext,
  readParameter,
  selected,
} from "./parameterStore";
import type { KeyRecord, ParameterRecord, ParameterVersion } from "./records";
import { customerKey } from "./secretStore";

const STANDARD_BYTES = 4096;
const ADVANCED_BYTES = 8192;
const MOST_VERSIONS = 100;

const validation = (text: string): ApiError => new ApiError("ValidationException", text);
const badToken = (): ApiError => new ApiError("InvalidNextToken", "The specified token is not valid.");

function pageSize(asked: number | undefined, most: number): number {
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 1 || asked > most))
    throw validation(
      `1 validation error detected: Value '${asked}' at 'maxResults' failed to satisfy constraint: Member must have ` +
        `value ${asked < 1 ? "greater than or equal to 1" : `less than or equal to ${most}`}`,
    );
  return asked ?? most;
}

function checkCount(names: readonly string[]): void {
  if (names.length < 1 || names.length > 10)
    throw validation(
      `1 validation error detected: Value '[${names.join(", ")}]' at 'names' failed to satisfy constraint: Member must ` +
        `have length ${names.length < 1 ? "greater than or equal to 1" : "less than or equal to 10"}`,
    );
}

/** The value as a client sees it; throws what SSM answers to a caller without kms:Decrypt on the parameter's own key. */
function shown(context: Context, record: ParameterRecord, version: ParameterVersion, isOpened: boolean): string {
  const key = typeof version.value === "string" ? undefined : customerKey(context.region, version.value);
  if (isOpened && key !== undefined && !mayDecrypt(context, key, "ssm"))
    throw new ApiError(
      "AccessDeniedException",
      "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are " +
        "not allowed to access.",
    );
  return readParameter(context.region, record, version, isOpened);
}

function parameter(
  context: Context,
  given: string,
  isOpened: boolean,
): { readonly found: Parameter } | { readonly missing: "parameter" | "version" } {
  const record = findParameter(context.region, given);
  const { selector } = selected(given);
  const version = record && findVersion(record, selector);
  if (!record) return { missing: "parameter" };
  if (!version) return { missing: "version" };
  return { found: parameterOf(context, record, version, isOpened, selector) };
}

function parameterOf(
  context: Context,
  record: ParameterRecord,
  version: ParameterVersion,
  isOpened: boolean,
  selector?: string,
): Parameter {
  return {
    Name: record.name,
    Type: version.type,
    Value: shown(context, record, version, isOpened),
    Version: version.version,
    Selector: selector === undefined ? undefined : `:${selector}`,
    LastModifiedDate: version.at,
    ARN: record.arn,
    DataType: version.dataType,
  };
}

function metadata(record: ParameterRecord): ParameterMetadata {
  const last = record.versions.at(-1);
  return {
    Name: record.name,
    ARN: record.arn,
    Type: last?.type,
    KeyId: last?.keyId,
    LastModifiedDate: last?.at,
    LastModifiedUser: last?.by,
    Description: last?.description,
    AllowedPattern: last?.allowedPattern,
    Version: last?.version,
    Tier: last?.tier,
    Policies: [],
    DataType: last?.dataType,
  };
}

/** Whether a parameter passes one filter of DescribeParameters or GetParametersByPath. */
function passes(record: ParameterRecord, filter: ParameterStringFilter): boolean {
  const { Key, Values = [] } = filter;
  const last = record.versions.at(-1);
  const equal = (text: string | undefined): boolean =>
    text !== undefined &&
    Values.some((v) =>
      filter.Option === "BeginsWith"
        ? text.startsWith(v)
        : filter.Option === "Contains"
          ? text.includes(v)
          : text === v,
    );
  switch (Key) {
    case "Name":
      return equal(record.name) || (!record.name.startsWith("/") && equal(`/${record.name}`));
    case "Type":
      return equal(last?.type);
    case "KeyId":
      return equal(last?.keyId);
    case "Tier":
      return equal(last?.tier);
    case "DataType":
      return equal(last?.dataType);
    case "Label":
      return record.versions.some((v) => [...v.labels].some((label) => equal(label)));
    case "Path":
      return Values.some((v) => within(record.name, v, filter.Option === "Recursive"));
    default:
      if (Key.startsWith("tag:")) {
        const value = record.tags.get(Key.slice(4));
        return value !== undefined && (Values.length === 0 || equal(value));
      }
      throw new ApiError(
        "InvalidFilterKey",
        `The following filter key is not valid: ${Key}. Valid filter keys include: [DataType, KeyId, Label, Name, Path, ` +
          "Tier, Type].",
      );
  }
}

function within(name: string, path: string, isRecursive: boolean): boolean {
  const under = path.endsWith("/") ? path : `${path}/`;
  if (!name.startsWith(under)) return false;
  return isRecursive || !name.slice(under.length).includes("/");
}

function checkValue(input: PutParameterRequest, type: string, pattern: string | undefined): string {
  const tier =
    input.Tier === "Advanced" || (input.Tier === "Intelligent-Tiering" && input.Value.length > STANDARD_BYTES)
      ? "Advanced"
      : "Standard";
  const size = Buffer.byteLength(input.Value, "utf8");
  if (size < 1)
    throw validation(
      "1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than " +
        "or equal to 1.",
    );
  if (size > (tier === "Standard" ? STANDARD_BYTES : ADVANCED_BYTES))
    throw validation(
      `${tier} tier parameters support a maximum parameter value of ${tier === "Standard" ? STANDARD_BYTES : ADVANCED_BYTES} ` +
        "characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For " +
        "more information, see " +
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
    );
  if (pattern !== undefined && pattern !== "") {
    let rule: RegExp;
    try {
      rule = new RegExp(pattern);
    } catch {
      throw new ApiError(
        "InvalidAllowedPatternException",
        "The request does not meet the regular expression requirement.",
      );
    }
    if (
      size <= STANDARD_BYTES &&
      !(type === "StringList" ? input.Value.split(",") : [input.Value]).every((v) => rule.test(v))
    )
      throw new ApiError(
        "ParameterPatternMismatchException",
        `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
      );
  }
  return tier;
}

function sealing(region: Region, named: string | undefined): KeyRecord {
  const key = named === undefined ? awsKey(region, "ssm") : findKey(region, named);
  if (!key) throw new ApiError("InvalidKeyId", `Invalid keyId ${named ?? ""}`);
  if (key.metadata.KeyState !== "Enabled")
    throw new ApiError(
      "InvalidKeyId",
      `${key.metadata.Arn ?? ""} is ${key.metadata.KeyState === "Disabled" ? "disabled" : "pending deletion"}.`,
    );
  return key;
}

export const ssmOperations: Table<SsmOperations> = {
  PutParameter: {
    supports: "Name Value Description Type KeyId Overwrite AllowedPattern Tags Tier DataType",
    run: (input, { region, caller }) => {
      checkName(input.Name);
      const known = region.ssm.parameters.get(input.Name);
      if (known && input.Overwrite !== true)
        throw new ApiError(
          "ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        );
      if (input.Overwrite === true && (input.Tags?.length ?? 0) > 0)
        throw validation(
          "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove " +
            "overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or " +
            "RemoveTagsFromResource.",
        );
      const before = known?.versions.at(-1);
      const type = input.Type ?? before?.type;
      if (type === undefined) throw validation("A parameter type is required when you create a parameter.");
      if (type !== "SecureString" && input.KeyId !== undefined)
        throw validation("KeyId is required for SecureString type parameter only.");
      const pattern = input.AllowedPattern ?? before?.allowedPattern;
      const tier = checkValue(input, type, pattern);
      const key = type === "SecureString" ? sealing(region, input.KeyId ?? before?.keyId) : undefined;
      const record: ParameterRecord = known ?? {
        name: input.Name,
        arn: region.arn("ssm", `parameter${input.Name.startsWith("/") ? "" : "/"}${input.Name}`),
        tags: tagsFrom(input.Tags),
        versions: [],
      };
      const version = (before?.version ?? 0) + 1;
      record.versions.push({
        version,
        type,
        value: key ? seal(key, Buffer.from(input.Value, "utf8"), parameterContext(record)) : input.Value,
        keyId: key ? (input.KeyId ?? before?.keyId ?? "alias/aws/ssm") : undefined,
        description: input.Description ?? before?.description,
        allowedPattern: pattern,
        tier,
        dataType: input.DataType ?? "text",
        at: new Date(),
        by: caller.arn,
        labels: new Set(),
      });
      if (record.versions.length > MOST_VERSIONS) {
        if ((record.versions[0]?.labels.size ?? 0) > 0) {
          record.versions.pop();
          throw new ApiError(
            "ParameterMaxVersionLimitExceeded",
            `You attempted to create a new version of ${record.name} by calling the PutParameter API with the overwrite ` +
              "flag. Version 1, the oldest version, can't be deleted because it has a label associated with it. Move the " +
              "label to another version of the parameter, and try again.",
          );
        }
        record.versions.shift();
      }
      region.ssm.parameters.set(record.name, record);
      return { Version: version, Tier: tier };
    },
  },
  GetParameter: {
    supports: "*",
    run: (input, context) => {
      const answer = parameter(context, input.Name, input.WithDecryption === true);
      if ("found" in answer) return { Parameter: answer.found };
      if (answer.missing === "parameter") throw notFound();
      const { name, selector = "" } = selected(input.Name);
      throw new ApiError(
        "ParameterVersionNotFound",
        `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
      );
    },
  },
  GetParameters: {
    supports: "*",
    run: (input, context) => {
      checkCount(input.Names);
      if (new Set(input.Names).size < input.Names.length)
        throw validation("Duplicate parameter names are not allowed in the request.");
      const answers = input.Names.map((name) => ({ name, ...parameter(context, name, input.WithDecryption === true) }));
      return {
        Parameters: answers.flatMap((a) => ("found" in a ? [a.found] : [])),
        InvalidParameters: answers.flatMap((a) => ("found" in a ? [] : [a.name])),
      };
    },
  },
  GetParametersByPath: {
    supports: "*",
    run: (input, context) => {
      if (!input.Path.startsWith("/"))
        throw validation(
          'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
        );
      const size = pageSize(input.MaxResults, 10);
      const all = [...context.region.ssm.parameters.values()]
        .filter((r) => within(r.name, input.Path, input.Recursive === true))
        .filter((r) => (input.ParameterFilters ?? []).every((f) => passes(r, f)))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const p = page(all, input.NextToken, size, badToken);
      const last = p.items.flatMap((r) => {
        const version = r.versions.at(-1);
        return version ? [parameterOf(context, r, version, input.WithDecryption === true)] : [];
      });
      return { Parameters: last, NextToken: p.next };
    },
  },
  DescribeParameters: {
    supports: "Filters ParameterFilters MaxResults NextToken",
    run: (input, { region }) => {
      const filters = [
        ...(input.ParameterFilters ?? []),
        ...(input.Filters ?? []).map((f) => ({
          Key: f.Key,
          Option: f.Key === "Name" ? "BeginsWith" : "Equals",
          Values: f.Values,
        })),
      ];
      const size = pageSize(input.MaxResults, 50);
      const all = [...region.ssm.parameters.values()].filter((r) => filters.every((f) => passes(r, f)));
      const p = page(all, input.NextToken, size, badToken);
      return { Parameters: p.items.map(metadata), NextToken: p.next };
    },
  },
  DeleteParameter: {
    supports: "*",
    run: (input, { region }) => {
      if (!region.ssm.parameters.delete(input.Name)) throw notFound();
      return {};
    },
  },
  DeleteParameters: {
    supports: "*",
    run: (input, { region }) => {
      checkCount(input.Names);
      const gone = input.Names.filter((name) => region.ssm.parameters.delete(name));
      return { DeletedParameters: gone, InvalidParameters: input.Names.filter((name) => !gone.includes(name)) };
    },
  },
  GetParameterHistory: {
    supports: "*",
    run: (input, context) => {
      const record = findParameter(context.region, input.Name);
      if (!record) throw notFound();
      const p = page(record.versions, input.NextToken, pageSize(input.MaxResults, 50), badToken);
      return {
        Parameters: p.items.map((v) => ({
          Name: record.name,
          Type: v.type,
          KeyId: v.keyId,
          LastModifiedDate: v.at,
          LastModifiedUser: v.by,
          Description: v.description,
          Value: shown(context, record, v, input.WithDecryption === true),
          AllowedPattern: v.allowedPattern,
          Version: v.version,
          Labels: [...v.labels],
          Tier: v.tier,
          Policies: [],
          DataType: v.dataType,
        })),
        NextToken: p.next,
      };
    },
  },
  ...labelOperations,
};
