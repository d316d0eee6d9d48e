// The upstream of the benchmarks. It sends prepared responses over a bare socket, so that it is never the bottleneck.
// node bench/upstream/main.ts <port>

import { createServer, type Socket } from 'node:net';
import process from 'node:process';
import { control } from './control-paths.ts';
import { toResponse } from './response-template.ts';
import { createRoutes, type Route } from './routes.ts';

const responseTo = createRoutes();
const notFound = Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
const noCalls: Readonly<Record<Route, number>> = {
  contact: 0,
  events: 0,
  devices: 0,
  accountings: 0,
  contacts: 0,
  login: 0,
};
let calls = { ...noCalls };
let latencyMs = 0;

createServer({ noDelay: true }, serve).listen(Number(process.argv[2]), '127.0.0.1');

/** Implements the part of HTTP/1.1 that clients of a JSON API need: no chunked requests, no trailers. */
function serve(socket: Socket): void {
  let pending = '';
  socket.on('error', () => socket.destroy()); // Clients that are stopped during a request reset the connection.
  socket.on('data', (bytes: Buffer) => {
    pending += bytes.toString('latin1');
    for (let end = endOfRequest(pending); end !== -1; end = endOfRequest(pending)) {
      const [, target = ''] = pending.slice(0, pending.indexOf('\r\n')).split(' ', 2);
      pending = pending.slice(end);
      respond(socket, target);
    }
  });
}

/** Returns where the first request ends, including its body; -1 while it is incomplete. */
function endOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return -1;
  const length = text.startsWith('GET') ? 0 : Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
  const end = head + 4 + length;
  return end > text.length ? -1 : end;
}

function respond(socket: Socket, target: string): void {
  const prepared = responseTo(target);
  if (prepared === undefined) {
    socket.write(handleControl(target) ?? notFound);
    return;
  }
  calls[prepared.route] += 1;
  if (latencyMs === 0) socket.write(prepared.response);
  else setTimeout(() => socket.write(prepared.response), latencyMs);
}

/** Handles the requests of `control-paths.ts`. Returns undefined for other targets. */
function handleControl(target: string): Buffer | undefined {
  if (target === control.calls) return toResponse(JSON.stringify(calls));
  if (!target.startsWith(control.prepare)) return undefined;
  latencyMs = Number(target.slice(control.prepare.length));
  calls = { ...noCalls };
  return toResponse('{}');
}
