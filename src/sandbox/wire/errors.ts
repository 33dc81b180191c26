/** Errors as AWS sends them: a code, a sentence, an HTTP status. */
import { answersJson, type Model } from "./model";

/** What a handler throws; `code` is the wire code. Extra members go into JSON bodies (for example `resourceIds`). */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number = 400,
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** An operation or member that AWS has and the sandbox does not. */
export function notImplemented(service: string, operation: string, member?: string): ApiError {
  const what = member ? `member '${member}' of ${service} ${operation}` : `${service} ${operation}`;
  return new ApiError("NotImplementedException", `The sandbox does not implement ${what}.`, 501);
}

/** The code and text with which each service answers a request that misses a required member. */
export function missingMember(model: Model, path: string, wireName: string): ApiError {
  const lower = path.replace(/(^|\.)([A-Z])/g, (_, dot: string, letter: string) => dot + letter.toLowerCase());
  const detected = `1 validation error detected: Value null at '${lower}' failed to satisfy constraint: Member must not be null`;
  switch (model.id) {
    case "ec2":
      return new ApiError("MissingParameter", `The request must contain the parameter ${wireName}`);
    case "ecs":
      return new ApiError(
        path.startsWith("containerDefinitions") || path === "family" ? "ClientException" : "InvalidParameterException",
        `${path} should not be null or empty.`,
      );
    case "ecr":
      return new ApiError(
        "InvalidParameterException",
        `Invalid parameter at '${path}' failed to satisfy constraint: 'Member must not be null'`,
      );
    case "logs":
    case "pricing":
      return new ApiError("InvalidParameterException", detected);
    case "cloudwatch":
      return new ApiError("MissingParameter", `The parameter ${memberPath(path)} is required.`);
    case "autoscaling":
    case "quotas":
    case "secrets":
    case "ssm":
    case "kms":
    case "acm":
    case "scheduler":
      return new ApiError("ValidationException", detected);
    case "route53":
      return new ApiError("InvalidInput", detected);
    default:
      return new ApiError("ValidationError", detected);
  }
}

/** A path as awsQuery writes it, with lists' members counted from one: `Metrics.member.1.Id`. */
const memberPath = (path: string): string =>
  path.replace(/\[(\d+)\]/g, (_, index: string) => `.member.${Number(index) + 1}`);

/** The code and text for a value outside its enumeration. */
export function badEnum(model: Model, path: string, value: string, allowed: readonly string[]): ApiError {
  const lower = path.charAt(0).toLowerCase() + path.slice(1);
  const text = `Value '${value}' at '${lower}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(", ")}]`;
  switch (model.id) {
    case "ec2":
      return new ApiError("InvalidParameterValue", `Value (${value}) for parameter ${path} is invalid.`);
    case "ecs":
      return new ApiError("InvalidParameterException", `1 validation error detected: ${text}`);
    case "ecr":
      return new ApiError(
        "InvalidParameterException",
        `Invalid parameter at '${path}' failed to satisfy constraint: 'Member must satisfy enum value set: [${allowed.join(", ")}]'`,
      );
    case "cloudwatch":
      return new ApiError(
        "InvalidParameterValue",
        `The parameter ${memberPath(path)} must be a value in the set [ ${allowed.join(", ")} ].`,
      );
    case "logs":
    case "pricing":
      return new ApiError("InvalidParameterException", `1 validation error detected: ${text}`);
    case "autoscaling":
    case "quotas":
    case "secrets":
    case "ssm":
    case "kms":
    case "acm":
    case "scheduler":
      return new ApiError("ValidationException", `1 validation error detected: ${text}`);
    case "route53":
      return new ApiError("InvalidInput", `1 validation error detected: ${text}`);
    default:
      return new ApiError("ValidationError", `1 validation error detected: ${text}`);
  }
}

/** A value of the wrong JSON or text type. */
export function badType(model: Model, path: string, wanted: string, got: string): ApiError {
  if (answersJson(model))
    return new ApiError("SerializationException", `${got} can not be converted to ${wanted} (at '${path}')`);
  if (model.protocol === "ec2")
    return new ApiError("InvalidParameterValue", `Invalid value '${got}' for ${path}. It must be a ${wanted}.`);
  return new ApiError("MalformedInput", `'${got}' is not a ${wanted} (at '${path}')`);
}
