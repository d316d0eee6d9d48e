import { vi } from 'vitest';
import type { Caller } from '../../src/auth/caller.ts';
import { Secret } from '../../src/crypto/secret.ts';
import type { Idempotency } from '../../src/idempotency/idempotency.ts';

export const ada: Caller = {
  organizationId: 'org',
  subject: 'ada',
  scopes: ['customer_write'],
  credential: { id: '', bearer: async () => new Secret(''), onRejected: async () => new Secret('') },
};

type Created = { cid: string; password: string | undefined };

export type OnceChanges = {
  caller?: Caller;
  header?: string | undefined;
  path?: string;
  input?: unknown;
};

/** Does `write` under a key, and keeps all of its answer but the password. */
export function once(by: Idempotency, write: () => Promise<Created>, changes: OnceChanges = {}): Promise<Created> {
  const { caller = ada, path = 'createContact', input = { email: 'ada@canary.example' } } = changes;
  const perform = by(caller, 'header' in changes ? changes.header : 'key-1');
  return perform({
    ...{ path, input, write },
    toRecord: ({ cid }) => ({ cid }),
    fromRecord: (kept) => ({ password: undefined, ...(kept as { cid: string }) }),
  });
}

/** A write that answers another contact each time. */
export function creating() {
  let count = 0;
  return vi.fn(async (): Promise<Created> => {
    count += 1;
    return { cid: `c-${count}`, password: 'canary' };
  });
}
