import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSeal } from '../../src/seal.ts';
import { connectValkey } from '../../src/upstream/valkey.ts';
import { createValkeyWalkStore } from '../../src/upstream/valkey-walk-store.ts';
import { hopelessAddresses } from '../support/valkey-addresses.ts';
import { makeWalk } from '../support/walk.ts';

test.each(hopelessAddresses)('an address %s is a store without walks, which is told once', async (_, address) => {
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
