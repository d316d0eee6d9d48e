import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createSeal } from '../../src/seal.ts';
import { connectValkey } from '../../src/upstream/valkey.ts';
import { createValkeyWalkStore } from '../../src/upstream/valkey-walk-store.ts';
import { makeWalk } from '../support/walk.ts';

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
  ['that does not know the password', () => listen('-WRONGPASS invalid username-password pair\r\n')],
])('an address %s is a store without walks, which is told once', async (_, address) => {
  const outages: string[] = [];
  const store = createValkeyWalkStore(
    connectValkey(await address(), (reason) => outages.push(reason)),
    createSeal([randomBytes(32)], 'walk'),
  );
  for (let times = 0; times < 12; times += 1) {
    await store.save('org/walk', makeWalk(), [{ from: 0, body: Buffer.from('a page') }]);
    expect(await store.load('org/walk')).toBeUndefined();
    expect(await store.page('org/walk', 0)).toBeUndefined();
    expect(await store.claim('org/walk', makeWalk())).toBe('lost');
    await wait(50); // for it to connect, and to be answered
  }
  expect(outages).toHaveLength(1);
  expect(outages.join()).not.toContain('canary');
  await store.close();
});
