/** Answers that a load balancer gives itself: errors, fixed responses, redirects. */
import type http from "node:http";
import type { Action } from "../model/elbv2.types";
import type { ListenerRecord } from "../states";
import type { Counts } from "./counts";
import type { Found } from "./lookup";
import { schemeOf } from "./requestHeaders";
import { begin, ownHeaders } from "./responseHeaders";
import { BODY, REASON, TEXT } from "./targetAgent";

/** Counts what it answers. */
export class OwnAnswers {
  constructor(private readonly counts: Counts) {}

  /** An error's page; an answer that has begun is cut. */
  error(found: Found, response: http.ServerResponse, status: number, listener?: ListenerRecord): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // Whoever went away before an answer was counted then.
    if (!response.destroyed) this.counts.own(found, status);
    const text = BODY(TEXT[status] ?? String(status));
    begin(response, status, REASON[status], {
      ...ownHeaders(listener),
      "content-type": "text/html",
      "content-length": Buffer.byteLength(text),
    });
    response.end(text);
  }

  /** The same, to the last byte, for a request that could not be read. */
  page(found: Found, status: number): string {
    this.counts.own(found, status);
    const text = BODY(TEXT[status] ?? String(status));
    return (
      `HTTP/1.1 ${TEXT[status] ?? status}\r\nServer: awselb/2.0\r\nDate: ${new Date().toUTCString()}\r\n` +
      `Content-Type: text/html\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`
    );
  }

  fixed(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    found: Found,
    action: Action,
    listener: ListenerRecord,
  ): void {
    request.resume();
    const body = action.FixedResponseConfig?.MessageBody ?? "";
    const status = Number(action.FixedResponseConfig?.StatusCode ?? 503);
    this.counts.own(found, status);
    this.counts.action(found, "HTTP_Fixed_Response_Count");
    response.writeHead(status, {
      ...ownHeaders(listener),
      "content-type": `${action.FixedResponseConfig?.ContentType ?? "text/plain"}; charset=utf-8`,
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  }

  /** A redirect, with what it keeps of the request filled in. */
  redirect(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    found: Found,
    action: Action,
    host: string,
    listener: ListenerRecord,
  ): void {
    request.resume();
    const config = action.RedirectConfig;
    const status = config?.StatusCode === "HTTP_302" ? 302 : 301;
    this.counts.own(found, status);
    this.counts.action(found, "HTTP_Redirect_Count");
    const [, path = "/", given = ""] = /^(?:https?:\/\/[^/]*)?([^?#]*)\??([^#]*)/s.exec(request.url ?? "/") ?? [];
    const fill = (text: string): string =>
      text
        .replaceAll("#{protocol}", schemeOf(listener))
        .replaceAll("#{host}", host)
        .replaceAll("#{port}", String(listener.listener.Port ?? 80))
        .replaceAll("#{path}", path.slice(1))
        .replaceAll("#{query}", given);
    const protocol = fill(config?.Protocol ?? "#{protocol}").toLowerCase();
    const query = fill(config?.Query ?? "#{query}");
    const authority = `${fill(config?.Host ?? "#{host}")}:${fill(config?.Port ?? "#{port}")}`;
    const location = `${protocol}://${authority}${fill(config?.Path ?? "/#{path}")}${query ? `?${query}` : ""}`;
    const text = BODY(TEXT[status] ?? "");
    response.writeHead(status, {
      ...ownHeaders(listener),
      location,
      "content-type": "text/html",
      "content-length": Buffer.byteLength(text),
    });
    response.end(text);
  }
}
