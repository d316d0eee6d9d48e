import { once } from 'node:events';
import { createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';

/** How an HTTP proxy answers: it does its work, refuses with a status, never answers, or closes the connection. */
export type ProxyMode = 'pass' | 'hold' | 'cut' | 'cut after connect' | number;

/** An HTTP proxy on loopback, which opens tunnels (CONNECT) and forwards requests to http addresses. */
export type HttpProxy = {
  readonly url: string;
  readonly port: number;
  /** Requests received, by method and target. */
  readonly requests: string[];
  /** The header `Proxy-Authorization` of each request. */
  readonly credentials: (string | undefined)[];
  /** Sets how the next requests are answered. */
  answer(mode: ProxyMode): void;
  /** Where tunnels to a name lead that no resolver finds. */
  tunnelTo(port: number): void;
  close(): Promise<void>;
};

/** Starts a proxy, with TLS towards its clients if there is a certificate. */
export async function startHttpProxy(certificate?: SecureContextOptions): Promise<HttpProxy> {
  const requests: string[] = [];
  const credentials: (string | undefined)[] = [];
  const sockets = new Set<Duplex>();
  let mode: ProxyMode = 'pass';
  let namesPort: number | undefined;

  function record({ method, url, headers }: IncomingMessage): void {
    requests.push(`${method} ${url}`);
    credentials.push(headers['proxy-authorization']);
  }

  function track<T extends Duplex>(socket: T): T {
    sockets.add(socket);
    return socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  }

  const server = certificate === undefined ? createServer() : createTlsServer(certificate);
  server.on('connection', track);
  server.on('request', (request: IncomingMessage, response) => {
    record(request);
    if (mode === 'hold') return;
    if (mode === 'cut' || mode === 'cut after connect') return void request.socket.destroy();
    if (typeof mode === 'number') return void response.writeHead(mode, { 'content-type': 'text/html' }).end('refused');
    const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = request.headers;
    const forwarded = sendRequest(request.url ?? '', { method: request.method, headers, agent: false });
    forwarded.on('error', () => response.writeHead(502).end());
    forwarded.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)));
    request.pipe(forwarded);
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    record(request);
    if (mode === 'hold') return;
    if (mode === 'cut') return void socket.destroy();
    if (typeof mode === 'number')
      return void socket.end(`HTTP/1.1 ${mode} Refused\r\ncontent-length: 7\r\n\r\nrefused`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const isName = hostname.endsWith('.invalid');
    const other = track<Socket>(connect(isName ? (namesPort ?? 0) : Number(port), isName ? '127.0.0.1' : hostname));
    other.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (mode === 'cut after connect') socket.end();
      else socket.pipe(other).pipe(socket);
    });
    other.once('close', () => socket.destroy());
    socket.once('close', () => other.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server
  return {
    ...{ requests, credentials, port, url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}` },
    answer(next) {
      mode = next;
    },
    tunnelTo(next) {
      namesPort = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
