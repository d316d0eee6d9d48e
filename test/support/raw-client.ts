import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that reads nothing until its socket is resumed or iterated. Data that was sent to it stays in the socket buffers. */
export async function connectWithoutReading(url: string): Promise<Socket> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname).pause();
  socket.on('error', () => undefined); // The tests expect that the server closes the connection.
  await once(socket, 'connect');
  return socket;
}

/** The text of a request over HTTP/1.1. */
export function httpRequest(method: string, path: string, headers: readonly string[] = [], body = ''): string {
  return [`${method} ${path} HTTP/1.1`, 'host: gateway', ...headers, '', body].join('\r\n');
}

/** The number of bytes received until the connection is closed or reset. */
export async function bytesUntilClosed(socket: Socket): Promise<number> {
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  socket.resume();
  await once(socket, 'close');
  return bytes;
}
