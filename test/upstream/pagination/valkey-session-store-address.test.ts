import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createAead } from '../../../src/crypto/aead.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { makeScrollSession } from '../../support/scroll-session.ts';
import { unusableAddresses } from '../../support/valkey-addresses.ts';

test.each(unusableAddresses)(
  'an address %s gives a store without scroll sessions, which is reported once',
  async (_, address) => {
    const outages: string[] = [];
    const store = createValkeyScrollSessionStore(
      connectValkey(await address(), (reason) => outages.push(reason)),
      createAead([randomBytes(32)], 'scroll-session'),
    );
    for (let times = 0; times < 12; times += 1) {
      await store.save('org/session', makeScrollSession(), [{ from: 0, body: Buffer.from('a page') }]);
      expect(await store.load('org/session')).toBeUndefined();
      expect(await store.page('org/session', 0)).toBeUndefined();
      expect(await store.acquireLease('org/session', makeScrollSession())).toBe('lost');
      await wait(50); // The connection needs time to open and to get an answer.
    }
    expect(outages).toHaveLength(1);
    expect(outages.join()).not.toContain('canary');
    await store.close();
  },
);
