import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Caller, callerKey } from '../../src/auth/caller.ts';
import { createLocalIdempotencyStore } from '../../src/idempotency/store.ts';
import { createLocalScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';
import { create } from '../support/creation.ts';
import { type Principal, type Principals, startPrincipals } from '../support/principals.ts';

let used: { walks: string[]; keys: string[] };
let all: Principals;
beforeEach(async () => {
  used = { walks: [], keys: [] };
  const scrollSessionStore = spy(createLocalScrollSessionStore(10_000_000), used.walks);
  const idempotencyStore = spy(createLocalIdempotencyStore(10_000_000), used.keys);
  all = await startPrincipals({ contacts: 50, secondContacts: 50 }, { scrollSessionStore, idempotencyStore });
});
afterEach(() => all.close());

/** The store, and the keys that it was asked with. */
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

/** Callers that differ in one thing each. */
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

test('every key of a walk begins with the key of its caller', async () => {
  for (const { caller, ask } of callers()) {
    used.walks.length = 0;
    const { data } = await ask('{ contacts(first: 3) { pageInfo { endCursor } } }');
    const rest = `{ contacts(first: 2, after: "${data.contacts.pageInfo.endCursor}") { nodes { cid } } }`;
    expect((await ask(rest)).errors).toEqual([]);
    expect(used.walks.length).toBeGreaterThan(2);
    expect(used.walks.filter((key) => !key.startsWith(`${callerKey(caller)}/`))).toEqual([]);
  }
});

test('every idempotency key is made of the key of its caller first', async () => {
  for (const [index, { caller, ask }] of callers().entries()) {
    used.keys.length = 0;
    expect((await create(ask, 'the-same-key', { email: `ada${index}@example.com` })).errors).toEqual([]);
    expect(used.keys).toEqual([
      createHash('sha256')
        .update(JSON.stringify([callerKey(caller), 'the-same-key', 'createContact']))
        .digest('base64url'),
    ]);
  }
});

test('callers that differ in anything have keys of their own', () => {
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

test('nobody but callerKey makes a key of who the caller is', () => {
  const src = fileURLToPath(new URL('../../src/', import.meta.url));
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const reading = files.filter((name) =>
    /\bcaller\.subject\b|\bsubject\b[^\n]*\} = caller\b/.test(readFileSync(join(src, name), 'utf8')),
  );
  expect(reading).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});
