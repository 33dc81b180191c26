/**
 * The SDK drops what its model does not have, on the way out and on the way in, so that whatever AWS added since
 * would be
 * lost. Calls in AWS's JSON protocol can be made with the body as it is: two pieces of middleware in the SDK's own
 * stack,
 * which goes on doing everything else (endpoint, signature, retries, errors).
 */
import { exactText, isJsonObject, parseExact } from "../core/base/exactJson";
import { own, type Json, type JsonObject } from "../core/base/taskDefinition";
import type { BucketName, Caller, Session } from "./session";

type EcsClient = Session["ecs"];

interface HttpMessage {
  statusCode?: number;
  body?: unknown;
}

type Step = (args: { request: HttpMessage }) => Promise<{ response: HttpMessage; output: unknown }>;

/** What of a command's middleware stack is used here; the SDK's own types differ for each command. */
interface Stack {
  addRelativeTo(
    middleware: (next: Step) => Step,
    where: { name: string; relation: "after"; toMiddleware: "serializerMiddleware" | "deserializerMiddleware" },
  ): void;
}

interface EcsCommand<Output> {
  readonly middlewareStack: object;
  resolveMiddleware(stack: never, configuration: never, options: never): (args: never) => Promise<{ output: Output }>;
}

/** A call's answer: as the SDK reads it, and all that AWS said. */
export interface Answer<Output> {
  output: Output;
  raw: JsonObject;
}

/**
 * Sends a command of ECS and keeps the answer's JSON.
 * @param body the request's JSON instead of what the SDK would make of the command's input
 */
export async function sendRaw<Output>(
  caller: Caller,
  command: EcsCommand<Output>,
  bucket: BucketName,
  body?: JsonObject,
): Promise<Answer<Output>> {
  const { ecs } = caller.session;
  const stack = command.middlewareStack as Stack;
  let raw: JsonObject = {};
  // Inside of the SDK's own: it has written the request already, and has not read the response yet.
  if (body)
    stack.addRelativeTo(
      (next) => (args) => {
        args.request.body = exactText(body);
        return next(args);
      },
      { name: "rawRequest", relation: "after", toMiddleware: "serializerMiddleware" },
    );
  stack.addRelativeTo(
    (next) => async (args) => {
      const result = await next(args);
      raw = await takeBody(ecs, result.response);
      return result;
    },
    { name: "rawResponse", relation: "after", toMiddleware: "deserializerMiddleware" },
  );
  const output = await caller.send(ecs, command, bucket);
  return { output, raw };
}

/** Reads the response's body, leaving it for the SDK to read again. What is no answer in JSON is the SDK's to judge. */
async function takeBody({ config }: EcsClient, response: HttpMessage): Promise<JsonObject> {
  if ((response.statusCode ?? 500) >= 300) return {};
  const bytes = response.body instanceof Uint8Array ? response.body : await config.streamCollector(response.body);
  response.body = bytes;
  try {
    const read = parseExact(new TextDecoder().decode(bytes));
    return isJsonObject(read) ? read : {};
  } catch {
    return {};
  }
}

/** What AWS said, with the SDK's reading of it where that is a date: as text, where the protocol has seconds. */
export function withDates(raw: Json | undefined, read: unknown): Json {
  if (read instanceof Date) return read.toISOString();
  if (Array.isArray(raw)) return raw.map((item, at) => withDates(item, Array.isArray(read) ? read[at] : undefined));
  if (!isJsonObject(raw)) return raw ?? null;
  const known = typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
  return Object.fromEntries(
    Object.entries(raw).map(([member, inner]) => [member, withDates(inner, own(known, member))]),
  );
}
