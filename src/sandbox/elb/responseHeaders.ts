/** Headers that a listener adds to every answer, a target's or its own. */
import type http from "node:http";
import type { ListenerRecord } from "../states";
import { RESPONSE_HEADERS } from "./attributes";
import { isHop } from "./requestHeaders";

/** A target's headers as a client gets them. */
export function passedOn(
  { attributes }: ListenerRecord,
  headers: http.IncomingHttpHeaders,
  cookies: readonly string[],
): http.OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !isHop(name));
  const out: http.OutgoingHttpHeaders = { ...Object.fromEntries(kept), ...addedBy(attributes) };
  if (attributes.get("routing.http.response.server.enabled") === "false") delete out["server"];
  if (cookies.length > 0) out["set-cookie"] = [...(headers["set-cookie"] ?? []), ...cookies];
  return out;
}

/** What the listener adds by its attributes. */
function addedBy(attributes: ReadonlyMap<string, string>): http.OutgoingHttpHeaders {
  const added = Object.entries(RESPONSE_HEADERS).flatMap(([name, header]) => {
    const value = attributes.get(`routing.http.response.${name}.header_value`);
    return value ? [[header, value] as const] : [];
  });
  return Object.fromEntries(added);
}

/** The headers of an answer that the load balancer gives itself. */
export const ownHeaders = (listener: ListenerRecord | undefined): http.OutgoingHttpHeaders => ({
  ...(listener?.attributes.get("routing.http.response.server.enabled") === "false" ? {} : { server: "awselb/2.0" }),
  ...(listener ? addedBy(listener.attributes) : {}),
});

/** Begins an answer; HTTP/2 has no text behind its status. */
export function begin(
  response: http.ServerResponse,
  status: number,
  reason: string | undefined,
  headers: http.OutgoingHttpHeaders,
): void {
  if (response.req.httpVersionMajor === 2) response.writeHead(status, headers);
  else response.writeHead(status, reason ?? "", headers);
}
