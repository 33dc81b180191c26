/** Parameters of the Parameter Store: how they are named, and reading one. */
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import { unseal } from "./keyStore";
import type { ParameterRecord, ParameterVersion } from "./records";

const validation = (text: string): ApiError => new ApiError("ValidationException", text);
export const notFound = (): ApiError => new ApiError("ParameterNotFound", "");

const NAME_RULE =
  'can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths ' +
  "divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_";

/** Throws unless a parameter may be made with that name. */
export function checkName(name: string): void {
  if (/^\/?(aws|ssm)/i.test(name) || !/^[a-zA-Z0-9_./-]{1,1011}$/.test(name) || /\/\/|\/$/.test(name))
    throw validation(`Parameter name: ${NAME_RULE}`);
  if (name.includes("/") && !name.startsWith("/")) throw validation("Parameter name must be a fully qualified name.");
  if (name.split("/").length > 16)
    throw new ApiError("HierarchyLevelLimitExceededException", "A hierarchy can have a maximum of 15 levels.");
}

/** A name without what selects a version: `name:3` and `name:label`, also within an ARN. */
export function selected(given: string): { readonly name: string; readonly selector: string | undefined } {
  const arn = /^arn:[^:]*:ssm:[^:]*:[^:]*:parameter(\/.*)$/.exec(given)?.[1];
  const text = arn ?? given;
  const [whole = "", selector] = text.split(":");
  return { name: whole, selector };
}

/** The parameter of a name or an ARN, in which a name without a slash has one. */
export function findParameter(region: Region, given: string): ParameterRecord | undefined {
  const { name } = selected(given);
  const { parameters } = region.ssm;
  if (!given.startsWith("arn:")) return parameters.get(name);
  if (!given.startsWith(region.arn("ssm", ""))) return undefined;
  return parameters.get(name) ?? parameters.get(name.slice(1));
}

/** The version that a reference selects: the newest one where it selects none. */
export function findVersion(record: ParameterRecord, selector: string | undefined): ParameterVersion | undefined {
  if (selector === undefined) return record.versions.at(-1);
  return record.versions.find((v) => String(v.version) === selector || v.labels.has(selector));
}

const contextOf = (record: ParameterRecord): Readonly<Record<string, string>> => ({ PARAMETER_ARN: record.arn });

/** A version's text; of a SecureString that is not to be opened, its ciphertext. Throws InvalidKeyId. */
export function readParameter(
  region: Region,
  record: ParameterRecord,
  version: ParameterVersion,
  isOpened: boolean,
): string {
  if (typeof version.value === "string") return version.value;
  if (!isOpened) return version.value.toString("base64");
  try {
    return unseal(region, version.value, contextOf(record)).toString("utf8");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError("InvalidKeyId", error.message);
  }
}

export { contextOf as parameterContext };
