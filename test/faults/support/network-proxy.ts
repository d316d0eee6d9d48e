import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type Server as TlsServer } from 'node:tls';
import type { UpstreamProxy } from './harness.ts';

/**
 * The mode of a connection: it is forwarded, held open without a response, or closed. In the mode `cut at reuse` it is
 * closed when a second request arrives over it.
 */
export type ConnectionMode = 'pass' | 'hold' | 'cut' | 'cut at reuse';

/** A TCP or TLS proxy between the gateway and the emulator. */
export type NetworkProxy = UpstreamProxy & {
  /** Sets the mode of new connections and closes the open ones. */
  setMode(mode: ConnectionMode): void;
  /** Connections since the start, open ones, and the maximum of open ones since the last change. */
  readonly connections: { accepted: number; open: number; peak: number };
  /** Sets the certificate for new connections and closes the open ones. */
  setCertificate(certificate: SecureContextOptions): void;
};

/** Starts a proxy. With a certificate it uses TLS towards the gateway. */
export async function startNetworkProxy(certificate?: SecureContextOptions): Promise<NetworkProxy> {
  const open = new Set<Socket>();
  const connections = { accepted: 0, open: 0, peak: 0 };
  let mode: ConnectionMode = 'pass';
  let port = 0;

  function trackSocket(socket: Socket): void {
    open.add(socket);
    connections.accepted += 1;
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
    if (mode === 'cut') socket.destroy();
    else if (mode === 'hold') socket.resume();
    else forward(socket, port, mode === 'cut at reuse');
  }

  function closeSockets(): void {
    for (const socket of open) socket.destroy();
    open.clear();
    connections.peak = 0;
  }

  const tls = certificate === undefined ? undefined : createTlsServer(certificate, handle);
  const server: Server | TlsServer = tls ?? createServer(handle);
  server.on('connection', trackSocket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: ownPort } = server.address() as AddressInfo; // a TCP server
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${ownPort}`,
    forwardTo(url) {
      port = Number(new URL(url).port);
    },
    connections,
    setMode(next) {
      mode = next;
      closeSockets();
    },
    setCertificate(other) {
      tls?.setSecureContext(other);
      closeSockets();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      closeSockets();
      await closed;
    },
  };
}

function forward(socket: Socket, port: number, cutsAtReuse: boolean): void {
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
