/** restJson1: members in path, query and a JSON body, and JSON out. */
import { ApiError, missingMember } from "./errors";
import { decodeJson, parseBody } from "./json";
import { shapeOf, type Io, type Model, type Structure } from "./model";
import { membersOfAddress } from "./rest";

const malformed = (): ApiError => new ApiError("ValidationException", "The request's address is malformed.");

/** The input of a call; throws the service's own error for missing, unknown and ill-typed members. */
export function decodeRestJson(model: Model, operation: string, io: Io, url: URL, body: Buffer): Structure {
  if (io.in === null) return {};
  const shape = shapeOf(model, io.in);
  const outside = membersOfAddress(model, io, url, malformed, true);
  for (const name of shape.r ?? []) {
    const { l, hq } = shape.m?.[name] ?? {};
    if ((l !== undefined || hq !== undefined) && outside[name] === undefined) throw missingMember(model, name, name);
  }
  return decodeJson(model, operation, io.in, parseBody(body), false, outside);
}
