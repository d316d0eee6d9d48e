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

export type IdempotentWriteOptions = {
  caller?: Caller;
  header?: string | undefined;
  path?: string;
  input?: unknown;
};

/** Makes a write under an idempotency key, and records its result without the password. */
export function writeIdempotently(
  idempotency: Idempotency,
  write: () => Promise<Created>,
  changes: IdempotentWriteOptions = {},
): Promise<Created> {
  const { caller = ada, path = 'createContact', input = { email: 'ada@canary.example' } } = changes;
  const perform = idempotency(caller, 'header' in changes ? changes.header : 'key-1');
  return perform({
    ...{ path, input, write },
    toRecord: ({ cid }) => ({ cid }),
    fromRecord: (record) => ({ password: undefined, ...(record as { cid: string }) }),
  });
}

/** A write that returns a different contact each time. */
export function createContactStub() {
  let count = 0;
  return vi.fn(async (): Promise<Created> => {
    count += 1;
    return { cid: `c-${count}`, password: 'canary' };
  });
}
