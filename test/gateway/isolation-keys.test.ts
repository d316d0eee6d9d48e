import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Caller, callerKey } from '../../src/auth/caller.ts';
import { createLocalIdempotencyStore } from '../../src/idempotency/store.ts';
import { createLocalScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';
import { createContact } from '../support/creation.ts';
import { type Principal, type Principals, startPrincipals } from '../support/principals.ts';

let used: { scrollSessionKeys: string[]; idempotencyKeys: string[] };
let all: Principals;
beforeEach(async () => {
  used = { scrollSessionKeys: [], idempotencyKeys: [] };
  const scrollSessionStore = spy(createLocalScrollSessionStore(10_000_000), used.scrollSessionKeys);
  const idempotencyStore = spy(createLocalIdempotencyStore(10_000_000), used.idempotencyKeys);
  all = await startPrincipals({ contacts: 50, secondContacts: 50 }, { scrollSessionStore, idempotencyStore });
});
afterEach(() => all.close());

/** A store that records the keys of its calls. */
function spy<S extends object>(store: S, keys: string[]): S {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function' || name === 'close') return method;
      return (key: string, ...rest: unknown[]) => {
        keys.push(key);
        return method.call(target, key, ...rest);
      };
    },
  });
}

/** Callers that each differ from the first one in one property. */
function callers(): Principal[] {
  const same = { subject: 'same' };
  return [
    all.principal('manager', same),
    all.principal('second', same),
    all.principal('manager', { subject: 'other' }),
    all.principal('manager', { ...same, scopes: ['customer_read', 'customer_write'] }),
    all.principal('manager', { ...same, scopes: undefined }),
  ];
}

test('every key of a scroll session begins with the key of its caller', async () => {
  for (const { caller, query } of callers()) {
    used.scrollSessionKeys.length = 0;
    const { data } = await query('{ contacts(first: 3) { pageInfo { endCursor } } }');
    const rest = `{ contacts(first: 2, after: "${data.contacts.pageInfo.endCursor}") { nodes { cid } } }`;
    expect((await query(rest)).errors).toEqual([]);
    expect(used.scrollSessionKeys.length).toBeGreaterThan(2);
    expect(used.scrollSessionKeys.filter((key) => !key.startsWith(`${callerKey(caller)}/`))).toEqual([]);
  }
});

test('every stored idempotency key is a hash that begins with the key of its caller', async () => {
  for (const [index, { caller, query }] of callers().entries()) {
    used.idempotencyKeys.length = 0;
    expect((await createContact(query, 'the-same-key', { email: `ada${index}@example.com` })).errors).toEqual([]);
    expect(used.idempotencyKeys).toEqual([
      createHash('sha256')
        .update(JSON.stringify([callerKey(caller), 'the-same-key', 'createContact']))
        .digest('base64url'),
    ]);
  }
});

test('callers that differ in organization, subject, scopes or contact have different caller keys', () => {
  const { caller } = all.principal();
  const differing: Partial<Caller>[] = [
    {},
    { organizationId: 'another' },
    { subject: 'another' },
    { scopes: ['customer_read'] },
    { scopes: [] },
    { scopes: undefined },
    { contactId: 'a-contact' },
    { contactId: 'another-contact' },
  ];
  const keys = differing.map((difference) => callerKey({ ...caller, ...difference }));
  expect(new Set(keys).size).toBe(differing.length);
});

test('no file of src except for callerKey reads the subject of a caller', () => {
  const src = fileURLToPath(new URL('../../src/', import.meta.url));
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const reading = files.filter((name) =>
    /\bcaller\.subject\b|\bsubject\b[^\n]*\} = caller\b/.test(readFileSync(join(src, name), 'utf8')),
  );
  expect(reading).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});
