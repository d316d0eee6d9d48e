import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { create, issue } from '../support/creation.ts';
import { type Answer, startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
let ada = '';
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 50 }, env: { OPERATION_DEADLINE_MS: '1000' } });
  const { data } = await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { id } }`);
  ada = data.contact.id;
});
let key = '';
let tests = 0;
beforeEach(() => {
  tests += 1;
  key = `key-${tests}`;
  stack.emulator.control.reset();
});
afterAll(() => stack.close());

const creations = () => stack.emulator.control.counts().createContact;
const codes = ({ errors }: Answer) => errors.map(({ extensions }) => extensions['code']);

/** The one error of an answer. */
function refusal({ errors }: Answer) {
  expect(errors).toHaveLength(1);
  const { code, retryable } = errors[0]?.extensions ?? {};
  return { code, retryable };
}

describe('a contact that is created twice under one key', () => {
  test('is there once, and the repeat gets the same answer, but for the password', async () => {
    const first = await create(stack.query, key);
    expect(first.errors).toEqual([]);
    expect(first.data.createContact.password).toEqual(expect.any(String));
    const again = await create(stack.query, key);
    expect(again.data).toEqual({ createContact: { ...first.data.createContact, password: null } });
    expect(creations()).toBe(1);
    expect(stack.emulator.control.counts().contact).toBe(2); // each has read the contact as it was
  });

  test('is there twice without one', async () => {
    const [first, second] = [await create(stack.query), await create(stack.query)];
    expect(first.data.createContact.contact.id).not.toBe(second.data.createContact.contact.id);
    expect(creations()).toBe(2);
  });

  test.each([{ email: 'other@canary.example' }, { password: 'other' }, { deduplicate: ['EMAIL'] }])(
    'is refused with another input: %o',
    async (changes) => {
      await create(stack.query, key, { password: 'one' });
      stack.emulator.control.clearLog();
      const other = await create(stack.query, key, changes);
      expect(refusal(other)).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
      expect(stack.emulator.control.calls()).toEqual([]);
    },
  );

  test('at the same time is created once, and the other one told to wait', async () => {
    stack.emulator.control.latency(200);
    const both = await Promise.all([create(stack.query, key), create(stack.query, key)]);
    const [created, refused] = both.sort((one, other) => one.errors.length - other.errors.length);
    expect(created?.data.createContact.contact.email).toBe('ada@canary.example');
    expect(refused && refusal(refused)).toEqual({ code: 'CONFLICT', retryable: true });
    expect(creations()).toBe(1);
    const again = await create(stack.query, key);
    expect(again.data.createContact.contact).toEqual(created?.data.createContact.contact);
    expect(creations()).toBe(1);
  });

  test.each<[string, FaultRule]>([
    ['is reset before it is done', { kind: 'reset' }],
    ['is reset after it was done', { kind: 'reset', after: true }],
    ['breaks off in the middle of the answer', { kind: 'reset-body' }],
    ['never comes back', { kind: 'hang' }],
    ['never ends', { kind: 'hang-body' }],
    ['fails', { kind: 'status', status: 500 }],
    ['cannot be understood', { kind: 'invalid-json' }],
  ])('is not created again when the first call %s', async (_, fault) => {
    stack.emulator.control.fault({ method: 'POST', ...fault });
    const first = await create(stack.query, key);
    expect(refusal(first)).toEqual({ code: 'OUTCOME_UNKNOWN', retryable: false });
    for (let times = 0; times < 2; times += 1) {
      const again = await create(stack.query, key);
      expect(refusal(again)).toEqual({ code: 'OUTCOME_UNKNOWN', retryable: false });
      expect(again.errors[0]?.message).toBe(first.errors[0]?.message);
    }
    expect(creations()).toBe(1);
  });

  test.each<[string, FaultRule]>([
    ['as contradictory', { kind: 'status', status: 409 }],
    ['as not allowed', { kind: 'status', status: 403, times: 2 }],
    ['for now', { kind: 'status', status: 429, retryAfter: '1' }],
  ])('is created by the second call when the first one is refused %s, also with a mended input', async (_, fault) => {
    stack.emulator.control.fault({ method: 'POST', ...fault });
    expect((await create(stack.query, key)).data.createContact?.contact ?? null).toBeNull();
    const mended = await create(stack.query, key, { email: 'mended@canary.example' });
    expect(mended.data.createContact.contact.email).toBe('mended@canary.example');
  });

  test('takes no key for what is wrong with its input', async () => {
    const { data } = await create(stack.query, key, { policies: { privacy: true, termsOfUse: false } });
    expect(data.createContact.userErrors).not.toEqual([]);
    expect((await create(stack.query, key)).data.createContact.userErrors).toEqual([]);
  });
});

describe('a token that is issued twice under one key', () => {
  test('is the same token', async () => {
    const first = await issue(stack.query, ada, key);
    expect(first.data.issueContactToken).toMatchObject({ hits: 3, userErrors: [] });
    expect(first.data.issueContactToken.token.length).toBeGreaterThan(5);
    expect((await issue(stack.query, ada, key)).data).toEqual(first.data);
    expect(stack.emulator.control.counts().issueToken).toBe(1);
  });

  test('is refused for another lifetime', async () => {
    await issue(stack.query, ada, key);
    expect(codes(await issue(stack.query, ada, key, { hits: 4 }))).toEqual(['BAD_USER_INPUT']);
    expect(stack.emulator.control.counts().issueToken).toBe(1);
  });
});

test.each(['', 'with space', 'k'.repeat(256)])('the key %j is refused by a write, and no reader minds', async (bad) => {
  const refused = await create(stack.query, bad);
  expect(refusal(refused)).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
  expect(stack.emulator.control.calls()).toEqual([]);
  const { errors } = await stack.query('{ viewer { scopes } }', {}, { 'idempotency-key': bad });
  expect(errors).toEqual([]);
});

test('the example of the documentation is safe to repeat', async () => {
  const text = readFileSync(new URL('../../docs/writing.md', import.meta.url), 'utf8');
  const [, example = ''] = /idempotency-key: ([\w-]+)/.exec(text) ?? [];
  const [, body = ''] = /-d '(\{"query":[\s\S]*?\})'/.exec(text) ?? [];
  const send = () => stack.query(JSON.parse(body).query, {}, { 'idempotency-key': example });
  const { data, errors } = await send();
  expect(errors).toEqual([]);
  expect(data.createContact).toMatchObject({ outcome: 'CREATED', userErrors: [], password: expect.any(String) });
  expect((await send()).data.createContact).toEqual({ ...data.createContact, password: null });
  expect(creations()).toBe(1);
});

test('neither key, input, password nor token is in the log', async () => {
  stack.emulator.control.fault({ method: 'POST', kind: 'status', status: 500 });
  await create(stack.query, 'canary-key');
  const failed = await create(stack.query, 'canary-key');
  const { data } = await create(stack.query, 'canary-key-2', { password: 'canary-password' });
  const issued = await issue(stack.query, ada, 'canary-key');
  expect(codes(failed)).toEqual(['OUTCOME_UNKNOWN']);
  expect(data.createContact.userErrors).toEqual([]);
  const log = stack.logged.join('\n');
  expect(log).toContain('OUTCOME_UNKNOWN');
  for (const text of ['canary', issued.data.issueContactToken.token]) expect(log).not.toContain(text);
});
