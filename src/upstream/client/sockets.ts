import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Opens the sockets of a pool, some of them before anybody waits for one. */
export type SocketConnector = {
  connect: buildConnector.connector;
  /**
   * Opens sockets that the pool takes before it opens any: the first operations need no handshakes. Resolves when each
   * is open or has failed, which whoever needs one will hear of.
   */
  openSockets(origin: URL, count: number): Promise<void>;
  close(): void;
};

export type SocketConnectorOptions = {
  /** How long opening one may take, in ms. */
  timeout: number;
};

export function createSocketConnector({ timeout }: SocketConnectorOptions): SocketConnector {
  const open = buildConnector({ timeout, allowH2: false });
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
          socket.once('close', () => spare.delete(socket)); // nobody needed it for as long as the upstream waits
        }
        resolve();
      });
    });
  }

  return {
    connect(options, callback) {
      const socket = take();
      if (socket === undefined) open(options, callback);
      else queueMicrotask(() => callback(null, socket)); // never before this has returned: undici would hang
    },
    async openSockets(origin, count) {
      await Promise.all(Array.from({ length: count }, () => openOne(origin)));
    },
    close() {
      for (const socket of spare) socket.destroy();
    },
  };
}
