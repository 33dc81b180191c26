/** The AWS APIs: from a signed request to an encoded answer. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { checkConstraints } from "../constraints/constraints";
import { authorize } from "../iam/authorize";
import type { Keys } from "../iam/sts";
import { checkNested, masked, says } from "../supportedMembers";
import { Streaming, type AnyTable, type Operation } from "../registry";
import { ApiError, notImplemented } from "../wire/errors";
import { decodeJson, encodeJson, parseBody } from "../wire/json";
import { answersJson, isRest, type Model, type Structure } from "../wire/model";
import { decodeQuery, encodeQuery, errorXml } from "../wire/query";
import { decodeRestJson } from "../wire/restJson";
import { decodeRestXml, encodeRestXml } from "../wire/restXml";
import type { Context, SandboxState } from "../world";
import { cutTexts, type FaultRule, type Faults } from "./faults";
import { answerHeaders, endAnswer, inflated, limitOf, readBody, tooLarge } from "./bodies";
import { actionOf, operationOf, routeBody, routeHead, type Routed } from "./route";
import { authError, checkService, scopeOf, verifyBody, verifyHead, type Signed } from "./signature";
import { Throttle, throttling } from "./throttle";

/** One recorded API call. */
export interface Call {
  readonly n: number;
  /** Of a form, both are certain only once its body is there. */
  service: string;
  operation: string;
  readonly region: string;
  readonly at: number;
  durationMs: number;
  status: number;
  error?: string;
  readonly input: Structure;
}

export class Api {
  readonly calls: Call[] = [];
  private n = 0;
  private readonly throttle: Throttle;

  constructor(
    private readonly world: SandboxState,
    private readonly tables: Readonly<Record<string, AnyTable>>,
    private readonly keys: Keys,
    private readonly faults: Faults,
  ) {
    this.throttle = new Throttle(world.options);
  }

  /** Forgets what was recorded, switches the rates on and refills every bucket. */
  reset(): void {
    this.calls.length = 0;
    this.setRates(true);
  }

  /** Whether calls beyond AWS's rates are refused; every bucket is full afterwards. */
  setRates(on: boolean): void {
    this.throttle.isOn = on;
    this.throttle.clear();
  }

  /** Answers one request to an AWS API: what its head says is judged before any of its body is read. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const head = routeHead(request);
    if ("error" in head) {
      await this.sendError(request, response, head.model, head.error, requestId);
      return;
    }
    const call: Call = {
      n: ++this.n,
      service: head.model.id,
      operation: head.operation ?? "",
      region: scopeOf(request)?.region ?? "",
      at: Date.now(),
      durationMs: 0,
      status: 200,
      input: {},
    };
    this.calls.push(call);
    if (this.calls.length > 20_000) this.calls.splice(0, 10_000);
    let { model } = head;
    try {
      const signed = verifyHead(model, request, this.keys);
      const limit = limitOf(model.id, call.operation);
      const body = await readBody(request, response, limit);
      if (!body) throw tooLarge(limit);
      // A refused call too is recorded by its name.
      call.operation ||= actionOf(request, body);
      verifyBody(model, request, body, signed);
      const found = routeBody(head, request, body);
      model = found.model;
      checkService(model, signed);
      call.service = model.id;
      call.operation = found.operation;
      await this.answer(request, response, inflated(request, model.id, body), found, signed, call, requestId);
    } catch (error) {
      if (request.socket.destroyed && !(error instanceof ApiError)) return;
      const known =
        error instanceof ApiError
          ? error
          : new ApiError(
              "InternalFailure",
              "The request processing has failed because of an unknown error, exception or failure.",
              500,
            );
      if (!(error instanceof ApiError)) console.error(`sandbox: ${model.id} ${call.operation}:`, error);
      call.error = known.code;
      call.status = known.status;
      await this.sendError(request, response, model, known, requestId);
    } finally {
      call.durationMs = Date.now() - call.at;
    }
  }

  private async sendError(
    request: IncomingMessage,
    response: ServerResponse,
    model: Model,
    error: ApiError,
    requestId: string,
  ): Promise<void> {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const json = answersJson(model);
    const isRestJson = json && isRest(model);
    const text = isRestJson
      ? JSON.stringify({ Message: error.message, ...error.members })
      : json
        ? JSON.stringify({ __type: shapeOfError(model, error.code), message: error.message, ...error.members })
        : errorXml(model, error.code, error.message, error.status, requestId);
    const asQuery = model.queryErrors === true && request.headers["x-amzn-query-mode"] === "true";
    response.writeHead(error.status, {
      "content-type": json ? jsonType(model) : "text/xml",
      "x-amzn-requestid": requestId,
      ...(isRestJson ? { "x-amzn-errortype": error.code } : {}),
      ...(asQuery ? { "x-amzn-query-error": `${error.code};${error.status >= 500 ? "Receiver" : "Sender"}` } : {}),
      ...answerHeaders(request, text),
    });
    await endAnswer(request, response, text);
  }

  private decode({ model, operation, form }: Routed, request: IncomingMessage, body: Buffer): Structure {
    const io = operationOf(model, operation);
    if (io === undefined)
      throw new ApiError(
        model.protocol === "json" ? "UnknownOperationException" : "InvalidAction",
        `The action ${operation} is not valid for this web service.`,
      );
    if (io === 0) throw notImplemented(model.id, operation);
    if (model.protocol === "rest-xml")
      return decodeRestXml(model, operation, io, new URL(request.url ?? "/", "http://x"), body);
    if (model.protocol === "rest-json")
      return decodeRestJson(model, operation, io, new URL(request.url ?? "/", "http://x"), body);
    if (model.protocol !== "json") return decodeQuery(model, operation, io.in, form);
    return decodeJson(model, operation, io.in, parseBody(body), this.keepsUnknown(operation));
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    found: Routed,
    signed: Signed,
    call: Call,
    requestId: string,
  ): Promise<void> {
    const { model, operation } = found;
    const input = this.decode(found, request, body);
    const io = operationOf(model, operation);
    Object.assign(call.input, masked(model, io ? io.in : null, input));
    const handler: Operation | undefined = this.tables[model.id]?.[operation];
    if (!handler) throw notImplemented(model.id, operation);
    this.checkMembers(model, operation, handler, input);
    checkConstraints(model, io ? io.in : null, input);
    authorize({
      world: this.world,
      region: this.world.region(signed.region),
      model,
      operation,
      input,
      key: signed.key,
      address: request.socket.remoteAddress ?? "",
    });
    if (!this.throttle.take(signed.region, model.id, operation))
      throw new ApiError(...throttling(model.id), model.protocol === "ec2" ? 503 : 400);

    const fired = this.faults.forCall(model.id, operation, JSON.stringify(input));
    await this.before(fired, model, request, call, signed.key);
    if (model.protocol === "ec2" && input["DryRun"] === true)
      throw new ApiError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
    const context: Context = {
      world: this.world,
      region: this.world.region(signed.region),
      caller: signed.key.caller,
      roleName: signed.key.roleName,
      userName: signed.key.userName,
      sessionPolicy: signed.key.sessionPolicy,
      requestId,
    };
    // The table is typed per operation; here, where operations meet the wire, the input is what the model says.
    const output: unknown = cutTexts(this.faults, operation, await handler.run(input as never, context));
    this.after(fired, request);
    if (output instanceof Streaming) await this.stream(response, output, requestId);
    else this.send(response, model, operation, output, requestId);
  }

  /** Whether the operation gives back, or takes, members that no model has. */
  private keepsUnknown(operation: string): boolean {
    return (
      this.world.options.unknownMembers === "keep" &&
      /^((Register|Describe|Deregister|Delete)TaskDefinitions?|(Create|Update|Describe)Services?)$/.test(operation)
    );
  }

  private checkMembers(model: Model, operation: string, handler: Operation, input: Structure): void {
    const io = model.operations[operation];
    if (io && io.in !== null) checkNested(model, operation, { s: io.in }, input);
    if (handler.supports === "*") return;
    const supported = handler.supports.split(" ");
    for (const name of Object.keys(input)) {
      // SDKs fill in the tokens that the model calls idempotencyToken, whether their caller knows or not.
      if (supported.includes(name) || /^(DryRun|clientToken|ClientToken)$/.test(name)) continue;
      if (says(input[name])) throw notImplemented(model.id, operation, name);
    }
  }

  private async before(
    fired: readonly FaultRule[],
    model: Model,
    request: IncomingMessage,
    call: Call,
    key: { expiresAt?: number },
  ): Promise<void> {
    for (const rule of fired) {
      switch (rule.kind) {
        case "delay":
          await this.world.clock.wait(rule.delayMs ?? 1000);
          break;
        case "throttle":
          throw new ApiError(...throttling(model.id), model.protocol === "ec2" ? 503 : 400);
        case "fail-before":
          throw injected(model, rule);
        case "reset":
          call.error = "reset";
          request.socket.destroy();
          throw injected(model, rule);
        case "expire-credentials":
          key.expiresAt = Date.now() - 1;
          if (rule.delayMs !== undefined)
            this.world.background(
              "renewal",
              this.world.clock.wait(rule.delayMs).then(() => void delete key.expiresAt),
            );
          throw authError(model, "expired");
        default:
          break;
      }
    }
  }

  private after(fired: readonly FaultRule[], request: IncomingMessage): void {
    for (const rule of fired) {
      if (rule.kind === "fail-after")
        throw new ApiError(
          rule.error?.code ?? "InternalFailure",
          rule.error?.message ?? "Injected after the effect.",
          rule.error?.status ?? 500,
        );
      if (rule.kind === "reset-after") {
        request.socket.destroy();
        throw new ApiError("InternalFailure", "Injected reset.", 500);
      }
    }
  }

  private send(response: ServerResponse, model: Model, operation: string, output: unknown, requestId: string): void {
    const io = model.operations[operation];
    const shape = io ? io.out : null;
    if (answersJson(model)) {
      response.writeHead(io ? (io.http?.[2] ?? 200) : 200, {
        "content-type": jsonType(model),
        "x-amzn-requestid": requestId,
      });
      response.end(
        shape === null ? "{}" : JSON.stringify(encodeJson(model, shape, output, this.keepsUnknown(operation))),
      );
      return;
    }
    const type = { "content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": requestId };
    if (io && model.protocol === "rest-xml") {
      const { text, headers } = encodeRestXml(model, operation, io, output);
      response.writeHead(io.http?.[2] ?? 200, { ...type, ...headers });
      response.end(text);
      return;
    }
    response.writeHead(200, type);
    response.end(encodeQuery(model, operation, shape, output, requestId));
  }

  private async stream(response: ServerResponse, streaming: Streaming, requestId: string): Promise<void> {
    response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream", "x-amzn-requestid": requestId });
    const closed = new AbortController();
    response.on("close", () => closed.abort());
    try {
      await streaming.start((chunk) => response.write(chunk), closed.signal);
    } catch (error) {
      if (!closed.signal.aborted && !this.world.clock.ended) throw error;
    }
    response.end();
  }
}

const jsonType = (model: Model): string =>
  isRest(model) ? "application/json" : `application/x-amz-json-${model.json ?? "1.1"}`;

/** The name of the error's shape: of a service that once spoke awsQuery, its code may be another. */
function shapeOfError(model: Model, code: string): string {
  if (!model.queryErrors) return code;
  const named = Object.entries(model.errors).find(([, [wire]]) => wire === code)?.[0];
  return named ?? (/Exception$/.test(code) ? code : `${code}Exception`);
}

function injected(model: Model, rule: FaultRule): ApiError {
  const code = rule.error?.code ?? (answersJson(model) ? "ServerException" : "InternalFailure");
  return new ApiError(
    code,
    rule.error?.message ?? "Injected before any effect.",
    rule.error?.status ?? (rule.error ? 400 : 500),
  );
}
