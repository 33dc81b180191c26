/** Connections to targets, and the pages with which a balancer answers itself. */
import http from "node:http";
import type net from "node:net";

/** Keep-alive to targets with the load balancer's own idle timeout, whatever the target hints at. */
export class TargetAgent extends http.Agent {
  constructor(private readonly idleMs: number) {
    super({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 1024 });
  }

  // Node would shorten the timeout by the target's Keep-Alive header; a load balancer does not, and answers 502 when
  // it loses that race.
  override keepSocketAlive(socket: net.Socket): boolean {
    socket.setKeepAlive(true, 1000);
    socket.setTimeout(this.idleMs);
    return true;
  }
}

/** The page of a status line. */
export const BODY = (status: string): string =>
  `<html>\r\n<head><title>${status}</title></head>\r\n<body>\r\n<center><h1>${status}</h1></center>\r\n</body>\r\n</html>\r\n`;
export const TEXT: Readonly<Record<number, string>> = {
  301: "301 Moved Permanently",
  302: "302 Found",
  400: "400 Bad Request",
  405: "405 Method Not Allowed",
  408: "408 Request Time-out",
  414: "414 Request-URI Too Large",
  463: "463 ",
  501: "501 Not Implemented",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
};

/** What stands behind the status in the first line of an answer. */
export const REASON: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(TEXT).map(([status, text]) => [status, text.slice(4)]),
);
