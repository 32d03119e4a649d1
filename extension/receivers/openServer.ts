import { createServer, type Server, type Socket } from "node:net";
import type { ListenAddress } from "./listenAddress.ts";

/** A receiver that is open. */
export interface Receiver {
  /** The port, also if 0 was requested. */
  readonly port: number;
  /** Stops to listen and closes all connections. Resolves when the port is free. */
  readonly close: () => Promise<void>;
}

/** More connections are closed at once, so that memory is bounded. */
const maxConnections = 16;

/**
 * Listens for TCP connections on one address. `onConnection` returns what receives the bytes of a connection and its end.
 * Rejects with Node's error if that is not possible.
 */
export async function openServer(
  { address, port }: ListenAddress,
  onConnection: (peer: string) => {
    readonly push: (bytes: Uint8Array) => void;
    readonly end: () => void;
  },
): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const { push, end } = onConnection(socket.remoteAddress ?? "");
    socket.on("data", push);
    // A sender that disappears is not a problem of the receiver.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      end();
    });
  });
  server.maxConnections = maxConnections;
  await listening(server, { address, port });
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound ? bound.port : port,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}

async function listening(server: Server, { address, port }: ListenAddress): Promise<void> {
  const opened = Promise.withResolvers<void>();
  server.once("error", opened.reject);
  server.listen({ host: address, port, exclusive: true }, opened.resolve);
  await opened.promise;
  server.off("error", opened.reject);
  server.on("error", () => undefined);
}
