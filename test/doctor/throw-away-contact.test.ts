// The contact with which the contract check writes is deleted, whatever happens in between.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { checkAccount, reportOf } from '../support/doctor.ts';
import { type Rewrite, type RewritingUpstream, startRewritingUpstream } from '../support/rewriting-upstream.ts';

let emulator: Emulator;
let upstream: RewritingUpstream;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50, edgeCases: false });
  upstream = await startRewritingUpstream(emulator.url);
});

afterEach(() => {
  emulator.control.reset();
  upstream.rewrite((text) => text);
});

afterAll(async () => {
  await upstream.close();
  await emulator.close();
});

const run = (stopped?: Promise<void>) =>
  checkAccount({ ...emulator, url: upstream.url }, ['--json', '--write'], stopped);

const lost: Record<string, Rewrite> = {
  'the answer of its creation has no id': (text, { method, path }) =>
    method === 'POST' && path === '/v3/customers' ? text.replace('"id":', '"key":') : text,
  'the answer of its creation is an error': (text, { method, path }) =>
    method === 'POST' && path === '/v3/customers' ? { status: 500, text: '' } : text,
  'every call after its creation fails': (text, { method, path, status }) =>
    method !== 'DELETE' && /^\/v[13]\/customers\/./.test(path) ? { status: 500, text: 'failed' } : { status, text },
  'its first deletion fails': (() => {
    let count = 0;
    return (text, { method, status }) => {
      if (method !== 'DELETE') return { status, text };
      count += 1;
      return count === 1 ? { status: 500, text: '' } : { status, text };
    };
  })(),
};

test.each(Object.entries(lost))('the contact is deleted if %s', async (_name, rewrite) => {
  upstream.rewrite(rewrite);
  const before = emulator.contacts().length;
  expect(reportOf(await run()).leftBehind).toBeUndefined();
  expect(emulator.control.counts().createContact).toBe(1);
  expect(emulator.contacts()).toHaveLength(before);
});

test.each([
  ['creation', 'POST', /customers$/],
  ['update', 'PUT', /v3/],
  ['customer token', 'GET', /token\?/],
])('the contact is deleted if a signal stops the check during its %s', async (_name, on, target) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  upstream.rewrite((text, { method, path }) => {
    if (method === on && target.test(path)) resolve();
    return text;
  });
  const before = emulator.contacts().length;
  expect((await run(promise)).code).toBe(130);
  expect(emulator.control.counts().createContact).toBe(1);
  expect(emulator.contacts()).toHaveLength(before);
  expect(emulator.control.counts().logout).toBeGreaterThan(1);
});

test('a contact that an existence check names by mistake is not deleted', async () => {
  const other = emulator.contacts()[0]?.cid;
  upstream.rewrite((text, { method, path, status }) => {
    if (method === 'POST' && path === '/v3/customers') return { status: 500, text: '' };
    if (path.includes('email=')) {
      return {
        status: 200,
        text: JSON.stringify({ status: 'OK', present: true, id: other, customers: [{ cid: other }] }),
      };
    }
    return { status, text };
  });
  const before = emulator.contacts().length;
  expect(reportOf(await run()).leftBehind).toMatch(/a contact with the address .*@example\.com may exist/);
  expect(emulator.control.counts().deleteContact).toBe(0);
  expect(emulator.contacts()).toHaveLength(before + 1);
});

test('a creation that is refused leaves nothing behind', async () => {
  emulator.control.fault({ kind: 'status', status: 409, method: 'POST', path: '/v3/customers$' });
  const result = await run();
  expect(reportOf(result).leftBehind).toBeUndefined();
  expect(result.code).toBe(1);
  expect(emulator.control.counts().deleteContact).toBe(0);
});

test('the check says which contact to delete if its deletion fails', async () => {
  emulator.control.fault({ kind: 'status', status: 500, method: 'DELETE', times: Number.POSITIVE_INFINITY });
  const result = await run();
  const left = emulator.contacts().at(-1);
  expect(reportOf(result).leftBehind).toContain(left?.cid);
  expect(reportOf(result).leftBehind).toContain(left?.email);
  expect(result.code).toBe(1);
});
