/** The moment in which a gateway that stops closes idle connections, and clients send on them. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runScript } from '../support/process.ts';
import { httpRequest } from '../support/raw-client.ts';

const clients = 400;

/** A request for an operation of its own, so that no two of them are executed once. */
function operation(alias: string): string {
  const body = JSON.stringify({ query: `{ ${alias}: __typename }` });
  return httpRequest('POST', '/graphql', ['content-type: application/json', `content-length: ${body.length}`], body);
}

/** A connection on which one operation was answered. `ended` resolves with what it received after that. */
async function openIdle(port: number, n: number): Promise<{ socket: Socket; ended: Promise<string> }> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay();
  socket.write(operation(`first${n}`));
  await once(socket, 'data');
  const { promise, resolve } = Promise.withResolvers<string>();
  let received = '';
  socket.on('data', (chunk) => (received += chunk));
  socket.on('end', () => resolve(received === '' ? 'ended' : `answered ${/^HTTP\/1.1 (\d+)/.exec(received)?.[1]}`));
  socket.on('error', ({ message }) => resolve(message));
  return { socket, ended: promise };
}

test('operations that are sent in the moment in which idle connections are closed are answered or not executed, and no connection is reset', async () => {
  const gateway = runScript('src/main.ts', [], { PORT: '0' });
  try {
    const [, port] = await gateway.printed(/listens on http:\/\/127\.0\.0\.1:(\d+)/);
    const idle = await Promise.all(Array.from({ length: clients }, (_, n) => openIdle(Number(port), n)));
    gateway.child.kill('SIGTERM');
    await gateway.printed(/no more connections are accepted/);
    // Idle connections are closed about 2,100 ms from now. One client sends in each millisecond around that time.
    const results = idle.map(async ({ socket, ended }, n) => {
      await delay(1_950 + n);
      if (socket.writable) socket.write(operation(`second${n}`));
      return ended;
    });
    const counts = Map.groupBy(await Promise.all(results), (result) => result);
    const answered = counts.get('answered 200')?.length ?? 0;
    expect([...counts.keys()].toSorted()).toEqual(['answered 200', 'ended']);
    expect(await gateway.exited).toBe(0);
    expect(gateway.stdout().match(/"msg":"operation"/g)).toHaveLength(clients + answered);
  } finally {
    gateway.child.kill('SIGKILL');
  }
});
