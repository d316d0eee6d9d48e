import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type Server as TlsServer } from 'node:tls';
import type { Between } from './harness.ts';

/**
 * What becomes of a connection: it is passed on, held without an answer, or cut; `cut at reuse` is when a second request
 * comes over it.
 */
export type Fate = 'pass' | 'hold' | 'cut' | 'cut at reuse';

/** A stretch of network between the gateway and the emulator. */
export type Relay = Between & {
  /** Of connections from now on; those that are open end, whatever became of them. */
  become(fate: Fate): void;
  /** Connections: since the start, now, and the most at once since the last change. */
  readonly connections: { taken: number; open: number; peak: number };
  /** Another certificate from now on; connections that are open end. */
  present(certificate: SecureContextOptions): void;
};

/** @param certificate speaks TLS to the gateway where it is given */
export async function startRelay(certificate?: SecureContextOptions): Promise<Relay> {
  const open = new Set<Socket>();
  const connections = { taken: 0, open: 0, peak: 0 };
  let fate: Fate = 'pass';
  let port = 0;

  function note(socket: Socket): void {
    open.add(socket);
    connections.taken += 1;
    connections.open = open.size;
    connections.peak = Math.max(connections.peak, open.size);
    socket
      .on('error', () => undefined)
      .once('close', () => {
        open.delete(socket);
        connections.open = open.size;
      });
  }

  function handle(socket: Socket): void {
    socket.on('error', () => undefined);
    if (fate === 'cut') socket.destroy();
    else if (fate === 'hold') socket.resume();
    else passOn(socket, port, fate === 'cut at reuse');
  }

  function hangUp(): void {
    for (const socket of open) socket.destroy();
    open.clear();
    connections.peak = 0;
  }

  const tls = certificate === undefined ? undefined : createTlsServer(certificate, handle);
  const server: Server | TlsServer = tls ?? createServer(handle);
  server.on('connection', note);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: ownPort } = server.address() as AddressInfo; // a TCP server
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${ownPort}`,
    leadTo(url) {
      port = Number(new URL(url).port);
    },
    connections,
    become(next) {
      fate = next;
      hangUp();
    },
    present(other) {
      tls?.setSecureContext(other);
      hangUp();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      hangUp();
      await closed;
    },
  };
}

function passOn(socket: Socket, port: number, cutsAtReuse: boolean): void {
  const other = connect(port, '127.0.0.1');
  let isAnswered = false;
  other.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  socket.on('close', () => other.destroy());
  other.on('data', (bytes) => {
    isAnswered = true;
    socket.write(bytes);
  });
  socket.on('data', (bytes) => {
    if (isAnswered && cutsAtReuse) socket.destroy();
    else other.write(bytes);
  });
}
