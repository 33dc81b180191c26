/** HTTP and HTTPS on one port: the first byte says which of them a client speaks. */
import type http from "node:http";
import type net from "node:net";
import { TLSSocket, type SecureContext } from "node:tls";

/** The first byte of a TLS handshake (RFC 8446, section 5.1). */
const HANDSHAKE = 0x16;

/** What TLS needs of the server: certificates by name, and who takes a connection that chose HTTP/2, where one may. */
export interface Secure {
  readonly contextFor: (host: string | undefined) => SecureContext | undefined;
  readonly mayUseHttp2: (host: string | undefined) => boolean;
  readonly takeHttp2: (socket: net.Socket) => void;
}

/**
 * Lets a server take TLS too: `tls` says what answers for the name that a client asks for.
 * `idleMs` is for how long a client may be silent. Its own way of taking a connection stays. Gives what closes every connection, also those that said nothing yet and
 * that the server therefore does not know.
 */
export function bothSchemes(server: http.Server, tls: Secure, idleMs: () => number): () => void {
  const open = new Set<net.Socket>();
  const takes = server.listeners("connection") as ((socket: net.Socket) => void)[];
  server.removeAllListeners("connection");
  const hand = (socket: net.Socket): void => takes.forEach((take) => take.call(server, socket));
  server.on("connection", (socket: net.Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const dead = (): void => void socket.destroy();
    socket.on("error", dead);
    // Whoever connects and says nothing is not waited for longer than one who stops in between.
    socket.setTimeout(idleMs(), dead);
    const first = (): void => {
      const begin = socket.read(1) as Buffer | null;
      if (begin === null) {
        if (!socket.readableEnded && !socket.destroyed) socket.once("readable", first);
        return;
      }
      socket.unshift(begin);
      socket.off("timeout", dead);
      socket.setTimeout(0);
      if (begin[0] === HANDSHAKE) secure(socket, tls, hand);
      else {
        socket.off("error", dead);
        hand(socket);
      }
    };
    socket.once("readable", first);
  });
  return () => open.forEach((socket) => socket.destroy());
}

function secure(socket: net.Socket, tls: Secure, hand: (socket: net.Socket) => void): void {
  const { contextFor } = tls;
  const unnamed = contextFor(undefined);
  const encrypted = new TLSSocket(socket, {
    isServer: true,
    ...(unnamed ? { secureContext: unnamed } : {}),
    ALPNCallback: ({ servername, protocols }) =>
      protocols.includes("h2") && tls.mayUseHttp2(servername || undefined)
        ? "h2"
        : protocols.find((protocol) => protocol === "http/1.1" || protocol === "http/1.0"),
    SNICallback: (host, done) => {
      const found = contextFor(host);
      if (found) done(null, found);
      else done(new Error(`nothing speaks TLS under the name ${host}`));
    },
  });
  encrypted.on("error", () => socket.destroy());
  encrypted.once("secure", () => {
    if (encrypted.alpnProtocol !== "h2") {
      hand(encrypted);
      return;
    }
    tls.takeHttp2(encrypted);
    // A session waits for this on a socket that no TLS server made, though its handshake is over.
    encrypted.emit("secureConnect");
  });
}
