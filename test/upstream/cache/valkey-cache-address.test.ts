import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createAead } from '../../../src/crypto/aead.ts';
import { createValkeyCache } from '../../../src/upstream/cache/valkey-cache.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { startFixedReplyServer, unusableAddresses } from '../../support/valkey-addresses.ts';

test.each([
  ...unusableAddresses,
  ['of a server that answers nothing but PONG', () => startFixedReplyServer('+PONG\r\n')] as const,
])('an address %s gives an empty cache without invalidations, which is reported once', async (_, getAddress) => {
  const address = await getAddress();
  const outages: string[] = [];
  const heard: unknown[] = [];
  const valkey = connectValkey(address, () => undefined);
  const shared = createValkeyCache({
    ...{ valkey, address, beatMs: 50, retryMs: 50 },
    aead: createAead([randomBytes(32)], 'cache'),
    onOutage: (reason) => outages.push(reason),
  });
  shared.listen({ onInvalidated: (name) => heard.push(name), onListening: () => heard.push('up') });
  for (let times = 0; times < 12; times += 1) {
    const reading = await shared.startRead('name', 'key', true);
    expect(reading.found).toBeUndefined();
    await reading.store(Buffer.from('answer'), 0, 1_000);
    await reading.drop();
    await shared.invalidate('name');
    expect(shared.isListening()).toBe(false);
    await wait(50); // The connection needs time to open and to get an answer.
  }
  expect(outages).toHaveLength(1);
  expect(outages.join()).not.toContain('canary');
  expect(heard).toEqual([]);
  shared.close();
  valkey.close();
});
