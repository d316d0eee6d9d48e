import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createSeal } from '../../../src/seal.ts';
import { createValkeyCache } from '../../../src/upstream/resilience/valkey-cache.ts';
import { connectValkey } from '../../../src/upstream/valkey.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The address of a server that says the same to every command. */
async function listen(answer: string | undefined): Promise<string> {
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (sent) => {
        for (const _command of String(sent).match(/^\*\d+\r$/gm) ?? []) if (answer !== undefined) socket.write(answer);
      });
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const address = server.address();
  return `redis://user:canary@127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
}

test.each([
  ['where nobody listens', async () => 'redis://:canary@127.0.0.1:9'],
  ['where nobody says anything', () => listen(undefined)],
  ['that speaks HTTP', () => listen('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['that says nothing but OK', () => listen('+OK\r\n')],
  ['that says nothing but 1', () => listen(':1\r\n')],
  ['that says nothing but PONG', () => listen('+PONG\r\n')],
  ['that does not know the password', () => listen('-WRONGPASS invalid username-password pair\r\n')],
])('an address %s is an empty cache that hears nothing, which is told once', async (_, getAddress) => {
  const address = await getAddress();
  const outages: string[] = [];
  const heard: unknown[] = [];
  const valkey = connectValkey(address, () => undefined);
  const shared = createValkeyCache({
    ...{ valkey, address, beatMs: 50, retryMs: 50 },
    seal: createSeal([randomBytes(32)], 'cache'),
    onOutage: (reason) => outages.push(reason),
  });
  shared.listen({ onForgotten: (name) => heard.push(name), onListening: () => heard.push('up') });
  for (let times = 0; times < 12; times += 1) {
    const reading = await shared.begin('name', 'key', true);
    expect(reading.found).toBeUndefined();
    await reading.keep(Buffer.from('answer'), 0, 1_000);
    await reading.drop();
    await shared.forget('name');
    expect(shared.isListening()).toBe(false);
    await wait(50); // for it to connect, and to be answered
  }
  expect(outages).toHaveLength(1);
  expect(outages.join()).not.toContain('canary');
  expect(heard).toEqual([]);
  shared.close();
  valkey.close();
});
