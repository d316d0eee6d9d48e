import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { createContact, issueContactToken } from '../support/creation.ts';
import { type Answer, startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
let ada = '';
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 50 }, env: { OPERATION_DEADLINE_MS: '4000' } });
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

describe('a contact that is created twice under one idempotency key', () => {
  test('a repeated creation creates one contact and is answered like the first one, without the password', async () => {
    const first = await createContact(stack.query, key);
    expect(first.errors).toEqual([]);
    expect(first.data.createContact.password).toEqual(expect.any(String));
    const again = await createContact(stack.query, key);
    expect(again.data).toEqual({ createContact: { ...first.data.createContact, password: null } });
    expect(creations()).toBe(1);
    expect(stack.emulator.control.counts().contact).toBe(2); // Each of the two requests reads the contact.
  });

  test('a repeated creation without an idempotency key creates two contacts', async () => {
    const [first, second] = [await createContact(stack.query), await createContact(stack.query)];
    expect(first.data.createContact.contact.id).not.toBe(second.data.createContact.contact.id);
    expect(creations()).toBe(2);
  });

  test.each([{ email: 'other@canary.example' }, { password: 'other' }, { deduplicate: ['EMAIL'] }])(
    'a creation under a used idempotency key with another input is refused: %o',
    async (changes) => {
      await createContact(stack.query, key, { password: 'one' });
      stack.emulator.control.clearLog();
      const other = await createContact(stack.query, key, changes);
      expect(refusal(other)).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
      expect(stack.emulator.control.calls()).toEqual([]);
    },
  );

  test('of two concurrent creations under one idempotency key one is made and the other fails with a retryable CONFLICT', async () => {
    stack.emulator.control.latency(200);
    const both = await Promise.all([createContact(stack.query, key), createContact(stack.query, key)]);
    const [created, refused] = both.sort((one, other) => one.errors.length - other.errors.length);
    expect(created?.data.createContact.contact.email).toBe('ada@canary.example');
    expect(refused && refusal(refused)).toEqual({ code: 'CONFLICT', retryable: true });
    expect(creations()).toBe(1);
    const again = await createContact(stack.query, key);
    expect(again.data.createContact.contact).toEqual(created?.data.createContact.contact);
    expect(creations()).toBe(1);
  });

  test.each<[string, FaultRule]>([
    ['is reset before it is executed', { kind: 'reset' }],
    ['is reset after it was executed', { kind: 'reset', after: true }],
    ['is reset within the response body', { kind: 'reset-body' }],
    ['gets no response', { kind: 'hang' }],
    ['gets a response body that does not end', { kind: 'hang-body' }],
    ['fails with a 500', { kind: 'status', status: 500 }],
    ['gets a response of invalid JSON', { kind: 'invalid-json' }],
  ])('a contact is not created again when the first call %s', async (_, fault) => {
    stack.emulator.control.fault({ method: 'POST', ...fault });
    const first = await createContact(stack.query, key);
    expect(refusal(first)).toEqual({ code: 'OUTCOME_UNKNOWN', retryable: false });
    for (let times = 0; times < 2; times += 1) {
      const again = await createContact(stack.query, key);
      expect(refusal(again)).toEqual({ code: 'OUTCOME_UNKNOWN', retryable: false });
      expect(again.errors[0]?.message).toBe(first.errors[0]?.message);
    }
    expect(creations()).toBe(1);
  });

  test.each<[string, FaultRule]>([
    ['with a 409', { kind: 'status', status: 409 }],
    ['with a 403', { kind: 'status', status: 403, times: 2 }],
    ['with a 429', { kind: 'status', status: 429, retryAfter: '1' }],
  ])(
    'a contact is created by the second call when the first one is refused %s, also with a corrected input',
    async (_, fault) => {
      stack.emulator.control.fault({ method: 'POST', ...fault });
      expect((await createContact(stack.query, key)).data.createContact?.contact ?? null).toBeNull();
      const corrected = await createContact(stack.query, key, { email: 'corrected@canary.example' });
      expect(corrected.data.createContact.contact.email).toBe('corrected@canary.example');
    },
  );

  test('a creation with invalid input does not use up its idempotency key', async () => {
    const { data } = await createContact(stack.query, key, { policies: { privacy: true, termsOfUse: false } });
    expect(data.createContact.userErrors).not.toEqual([]);
    expect((await createContact(stack.query, key)).data.createContact.userErrors).toEqual([]);
  });
});

describe('a token that is issued twice under one idempotency key', () => {
  test('a repeated request for a token returns the same token', async () => {
    const first = await issueContactToken(stack.query, ada, key);
    expect(first.data.issueContactToken).toMatchObject({ hits: 3, userErrors: [] });
    expect(first.data.issueContactToken.token.length).toBeGreaterThan(5);
    expect((await issueContactToken(stack.query, ada, key)).data).toEqual(first.data);
    expect(stack.emulator.control.counts().issueToken).toBe(1);
  });

  test('a repeated request for a token with another number of hits is refused', async () => {
    await issueContactToken(stack.query, ada, key);
    expect(codes(await issueContactToken(stack.query, ada, key, { hits: 4 }))).toEqual(['BAD_USER_INPUT']);
    expect(stack.emulator.control.counts().issueToken).toBe(1);
  });
});

test.each(['', 'with space', 'k'.repeat(256)])(
  'the idempotency key %j is refused for a mutation and ignored for a query',
  async (bad) => {
    const refused = await createContact(stack.query, bad);
    expect(refusal(refused)).toEqual({ code: 'BAD_USER_INPUT', retryable: false });
    expect(stack.emulator.control.calls()).toEqual([]);
    const { errors } = await stack.query('{ viewer { scopes } }', {}, { 'idempotency-key': bad });
    expect(errors).toEqual([]);
  },
);

test('the example of an idempotency key in docs/writing.md is safe to repeat', async () => {
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

test('the log contains no idempotency key, input, password or token', async () => {
  stack.emulator.control.fault({ method: 'POST', kind: 'status', status: 500 });
  await createContact(stack.query, 'canary-key');
  const failed = await createContact(stack.query, 'canary-key');
  const { data } = await createContact(stack.query, 'canary-key-2', { password: 'canary-password' });
  const issued = await issueContactToken(stack.query, ada, 'canary-key');
  expect(codes(failed)).toEqual(['OUTCOME_UNKNOWN']);
  expect(data.createContact.userErrors).toEqual([]);
  const log = stack.logged.join('\n');
  expect(log).toContain('OUTCOME_UNKNOWN');
  for (const text of ['canary', issued.data.issueContactToken.token]) expect(log).not.toContain(text);
});
