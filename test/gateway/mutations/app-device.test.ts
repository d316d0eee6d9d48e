// registerContactDevice (call 18): what is sent, for whom, that it can be repeated, and that no output has the push token.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { customerSessionEnvironment, type Sessions, startSessions } from '../../support/sessions.ts';
import { ada, idOf, routesOf, userErrors } from '../../support/write-gateway.ts';

const headers = { authorization: 'Bearer token' };
const pushToken = 'canary-push-token';
const register = `mutation ($input: RegisterContactDeviceInput!) {
  registerContactDevice(input: $input) { contact { cid } ${userErrors} }
}`;
const device = { guid: 'g-1', installId: 'i-1', bundle: 'com.example.app', os: 'ios', osVersion: '18.1' };

let stack: Sessions;
beforeAll(async () => {
  stack = await startSessions({ env: customerSessionEnvironment() });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const send = (input: object, more: object = {}) => stack.query(register, { input }, { ...headers, ...more });
const registered = (cid: string = demo.contactId) => stack.emulator.registeredDevices(cid);

test('every field of the input reaches the upstream, with the source of an app', async () => {
  const times = { created: '2026-01-02T03:04:05Z', lastSeen: '2026-01-02T03:04:05.678Z' };
  const input = {
    id: ada,
    device: { ...device, ...times, vendorId: 'v', advId: 'a', device: 'iPhone' },
    pushToken,
    installedProfiles: { passpoint: true, wpa2Enterprise: false },
  };
  const { data, errors } = await send(input);
  expect({ data, errors }).toEqual({
    data: { registerContactDevice: { contact: { cid: demo.contactId }, userErrors: [] } },
    errors: [],
  });
  expect(registered()).toEqual([
    {
      ...input.device,
      ...{ source: 'mobileapp', pushToken, passpointInstalled: true, wpa2EnterpriseInstalled: false },
    },
  ]);
  expect(routesOf(stack)).toEqual(['registerDevice', 'contact']);
});

test('a device with the same guid or installation is updated, and is found by deduplicate: [GUID]', async () => {
  await send({ id: ada, device, pushToken: 'first' });
  await send({ id: ada, device: { installId: 'i-1' }, pushToken: 'second' });
  expect(registered().map((each) => each.pushToken)).toEqual(['second']);
  const { data } = await stack.query(
    `mutation { createContact(input: {source: MOBILEAPP, policies: {privacy: true, termsOfUse: true},
      device: {guid: "g-1"}, deduplicate: [GUID]}) { outcome contact { cid } } }`,
    {},
    headers,
  );
  expect(data.createContact).toEqual({ outcome: 'MATCHED', contact: { cid: demo.contactId } });
});

test.each([
  [{ device: { os: 'ios' } }, 'REQUIRED', ['input', 'id']],
  [{ id: ada, device: {} }, 'REQUIRED', ['input', 'device']],
  [{ id: ada, device: {}, installedProfiles: {} }, 'REQUIRED', ['input', 'device']],
  [{ id: 'x', device }, 'FORMAT', ['input', 'id']],
  [{ id: ada, device, pushToken: 'x'.repeat(4_097) }, 'TOO_LONG', ['input', 'pushToken']],
  [{ id: ada, device: { created: 'x' } }, 'FORMAT', ['input', 'device', 'created']],
])('an invalid input is a user error without a call: %j', async (input, code, field) => {
  expect((await send(input)).data.registerContactDevice.userErrors).toMatchObject([{ code, field }]);
  expect(routesOf(stack)).toEqual([]);
});

test('a contact that does not exist is a user error', async () => {
  const { data } = await send({ id: idOf('absent'), device });
  expect(data.registerContactDevice.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
});

describe('a customer session', () => {
  test('a customer session registers the device of its own contact, with its id or without', async () => {
    const query = await stack.queryAsContact(demo.contactId);
    for (const id of [{}, { id: null }, { id: ada }]) {
      const { data } = await query(register, { input: { ...id, device: { installId: 'of-session' } } });
      expect(data.registerContactDevice).toEqual({ contact: { cid: demo.contactId }, userErrors: [] });
    }
    expect(registered().filter(({ installId }) => installId === 'of-session')).toHaveLength(1);
  });

  test('another contact is answered like one that does not exist, without a call', async () => {
    const query = await stack.queryAsContact(demo.contactId);
    const other = stack.emulator.contacts().find(({ cid }) => cid !== demo.contactId)?.cid ?? '';
    const { data } = await query(register, { input: { id: idOf(other), device } });
    expect(data.registerContactDevice.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
    expect([registered(other), routesOf(stack)]).toEqual([[], []]);
  });
});

test('a request with an Idempotency-Key is done once, and another push token is another request', async () => {
  const more = { 'idempotency-key': 'device-key' };
  const first = await send({ id: ada, device, pushToken }, more);
  const again = await send({ id: ada, device, pushToken }, more);
  expect(again.data).toEqual(first.data);
  expect(stack.emulator.control.counts().registerDevice).toBe(1);
  const other = await send({ id: ada, device, pushToken: 'another' }, more);
  expect(other.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

describe.each([
  ['with a guid', { guid: 'g-2' }, true],
  ['with an installation', { installId: 'i-2' }, true],
  ['without both', { os: 'ios' }, false],
])('a device %s', (_, named, retryable) => {
  test('a registration is sent once, and a lost response says whether it can be sent again', async () => {
    for (const kind of ['reset', 'invalid-json'] as const) {
      stack.emulator.control.reset();
      stack.emulator.control.fault({ path: '/devices$', method: 'POST', kind });
      const { errors } = await send({ id: ada, device: named });
      expect(errors).toMatchObject([{ extensions: { code: 'OUTCOME_UNKNOWN', retryable } }]);
      expect(stack.emulator.control.counts().registerDevice).toBe(1);
    }
  });
});

test.each([
  [{ kind: 'status', status: 409 }, 'CONFLICT'],
  [{ kind: 'status', status: 404 }, 'NOT_FOUND'],
  [{ kind: 'status', status: 429 }, 'RATE_LIMITED'],
  [{ kind: 'status', status: 410 }, 'GONE'],
  [{ kind: 'status', status: 500 }, 'OUTCOME_UNKNOWN'],
  [{ kind: 'ko', code: 'FORBIDDEN' }, 'FORBIDDEN'],
  [{ kind: 'ko' }, 'OUTCOME_UNKNOWN'],
  [{ kind: 'truncate' }, 'OUTCOME_UNKNOWN'],
] as const)('a call that gets %j is %s, and no output has the push token', async (fault, code) => {
  stack.logged.length = 0;
  stack.emulator.control.fault({ path: '/devices$', method: 'POST', message: pushToken, ...fault });
  const answer = await stack.gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, 'idempotency-key': `canary-${code}-${fault.kind}` },
    body: JSON.stringify({
      query: register,
      variables: { input: { id: ada, device, pushToken } },
      extensions: { explain: true },
    }),
  });
  const text = await answer.text();
  expect(text).toContain(code);
  expect(text).toContain('"resource":"registerDevice"');
  expect(stack.logged.length).toBeGreaterThan(0);
  expect(text + stack.logged.join('') + JSON.stringify(stack.emulator.control.calls())).not.toContain('canary');
});
