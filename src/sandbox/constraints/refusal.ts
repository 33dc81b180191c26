/** How each service says that an input breaks its constraints. */
import { ApiError } from "../wire/errors";
import type { Model } from "../wire/model";

/** One constraint that a value breaks; `path` has the model's names. A value that is nobody's to see is undefined. */
export type Violation = {
  readonly path: string;
  readonly value: string | undefined;
  readonly of: "number" | "text" | "list" | "map";
} & (
  | { readonly kind: "value" | "length"; readonly bound: number; readonly isAbove: boolean }
  | { readonly kind: "pattern"; readonly pattern: string }
);

/** What the services built on AWS's common framework say of it. */
function must(violation: Violation): string {
  if (violation.kind === "pattern") return `Member must satisfy regular expression pattern: ${violation.pattern}`;
  const { kind, bound, isAbove } = violation;
  return `Member must have ${kind} ${isAbove ? "less" : "greater"} than or equal to ${bound}`;
}

const lower = (path: string): string =>
  path.replace(/(^|\.)([A-Z])/g, (_, dot: string, letter: string) => dot + letter.toLowerCase());

function sentence(violation: Violation): string {
  const value = violation.value === undefined ? "" : ` '${violation.value}'`;
  return `Value${value} at '${lower(violation.path)}' failed to satisfy constraint: ${must(violation)}`;
}

/** All of them in the one sentence of AWS's common framework. */
const detected = (violations: readonly Violation[]): string =>
  `${violations.length} validation error${violations.length > 1 ? "s" : ""} detected: ` +
  violations.map(sentence).join("; ");

/** The codes of services that speak so. */
const CODES: Readonly<Record<string, string>> = {
  logs: "InvalidParameterException",
  pricing: "InvalidParameterException",
  autoscaling: "ValidationException",
  quotas: "ValidationException",
  secrets: "ValidationException",
  ssm: "ValidationException",
  kms: "ValidationException",
  acm: "ValidationException",
  scheduler: "ValidationException",
  route53: "InvalidInput",
};

function ofEcs(first: Violation): string {
  const name = first.path.replace(/\.\d+\.member/g, "");
  if (first.kind === "pattern") return `Invalid parameter: ${name} has characters that are not allowed.`;
  const bound = `${first.isAbove ? "at most" : "at least"} ${first.bound}`;
  if (first.kind === "value") return `${name} must be ${bound}.`;
  return `${name} must have a length of ${bound}.`;
}

/** CloudWatch's own words for lists and texts. */
function ofCloudWatch(first: Violation): ApiError | undefined {
  if (first.kind !== "length") return undefined;
  const name = first.path.replace(/\.(\d+)\.member/g, ".member.$1");
  if (first.of !== "text") {
    const bound = `${first.isAbove ? "greater" : "less"} than ${first.bound}`;
    return new ApiError("ValidationError", `The collection ${name} must not have a size ${bound}.`);
  }
  if (first.isAbove)
    return new ApiError("ValidationError", `The parameter ${name} must be at most ${first.bound} characters long.`);
  return new ApiError("InvalidParameterValue", `The parameter ${name} must not be empty.`);
}

/** The error with which the service refuses them; services that name one alone name the first. */
export function refusal(model: Model, violations: readonly Violation[]): ApiError {
  const [first] = violations;
  if (!first) throw new Error("nothing to refuse");
  switch (model.id) {
    case "ec2": {
      const name = first.path.replace(/\.(\d+)\.member/g, "");
      const parameter = name.charAt(0).toLowerCase() + name.slice(1);
      const expecting =
        first.kind === "pattern"
          ? "Invalid format."
          : `Expecting a value ${first.isAbove ? "less" : "greater"} than or equal to ${first.bound}.`;
      return new ApiError(
        "InvalidParameterValue",
        `Value ( ${first.value ?? ""} ) for parameter ${parameter} is invalid. ${expecting}`,
      );
    }
    case "ecs":
      return new ApiError("InvalidParameterException", ofEcs(first));
    case "ecr": {
      const said = first.kind === "pattern" ? `must satisfy regular expression '${first.pattern}'` : must(first);
      return new ApiError(
        "InvalidParameterException",
        `Invalid parameter at '${first.path.replace(/\.\d+\.member/g, "")}' failed to satisfy constraint: '${said}'`,
      );
    }
    case "cloudwatch": {
      const said = ofCloudWatch(first);
      if (said) return said;
      return new ApiError("ValidationError", detected(violations));
    }
    default:
      return new ApiError(CODES[model.id] ?? "ValidationError", detected(violations));
  }
}
