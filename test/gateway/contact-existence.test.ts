import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { ada, contactsExist, none } from '../support/contact-existence.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** The kind: fields that tell whether a contact exists, by each key, with each response of the upstream. */

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 200 } });
  await stack.query('{ contacts(first: 1) { nodes { cid } } }'); // The login must not be among the calls that the tests count.
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const routes = () => stack.emulator.control.calls().map(({ route }) => route);
const fault = (rule: FaultRule) => stack.emulator.control.fault({ path: '/exist\\?', ...rule });
const codes = (errors: { extensions: Record<string, unknown> }[]) => errors.map(({ extensions }) => extensions['code']);
const many = (by: object[], fields?: string) => contactsExist(stack, by, fields);
const one = (by: object) => stack.query('query ($by: ContactBy!) { contactExists(by: $by) }', { by });

const keys = [
  ['cid', demo.contactId, 'cid'],
  ['email', 'ada.rossi@example.com', 'email'],
  ['phone', '+390501234567', 'phoneNumber'],
  ['username', 'YYYYYZZZXXX1', 'username'],
  ['extId', 'CRM-ADA-1815', 'extId'],
] as const;

describe('the existence of a contact', () => {
  test.each(keys)('the existence by %s is one upstream call with this value', async (key, value, param) => {
    expect((await one({ [key]: value })).data).toEqual({ contactExists: true });
    expect((await many([{ [key]: value }])).data).toEqual({ contactsExist: [ada] });
    expect(routes()).toEqual(['contactExists', 'contactExists']);
    for (const { path } of stack.emulator.control.calls()) {
      const { pathname, searchParams } = new URL(path, 'http://emulator');
      expect(pathname).toBe(`/v2/customers/organizations/${demo.organizationId}/exist`);
      expect([...searchParams]).toEqual([[param, value]]);
    }
  });

  test('the existence by the global id is one upstream call with the cid', async () => {
    const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
    expect((await one({ id })).data).toEqual({ contactExists: true });
    expect(routes()).toEqual(['contactExists']);
  });

  test.each(['../x', 'a&cid=1', 'a?b#c', '%2e%2e%2f', 'a b+c', 'ă🐎', '\r\nx: y', ';', "' or 1=1"])(
    'the value %j stays one parameter of the intended path',
    async (value) => {
      for (const key of ['username', 'extId', 'extProp1', 'extProp2']) {
        expect((await one({ [key]: value })).data).toEqual({ contactExists: false });
        const { pathname, searchParams } = new URL(
          stack.emulator.control.calls().at(-1)?.path ?? '',
          'http://emulator',
        );
        expect(pathname).toMatch(/^\/v2\/customers\/organizations\/\w+\/exist$/);
        expect([...searchParams]).toEqual([[key, value]]);
      }
    },
  );

  test.each(['not-found', 'present-false', 'conflict'] as const)(
    'a contact that does not exist is false when the upstream answers in the way %s',
    async (absence) => {
      stack.emulator.control.absence(absence);
      expect(await many([{ cid: 'absent' }, { email: 'a@example.com' }])).toMatchObject({
        data: { contactsExist: [none, none] },
        errors: [],
      });
      expect(routes()).toEqual(['contactExists', 'contactExists']);
    },
  );
});

describe('the response of the upstream about a contact', () => {
  test.each<[body: object, expected: object]>([
    [
      { present: true, id: 'a-1', extId: 'e' },
      { exists: true, cid: 'a-1', extId: 'e' },
    ],
    [
      { present: true, id: 'a-1', extId: '' },
      { exists: true, cid: 'a-1', extId: null },
    ],
    [{ present: true }, { exists: true, cid: null, extId: null }],
    [
      { present: true, id: '../x', extId: 7, more: {} },
      { exists: true, cid: null, extId: null },
    ],
    [{ id: 'a-1' }, { exists: true, cid: 'a-1', extId: null }],
    [
      { present: null, id: 'a-1' },
      { exists: true, cid: 'a-1', extId: null },
    ],
    [{ present: false }, none],
    [{ present: false, id: 'a-1', extId: 'e' }, none],
  ])('%j is read as %j', async (body, expected) => {
    fault({ kind: 'body', body: JSON.stringify({ status: 'OK', ...body }) });
    expect(await many([{ email: 'a@example.com' }])).toMatchObject({ data: { contactsExist: [expected] }, errors: [] });
  });

  test.each([
    {},
    { present: null },
    { present: 'true', id: 'a-1' },
    { present: 1, id: 'a-1' },
    { id: '../x' },
    { present: [] },
  ])('%j decides nothing, and is UPSTREAM_BAD_RESPONSE', async (body) => {
    fault({ kind: 'body', body: JSON.stringify({ status: 'OK', ...body }) });
    const { data, errors } = await one({ email: 'a@example.com' });
    expect([data, codes(errors)]).toEqual([{ contactExists: null }, ['UPSTREAM_BAD_RESPONSE']]);
  });

  test('an id that cannot be read is counted in the log', async () => {
    fault({ kind: 'body', body: '{"status":"OK","present":true,"id":"../x"}' });
    await one({ cid: 'a' });
    expect(JSON.parse(stack.logged.at(-1) ?? '')).toMatchObject({ undecodable: { id: expect.anything() } });
  });

  test.each<[FaultRule, string]>([
    [{ kind: 'ko' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'ko', code: 'TOO_MANY_REQUESTS' }, 'RATE_LIMITED'],
    [{ kind: 'status', status: 409 }, 'CONFLICT'],
    [{ kind: 'status', status: 429 }, 'RATE_LIMITED'],
    [{ kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'html' }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'truncate' }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'invalid-json' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'redirect' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'body', body: '[]' }, 'UPSTREAM_BAD_RESPONSE'],
  ])('the fault %j of one call is the error %s of its entry, and the other entries stand', async (rule, code) => {
    stack.emulator.control.fault({ path: 'username=YYYYYZZZXXX1', ...rule });
    const { data, errors } = await many(
      [{ cid: demo.contactId }, { username: 'YYYYYZZZXXX1' }, { username: 'c' }],
      'exists',
    );
    expect(data).toEqual({ contactsExist: [{ exists: true }, { exists: null }, { exists: false }] });
    expect(errors).toMatchObject([{ path: ['contactsExist', 1, 'exists'], extensions: { code } }]);
    expect(routes()).toHaveLength(3);
  });
});
