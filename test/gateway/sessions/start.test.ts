import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../../emulator/demo.ts';
import { notDemo, type Sessions, startSessions } from '../../support/sessions.ts';
import { idOf, routesOf, userErrors } from '../../support/write-gateway.ts';

let stack: Sessions;
let several: Sessions;
beforeAll(async () => {
  stack = await startSessions({ env: notDemo() });
  several = await startSessions({ env: notDemo(), organizations: [second] });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(async () => {
  await stack.close();
  await several.close();
});

describe('startContactSession', () => {
  test('costs one hit and one call, needs no Authorization, and says when the session ends', async () => {
    const token = await stack.tokenFor(demo.contactId, 3);
    const before = stack.emulator.tokenHits();
    const { data, errors, status } = await stack.start({ token });
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    const { session, expiresAt, renewableUntil, userErrors } = data.startContactSession;
    expect(userErrors).toEqual([]);
    expect(session).toMatch(/^cgs_[\w-]{100,400}$/);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 900_000)).toBeLessThan(5_000);
    expect(Math.abs(Date.parse(renewableUntil) - Date.now() - 43_200_000)).toBeLessThan(5_000);
    expect(routesOf(stack)).toEqual(['redeemToken']);
    expect(stack.emulator.tokenHits()).toEqual([...before.slice(0, -1), 2]);
  });

  test('answers the contact in the same round trip, with the WiFi profile of its organization', async () => {
    const selection = 'contact { cid firstName wifiProfiles { passpoint { username } } devices { totalCount } }';
    const { data, errors } = await stack.start({ token: await stack.tokenFor(demo.contactId) }, selection);
    expect(errors).toEqual([]);
    const { username } = stack.emulator.find(demo.contactId) ?? {};
    expect(data.startContactSession.contact).toMatchObject({
      ...{ cid: demo.contactId, wifiProfiles: { passpoint: { username } } },
      devices: { totalCount: expect.any(Number) },
    });
    expect(routesOf(stack).sort()).toEqual(['contact', 'devices', 'redeemToken']);
  });

  test('is GONE when the token is used up', async () => {
    const token = await stack.tokenFor(demo.contactId);
    await stack.start({ token });
    const { data, errors, text } = await stack.start({ token });
    expect(data).toEqual({ startContactSession: null });
    expect(errors).toMatchObject([{ extensions: { code: 'GONE' } }]);
    expect(text).not.toContain(token);
  });

  test('is RATE_LIMITED when asked too often, and costs no hit then', async () => {
    const token = await stack.tokenFor(demo.contactId);
    stack.emulator.control.redeemLimit({ count: 0, seconds: 30 });
    expect((await stack.start({ token })).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    stack.emulator.control.reset();
    expect((await stack.start({ token })).data.startContactSession.userErrors).toEqual([]);
  });

  test('tells of a token that never was as not found, and of what is none as invalid, without a contact', async () => {
    const never = await stack.start({ token: 'never-was' }, `session contact { cid } ${userErrors}`);
    expect(never.errors).toEqual([]);
    expect(never.data.startContactSession).toMatchObject({
      ...{ session: null, contact: null },
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'token'] }],
    });
    stack.emulator.control.clearLog();
    const { data, text } = await stack.start({ token: 'canary/..' });
    expect(data.startContactSession.userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'token'] }]);
    expect(text).not.toContain('canary');
    expect(routesOf(stack)).toEqual([]);
  });

  test('starts one in an operation, so that none tries many tokens', async () => {
    const token = await stack.tokenFor(demo.contactId, 9);
    const hits = stack.emulator.tokenHits().at(-1);
    const twice = (one: string, other: string) => `mutation {
      one: startContactSession(input: {token: "${one}"}) { session }
      other: startContactSession(input: {token: "${other}"}) { session }
    }`;
    const good = await stack.query(twice(token, token));
    expect(good.data).toMatchObject({ one: { session: expect.any(String) }, other: null });
    expect(good.errors).toMatchObject([{ path: ['other'], extensions: { code: 'FORBIDDEN' } }]);
    const bad = await stack.query(twice('never-was', token));
    expect(bad.data).toMatchObject({ one: { session: null }, other: null });
    expect(bad.errors).toMatchObject([{ path: ['other'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(stack.emulator.tokenHits().at(-1)).toBe((hits ?? 0) - 1);
  });

  test('makes whatever comes after it in the operation that of the contact, also for one who might do more', async () => {
    const token = await stack.tokenFor(demo.contactId);
    const [other] = stack.emulator.contacts().filter(({ cid }) => cid !== demo.contactId);
    const operation = `mutation { startContactSession(input: {token: "${token}"}) { session }
      updateContact(input: {id: "${idOf(other?.cid ?? '')}", firstName: "Mallory"}) { ${userErrors} } }`;
    const { data } = await stack.query(operation, {}, { authorization: 'Bearer known' });
    expect(data.updateContact.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(routesOf(stack)).toEqual(['redeemToken']);
  });
});

describe('of several organizations', () => {
  const contactOf = (organizationId: string) => several.emulator.contacts(organizationId)[0]?.cid ?? '';

  test('the one that is named redeems the token', async () => {
    for (const { organizationId } of [demo, second]) {
      const cid = contactOf(organizationId);
      const token = await several.tokenFor(cid);
      const { data } = await several.start({ token, organizationId }, 'contact { cid organizationCid }');
      expect(data.startContactSession.contact).toEqual({ cid, organizationCid: organizationId });
    }
  });

  test('one has to be named', async () => {
    const { data } = await several.start({ token: await several.tokenFor(contactOf(demo.organizationId)) });
    expect(data.startContactSession.userErrors).toMatchObject([
      { code: 'REQUIRED', field: ['input', 'organizationId'] },
    ]);
    expect(routesOf(several)).toEqual([]);
  });

  test('one that is not there answers as one that does not know the token', async () => {
    const token = await several.tokenFor(contactOf(demo.organizationId));
    const wrong = await several.start({ token, organizationId: second.organizationId });
    const none = await several.start({ token, organizationId: 'nobody' });
    expect(wrong.data.startContactSession.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(none.data).toEqual(wrong.data);
  });

  test('a caller who is known has its own, and no other', async () => {
    const known = { authorization: 'Bearer known' };
    const token = await several.tokenFor(contactOf(demo.organizationId));
    expect((await several.start({ token }, 'session', known)).data.startContactSession.session).toMatch(/^cgs_/);
    const other = await several.tokenFor(contactOf(second.organizationId));
    const { data } = await several.start({ token: other, organizationId: second.organizationId }, userErrors, known);
    expect(data.startContactSession.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(routesOf(several)).toEqual([]);
  });
});
