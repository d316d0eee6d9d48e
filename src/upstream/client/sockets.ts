import type { LookupFunction, Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Opens the sockets of a pool, some of them before a call needs one. */
export type SocketConnector = {
  connect: buildConnector.connector;
  /**
   * Opens sockets that the pool uses before it opens any, so that the first operations wait for no handshake. Resolves when
   * each is open or has failed; the call that needs a socket then gets the error.
   */
  openSockets(origin: URL, count: number): Promise<void>;
  close(): void;
};

/** The options of a socket connector. */
export type SocketConnectorOptions = {
  /** The time-out for opening a socket, in ms. */
  timeout: number;
  /** Resolves host names; the system's resolver by default. */
  lookup?: LookupFunction | undefined;
};

/** Creates the connector of one pool. */
export function createSocketConnector({ timeout, lookup }: SocketConnectorOptions): SocketConnector {
  const open = buildConnector({ timeout, allowH2: false, ...(lookup && { lookup }) });
  const spare = new Set<Socket>();

  function take(): Socket | undefined {
    const [socket] = spare;
    if (socket === undefined) return undefined;
    spare.delete(socket);
    return socket.readyState === 'open' ? socket : take();
  }

  function openOne({ hostname, host, protocol, port }: URL): Promise<void> {
    return new Promise((resolve) => {
      open({ hostname, host, protocol, port }, (error, socket) => {
        if (error === null) {
          spare.add(socket);
          socket.once('close', () => spare.delete(socket)); // The upstream closes sockets that stay unused.
        }
        resolve();
      });
    });
  }

  return {
    connect(options, callback) {
      const socket = take();
      if (socket === undefined) open(options, callback);
      else queueMicrotask(() => callback(null, socket)); // undici hangs if its callback is called before this function returns.
    },
    async openSockets(origin, count) {
      await Promise.all(Array.from({ length: count }, () => openOne(origin)));
    },
    close() {
      for (const socket of spare) socket.destroy();
    },
  };
}
