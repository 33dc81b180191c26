/** Which service and operation a request means: by its head as far as that says it, then by its body. */
import type { IncomingMessage } from "node:http";
import { ApiError } from "../wire/errors";
import { isRest, MODELS, type Model } from "../wire/model";
import { operationAt } from "../wire/rest";
import { scopeOf } from "./signature";

/** What the head of a request means; of a form, the operation is in the body. */
export interface Head {
  readonly model: Model;
  readonly operation: string | undefined;
}

/** What a request means. */
export interface Routed {
  readonly model: Model;
  readonly operation: string;
  readonly form: URLSearchParams;
}

/** How a service that is not known here is answered: in the forms that most of AWS's services have. */
const unknownService = (protocol: "json" | "query"): Model => ({
  id: "",
  protocol,
  signing: "",
  operations: {},
  errors: {},
  shapes: {},
});

const noService = (status: number): ApiError =>
  new ApiError("NotImplementedException", "The sandbox does not implement this service.", status);

/** An operation of the service, by exactly its name: `constructor` is none. */
export const operationOf = (model: Model, operation: string): Model["operations"][string] | undefined =>
  Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;

/** The service that a head names, by x-amz-target, by Version in the address, or by what it is signed for. */
export function routeHead(request: IncomingMessage): Head | { readonly model: Model; readonly error: ApiError } {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") {
    const [prefix, operation = ""] = target.split(".");
    const model = MODELS.find((m) => m.target === prefix);
    return model ? { model, operation } : { model: unknownService("json"), error: noService(400) };
  }
  const service = scopeOf(request)?.service;
  const model = MODELS.find((m) => m.signing === service);
  if (model?.protocol === "json")
    return { model, error: new ApiError("UnknownOperationException", "The request names no operation.", 404) };
  if (model && isRest(model)) {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const operation = operationAt(model, request.method ?? "", pathname);
    if (operation !== undefined) return { model, operation };
    const text = `The sandbox does not implement ${request.method ?? ""} ${pathname} of ${model.id}.`;
    return { model, error: new ApiError("NotImplementedException", text, 501) };
  }
  if (model) return { model, operation: undefined };
  const unsigned = request.headers.authorization === undefined;
  return {
    model: unknownService("query"),
    error: unsigned
      ? new ApiError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
      : noService(404),
  };
}

function formOf(request: IncomingMessage, body: Buffer): URLSearchParams {
  const url = new URL(request.url ?? "/", "http://x");
  return new URLSearchParams(request.method === "GET" ? url.search : body.toString("utf8"));
}

/** The operation that a form names. */
export const actionOf = (request: IncomingMessage, body: Buffer): string => formOf(request, body).get("Action") ?? "";

/** The operation, where that needs the body; a form names its service by its Version. */
export function routeBody({ model, operation }: Head, request: IncomingMessage, body: Buffer): Routed {
  if (operation !== undefined) return { model, operation, form: new URLSearchParams() };
  const form = formOf(request, body);
  const version = form.get("Version");
  const action = form.get("Action");
  const named =
    version === model.version ? model : MODELS.find((m) => m.version !== undefined && m.version === version);
  if (!named || !action) throw noService(404);
  return { model: named, operation: action, form };
}
