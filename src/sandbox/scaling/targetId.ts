/** What names a scalable target, and how Application Auto Scaling refuses one. */
import { ApiError } from "../wire/errors";

export interface Id {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
}

export const validation = (text: string): ApiError => new ApiError("ValidationException", text);
export const badToken = (): ApiError =>
  new ApiError("InvalidNextTokenException", "The specified next token is not valid.");

export const keyOf = (id: Id): string => `${id.ServiceNamespace}|${id.ResourceId}|${id.ScalableDimension}`;

/** @param more what else the text names, behind the dimension */
export function missing(id: Id, what: string, more = ""): ApiError {
  return new ApiError(
    "ObjectNotFoundException",
    `No ${what} for service namespace: ${id.ServiceNamespace}, resource ID: ${id.ResourceId}, ` +
      `scalable dimension: ${id.ScalableDimension}${more}`,
  );
}

export function check(id: Id): void {
  if (id.ServiceNamespace !== "ecs")
    throw new ApiError(
      "NotImplementedException",
      `The sandbox does not implement the service namespace '${id.ServiceNamespace}'.`,
      501,
    );
  if (id.ScalableDimension !== "ecs:service:DesiredCount")
    throw validation(`Unsupported service namespace, resource type or scalable dimension: ${id.ScalableDimension}`);
  if (!/^service\/[^/]+\/[^/]+$/.test(id.ResourceId)) throw validation(`Invalid resource ID: ${id.ResourceId}`);
}
