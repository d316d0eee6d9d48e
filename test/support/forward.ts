import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A TCP port in front of a server at a Unix socket: a network between gateways and Redis that a test can change. */
export type Forward = {
  port: number;
  /** Delays each chunk to the server, in ms. */
  delay(ms: number): void;
  /** Forwards new connections to another server, and ends the existing ones, like a name that leads to a new primary. */
  target(path: string): void;
  /** Refuses connections, or accepts them again. */
  cut(isCut: boolean): void;
  close(): Promise<void>;
};

/** Starts forwarding on a free loopback port. */
export async function startForward(initialPath: string): Promise<Forward> {
  let path = initialPath;
  let delayMs = 0;
  let isCut = false;
  const sockets = new Set<Socket>();
  function endAll(): void {
    for (const socket of sockets) socket.destroy();
  }
  const delayed = () =>
    new Transform({
      transform(chunk, _encoding, done) {
        if (delayMs === 0) done(null, chunk);
        else setTimeout(done, delayMs, null, chunk);
      },
    });
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(path);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          (socket === client ? upstream : client).destroy();
        });
    }
    client.pipe(delayed()).pipe(upstream);
    upstream.pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server without a port.');
  return {
    port: address.port,
    delay(ms) {
      delayMs = ms;
    },
    target(newPath) {
      path = newPath;
      endAll();
    },
    cut(value) {
      isCut = value;
      if (value) endAll();
    },
    async close() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
