/** HTTP and HTTPS on one port: the first byte says which of them a client speaks. */
import type http from "node:http";
import type net from "node:net";
import { TLSSocket, type SecureContext } from "node:tls";

/** The first byte of a TLS handshake (RFC 8446, section 5.1). */
const HANDSHAKE = 0x16;

type ContextFor = (host: string | undefined) => SecureContext | undefined;

/**
 * Lets a server take TLS too: `contextFor` gives what answers for the name that a client asks for.
 * Its own way of taking a connection stays. Gives what closes every connection, also those that said nothing yet and
 * that the server therefore does not know.
 */
export function bothSchemes(server: http.Server, contextFor: ContextFor): () => void {
  const open = new Set<net.Socket>();
  const takes = server.listeners("connection") as ((socket: net.Socket) => void)[];
  server.removeAllListeners("connection");
  const hand = (socket: net.Socket): void => takes.forEach((take) => take.call(server, socket));
  server.on("connection", (socket: net.Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const dead = (): void => void socket.destroy();
    socket.on("error", dead);
    const first = (): void => {
      const begin = socket.read(1) as Buffer | null;
      if (begin === null) {
        if (!socket.readableEnded && !socket.destroyed) socket.once("readable", first);
        return;
      }
      socket.unshift(begin);
      if (begin[0] === HANDSHAKE) secure(socket, contextFor, hand);
      else {
        socket.off("error", dead);
        hand(socket);
      }
    };
    socket.once("readable", first);
  });
  return () => open.forEach((socket) => socket.destroy());
}

function secure(socket: net.Socket, contextFor: ContextFor, hand: (socket: net.Socket) => void): void {
  const unnamed = contextFor(undefined);
  const encrypted = new TLSSocket(socket, {
    isServer: true,
    ...(unnamed ? { secureContext: unnamed } : {}),
    SNICallback: (host, done) => {
      const found = contextFor(host);
      if (found) done(null, found);
      else done(new Error(`nothing speaks TLS under the name ${host}`));
    },
  });
  encrypted.on("error", () => socket.destroy());
  encrypted.once("secure", () => hand(encrypted));
}
