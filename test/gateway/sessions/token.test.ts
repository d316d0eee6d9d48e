import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { callerKey } from '../../../src/auth/caller.ts';
import { createAead } from '../../../src/crypto/aead.ts';
import { createCursorCipher } from '../../../src/crypto/cursor-cipher.ts';
import type { Answer } from '../../support/gateway.ts';
import {
  customerSessionEnvironment,
  type Sessions,
  sessionFields,
  sessionKey,
  startSessions,
} from '../../support/sessions.ts';
import { routesOf } from '../../support/write-gateway.ts';

const key = sessionKey();
const me = '{ viewer { contact { cid } } }';
const renew = `mutation { renewContactSession { ${sessionFields} contact { cid } } }`;
const minute = 60_000;

let stack: Sessions;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  stack = await startSessions({ env: { ...customerSessionEnvironment(key), CURSOR_KEYS: key } });
});
afterEach(async () => {
  vi.useRealTimers();
  await stack.close();
});

const wait = (ms: number) => vi.setSystemTime(Date.now() + ms);

function expectRefused({ status, data, errors, headers }: Answer) {
  expect({ status, data }).toEqual({ status: 401, data: null });
  expect(errors).toMatchObject([
    {
      message: 'Send a valid access token as "Authorization: Bearer <token>".',
      extensions: { code: 'UNAUTHENTICATED' },
    },
  ]);
  expect(headers.get('www-authenticate')).toBe('Bearer');
  expect(stack.emulator.control.calls()).toEqual([]);
}

describe('a customer session', () => {
  test('a customer session is valid for 15 minutes', async () => {
    const query = await stack.queryAsContact(demo.contactId);
    wait(15 * minute - 1);
    expect((await query(me)).data).toEqual({ viewer: { contact: { cid: demo.contactId } } });
    stack.emulator.control.clearLog();
    wait(1);
    expectRefused(await query(me));
    expectRefused(await query(renew));
  });

  test('a customer session is renewed without a hit, by a call for the profile, up to 12 hours from its start', async () => {
    const startedAt = Date.now();
    let { session } = await stack.queryAsContact(demo.contactId);
    const hits = stack.emulator.tokenHits();
    let renewals = 0;
    for (; Date.now() + 14 * minute < startedAt + 12 * 60 * minute; renewals += 1) {
      wait(14 * minute);
      const { data } = await stack.withSession(session)(`mutation { renewContactSession { ${sessionFields} } }`);
      const { expiresAt, renewableUntil, userErrors } = data.renewContactSession;
      expect({ renewableUntil, userErrors }).toEqual({
        renewableUntil: new Date(startedAt + 12 * 60 * minute).toISOString(),
        userErrors: [],
      });
      expect(Date.parse(expiresAt)).toBe(Math.min(Date.now() + 15 * minute, startedAt + 12 * 60 * minute));
      session = data.renewContactSession.session;
    }
    expect(renewals).toBe(51);
    expect(routesOf(stack)).toEqual(Array(renewals).fill('contact'));
    expect(stack.emulator.tokenHits()).toEqual(hits);
    vi.setSystemTime(startedAt + 12 * 60 * minute - 1);
    const { data } = await stack.withSession(session)(renew);
    expect(data.renewContactSession.contact).toEqual({ cid: demo.contactId });
    stack.emulator.control.clearLog();
    wait(1);
    expectRefused(await stack.withSession(session)(me));
    expectRefused(await stack.withSession(data.renewContactSession.session)(me));
  });

  test('a customer session ends at a maximum age that was lowered after its start', async () => {
    const env = { ...customerSessionEnvironment(key), SESSION_TTL_MS: '60000', SESSION_MAX_MS: '120000' };
    const strict = await startSessions({ env });
    const { session } = await stack.queryAsContact(demo.contactId);
    wait(2 * minute);
    expect((await strict.withSession(session)(me)).status).toBe(401);
    expect((await stack.withSession(session)(me)).status).toBe(200);
    await strict.close();
  });

  test('renewContactSession fails with FORBIDDEN for another kind of caller and with 401 for an anonymous one', async () => {
    expect((await stack.withSession('token')(renew)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await stack.query(renew)).status).toBe(401);
  });

  test('a customer session is decrypted with any key of the list and encrypted with the first one', async () => {
    const [first, other] = [sessionKey(), sessionKey()];
    const old = await stack.queryAsContact(demo.contactId);
    const rotated = await startSessions({ env: customerSessionEnvironment(`${first},${key}`) });
    const renewed = (await rotated.withSession(old.session)(renew)).data.renewContactSession.session;
    const done = await startSessions({ env: customerSessionEnvironment(first) });
    const foreign = await startSessions({ env: customerSessionEnvironment(other) });
    expect((await done.withSession(renewed)(me)).data.viewer.contact.cid).toBe(demo.contactId);
    for (const session of [old.session, renewed]) expect((await foreign.withSession(session)(me)).status).toBe(401);
    expect((await done.withSession(old.session)(me)).status).toBe(401);
    for (const each of [rotated, done, foreign]) await each.close();
  });
});

describe('a token that is no customer session of this gateway', () => {
  const validText = () => JSON.stringify(payload());
  const payload = () => ({
    ...{ organizationId: demo.organizationId, cid: demo.contactId },
    ...{ startedAt: Date.now(), expiresAt: Date.now() + minute },
  });
  const keyBytes = Buffer.from(key, 'base64');
  const sealed = (
    purpose: 'cursor' | 'session' | 'scroll-session' | 'idempotency',
    boundTo: string,
    text = validText(),
  ) => `cgs_${createAead([keyBytes], purpose).encrypt(Buffer.from(text), boundTo).toString('base64url')}`;

  test('a customer session that the test encrypts like the gateway is accepted', async () => {
    expect((await stack.withSession(sealed('session', 'session:1'))(me)).data.viewer.contact.cid).toBe(demo.contactId);
  });

  test.each<[string, () => string]>([
    ['only the prefix', () => 'cgs_'],
    ['text that is no base64url', () => 'cgs_a.b~c'],
    ['arbitrary text', () => `cgs_${'A'.repeat(200)}`],
    ['a cursor', () => `cgs_${createCursorCipher(createAead([keyBytes], 'cursor')).encrypt(payload(), 'session:1')}`],
    ['a value that was encrypted for cursors', () => sealed('cursor', 'session:1')],
    ['a value that was encrypted for scroll sessions', () => sealed('scroll-session', 'session:1')],
    ['a value that was encrypted for idempotency records', () => sealed('idempotency', 'session:1')],
    ['a value that was encrypted for another version', () => sealed('session', 'session:2')],
    [
      'a session of an organization that is not configured',
      () => sealed('session', 'session:1', validText().replace('3a8', '4a8')),
    ],
    ['a text of 8 kB', () => `cgs_${'A'.repeat(8_192)}`],
  ])('a token is refused with the same message: %s', async (_, session) =>
    expectRefused(await stack.withSession(session())(me)),
  );

  test('a customer session with a changed, missing or additional character is refused', async () => {
    const { session } = await stack.queryAsContact(demo.contactId);
    const at = [4, 5, 20, 21, 60, session.length - 2, session.length - 1];
    const forged = at.flatMap((i) => {
      const other = session[i] === 'A' ? 'B' : 'A';
      return [session.slice(0, i) + other + session.slice(i + 1), session.slice(0, i) + session.slice(i + 1)];
    });
    for (const each of [...forged, `${session}A`, `${session}=`, `${session} `.concat('x')]) {
      expectRefused(await stack.withSession(each)(me));
    }
  });
});

test('a customer session contains no readable data and differs from an earlier session of the same contact', async () => {
  const { session } = await stack.queryAsContact(demo.contactId);
  const text = Buffer.from(session.slice(4), 'base64url').toString('latin1');
  for (const part of [demo.contactId, demo.organizationId, 'cid', 'startedAt']) expect(text).not.toContain(part);
  expect((await stack.queryAsContact(demo.contactId)).session).not.toBe(session);
});

test('customer sessions of two contacts and other callers have different caller keys', () => {
  const credential = { id: '', bearer: async () => Promise.reject(), onRejected: async () => Promise.reject() };
  const caller = { organizationId: 'o', subject: 'session:1', scopes: [], credential };
  const keys = [caller, { ...caller, contactId: 'a' }, { ...caller, contactId: 'b' }].map(callerKey);
  expect(new Set(keys).size).toBe(3);
});
