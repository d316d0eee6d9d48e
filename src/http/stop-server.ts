import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Connections } from './connections.ts';

/** What stops, and how long it may take: see `stop` of a server. */
type Stop = { server: HttpServer; connections: Connections; graceMs: number; delayMs: number; log: Log | undefined };

/** How often connections are checked while the server stops, in ms. */
const checkMs = 100;

/** The most iterations of the event loop for which the listener stays open because connections are accepted. */
const maxAcceptIterations = 1_000;

/** Stops a server without losing a request. */
export async function stopServer({ server, connections, graceMs, delayMs, log }: Stop): Promise<void> {
  connections.drain();
  const endedChecks = setInterval(connections.destroyEnded, checkMs);
  if (delayMs > 0) await setTimeout(delayMs);
  await untilNoneIsAccepted(server);
  const closed = once(server, 'close');
  // The method of the HTTP server would close idle connections at once, with requests that are on their way to it.
  Server.prototype.close.call(server);
  log?.info(connections.counts(), 'no more connections are accepted, and pending requests continue');
  // What has arrived on a connection is read before it is decided whether the connection is quiet.
  const quietChecks = setInterval(() => setImmediate().then(connections.closeQuiet), checkMs);
  const destroyAll = () => {
    log?.warn(connections.counts(), 'the connections that are still open are destroyed, because GRACE_MS is over');
    connections.destroyAll();
  };
  const deadline = AbortSignal.timeout(graceMs);
  deadline.addEventListener('abort', destroyAll);
  await closed;
  deadline.removeEventListener('abort', destroyAll);
  clearInterval(endedChecks);
  clearInterval(quietChecks);
  server.close(); // ends Node's own checks of connections
}

/**
 * Resolves when an iteration of the event loop has accepted no connection. The system opens connections before the process
 * accepts them, one in an iteration, and resets those in its queue when the listener closes.
 */
async function untilNoneIsAccepted(server: HttpServer): Promise<void> {
  let isAccepting = true;
  const onConnection = () => {
    isAccepting = true;
  };
  server.on('connection', onConnection);
  await setImmediate(); // the end of this iteration, which knows its sockets already
  for (let iteration = 0; iteration < maxAcceptIterations && isAccepting; iteration += 1) {
    isAccepting = false;
    await setImmediate();
  }
  server.off('connection', onConnection);
}
