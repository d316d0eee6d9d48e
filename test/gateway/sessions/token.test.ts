import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { callerKey } from '../../../src/auth/caller.ts';
import { createAead } from '../../../src/crypto/aead.ts';
import { createCursorCipher } from '../../../src/crypto/cursor-cipher.ts';
import type { Answer } from '../../support/gateway.ts';
import { notDemo, type Sessions, sessionFields, sessionKey, startSessions } from '../../support/sessions.ts';
import { routesOf } from '../../support/write-gateway.ts';

const key = sessionKey();
const me = '{ viewer { contact { cid } } }';
const renew = `mutation { renewContactSession { ${sessionFields} contact { cid } } }`;
const minute = 60_000;

let stack: Sessions;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  stack = await startSessions({ env: { ...notDemo(key), CURSOR_KEYS: key } });
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

describe('a session', () => {
  test('is good for 15 minutes', async () => {
    const ask = await stack.asContact(demo.contactId);
    wait(15 * minute - 1);
    expect((await ask(me)).data).toEqual({ viewer: { contact: { cid: demo.contactId } } });
    stack.emulator.control.clearLog();
    wait(1);
    expectRefused(await ask(me));
    expectRefused(await ask(renew));
  });

  test('is renewed without a hit and without a call, up to 12 hours from its start', async () => {
    const startedAt = Date.now();
    let { session } = await stack.asContact(demo.contactId);
    const hits = stack.emulator.tokenHits();
    let renewals = 0;
    for (; Date.now() + 14 * minute < startedAt + 12 * 60 * minute; renewals += 1) {
      wait(14 * minute);
      const { data } = await stack.as(session)(`mutation { renewContactSession { ${sessionFields} } }`);
      const { expiresAt, renewableUntil, userErrors } = data.renewContactSession;
      expect({ renewableUntil, userErrors }).toEqual({
        renewableUntil: new Date(startedAt + 12 * 60 * minute).toISOString(),
        userErrors: [],
      });
      expect(Date.parse(expiresAt)).toBe(Math.min(Date.now() + 15 * minute, startedAt + 12 * 60 * minute));
      session = data.renewContactSession.session;
    }
    expect(renewals).toBe(51);
    expect(routesOf(stack)).toEqual([]);
    expect(stack.emulator.tokenHits()).toEqual(hits);
    vi.setSystemTime(startedAt + 12 * 60 * minute - 1);
    const { data } = await stack.as(session)(renew);
    expect(data.renewContactSession.contact).toEqual({ cid: demo.contactId });
    stack.emulator.control.clearLog();
    wait(1);
    expectRefused(await stack.as(session)(me));
    expectRefused(await stack.as(data.renewContactSession.session)(me));
  });

  test('ends with a bound that was lowered since', async () => {
    const env = { ...notDemo(key), SESSION_TTL_MS: '60000', SESSION_MAX_MS: '120000' };
    const strict = await startSessions({ env });
    const { session } = await stack.asContact(demo.contactId);
    wait(2 * minute);
    expect((await strict.as(session)(me)).status).toBe(401);
    expect((await stack.as(session)(me)).status).toBe(200);
    await strict.close();
  });

  test('is renewed by nobody else: a caller of another kind is FORBIDDEN, nobody is 401', async () => {
    expect((await stack.as('known')(renew)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await stack.query(renew)).status).toBe(401);
  });

  test('opens with an old key while that is in the list, and is sealed with the first', async () => {
    const [first, other] = [sessionKey(), sessionKey()];
    const old = await stack.asContact(demo.contactId);
    const rotated = await startSessions({ env: notDemo(`${first},${key}`) });
    const renewed = (await rotated.as(old.session)(renew)).data.renewContactSession.session;
    const done = await startSessions({ env: notDemo(first) });
    const foreign = await startSessions({ env: notDemo(other) });
    expect((await done.as(renewed)(me)).data.viewer.contact.cid).toBe(demo.contactId);
    for (const session of [old.session, renewed]) expect((await foreign.as(session)(me)).status).toBe(401);
    expect((await done.as(old.session)(me)).status).toBe(401);
    for (const each of [rotated, done, foreign]) await each.close();
  });
});

describe('refused in the same words is', () => {
  const legit = () => JSON.stringify(payload());
  const payload = () => ({
    ...{ organizationId: demo.organizationId, cid: demo.contactId },
    ...{ startedAt: Date.now(), expiresAt: Date.now() + minute },
  });
  const keyBytes = Buffer.from(key, 'base64');
  const sealed = (purpose: 'cursor' | 'session' | 'scroll-session' | 'idempotency', boundTo: string, text = legit()) =>
    `cgs_${createAead([keyBytes], purpose).encrypt(Buffer.from(text), boundTo).toString('base64url')}`;

  test('nothing that was made as the gateway makes it', async () => {
    expect((await stack.as(sealed('session', 'session:1'))(me)).data.viewer.contact.cid).toBe(demo.contactId);
  });

  test.each<[string, () => string]>([
    ['nothing but the prefix', () => 'cgs_'],
    ['what is no base64url', () => 'cgs_a.b~c'],
    ['noise', () => `cgs_${'A'.repeat(200)}`],
    ['a cursor', () => `cgs_${createCursorCipher(createAead([keyBytes], 'cursor')).encrypt(payload(), 'session:1')}`],
    ['what was sealed for cursors', () => sealed('cursor', 'session:1')],
    ['what was sealed for walks', () => sealed('scroll-session', 'session:1')],
    ['what was sealed for keys of repeats', () => sealed('idempotency', 'session:1')],
    ['what was sealed for another version', () => sealed('session', 'session:2')],
    ['one of an organization that is not served', () => sealed('session', 'session:1', legit().replace('3a8', '4a8'))],
    ['8 kB of it', () => `cgs_${'A'.repeat(8_192)}`],
  ])('%s', async (_, session) => expectRefused(await stack.as(session())(me)));

  test('one with any character changed, left out or added', async () => {
    const { session } = await stack.asContact(demo.contactId);
    const at = [4, 5, 20, 21, 60, session.length - 2, session.length - 1];
    const forged = at.flatMap((i) => {
      const other = session[i] === 'A' ? 'B' : 'A';
      return [session.slice(0, i) + other + session.slice(i + 1), session.slice(0, i) + session.slice(i + 1)];
    });
    for (const each of [...forged, `${session}A`, `${session}=`, `${session} `.concat('x')]) {
      expectRefused(await stack.as(each)(me));
    }
  });
});

test('a session says nothing to whoever reads it', async () => {
  const { session } = await stack.asContact(demo.contactId);
  const text = Buffer.from(session.slice(4), 'base64url').toString('latin1');
  for (const part of [demo.contactId, demo.organizationId, 'cid', 'startedAt']) expect(text).not.toContain(part);
  expect((await stack.asContact(demo.contactId)).session).not.toBe(session);
});

test('what is kept for one contact is not that of another, whenever they began', () => {
  const credential = { id: '', bearer: async () => Promise.reject(), onRejected: async () => Promise.reject() };
  const caller = { organizationId: 'o', subject: 'session:1', scopes: [], credential };
  const keys = [caller, { ...caller, contactId: 'a' }, { ...caller, contactId: 'b' }].map(callerKey);
  expect(new Set(keys).size).toBe(3);
});
