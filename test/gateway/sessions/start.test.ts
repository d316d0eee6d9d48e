import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../../emulator/demo.ts';
import { customerSessionEnvironment, type Sessions, startSessions } from '../../support/sessions.ts';
import { idOf, routesOf, userErrors } from '../../support/write-gateway.ts';

let stack: Sessions;
let several: Sessions;
beforeAll(async () => {
  stack = await startSessions({ env: customerSessionEnvironment() });
  several = await startSessions({ env: customerSessionEnvironment(), organizations: [second] });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(async () => {
  await stack.close();
  await several.close();
});

describe('startContactSession', () => {
  test('startContactSession costs one hit and one upstream call, needs no Authorization, and answers when the session ends', async () => {
    const token = await stack.tokenFor(demo.contactId, 3);
    const before = stack.emulator.tokenHits();
    const { data, errors, status } = await stack.startSession({ token });
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    const { session, expiresAt, renewableUntil, userErrors } = data.startContactSession;
    expect(userErrors).toEqual([]);
    expect(session).toMatch(/^cgs_[\w-]{100,400}$/);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 900_000)).toBeLessThan(5_000);
    expect(Math.abs(Date.parse(renewableUntil) - Date.now() - 43_200_000)).toBeLessThan(5_000);
    expect(routesOf(stack)).toEqual(['redeemToken']);
    expect(stack.emulator.tokenHits()).toEqual([...before.slice(0, -1), 2]);
  });

  test('startContactSession answers the contact in the same round trip, with the WiFi profile of its organization', async () => {
    const selection = 'contact { cid firstName wifiProfiles { passpoint { username } } devices { totalCount } }';
    const { data, errors } = await stack.startSession({ token: await stack.tokenFor(demo.contactId) }, selection);
    expect(errors).toEqual([]);
    const { username } = stack.emulator.find(demo.contactId) ?? {};
    expect(data.startContactSession.contact).toMatchObject({
      ...{ cid: demo.contactId, wifiProfiles: { passpoint: { username } } },
      devices: { totalCount: expect.any(Number) },
    });
    expect(routesOf(stack).sort()).toEqual(['contact', 'devices', 'redeemToken']);
  });

  test('startContactSession fails with GONE when the token has no hits left', async () => {
    const token = await stack.tokenFor(demo.contactId);
    await stack.startSession({ token });
    const { data, errors, text } = await stack.startSession({ token });
    expect(data).toEqual({ startContactSession: null });
    expect(errors).toMatchObject([{ extensions: { code: 'GONE' } }]);
    expect(text).not.toContain(token);
  });

  test('startContactSession fails with RATE_LIMITED when it is called too often, and the token loses no hit', async () => {
    const token = await stack.tokenFor(demo.contactId);
    stack.emulator.control.redeemLimit({ count: 0, seconds: 30 });
    expect((await stack.startSession({ token })).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    stack.emulator.control.reset();
    expect((await stack.startSession({ token })).data.startContactSession.userErrors).toEqual([]);
  });

  test('startContactSession answers NOT_FOUND for a token that was never issued and INVALID for a malformed one', async () => {
    const never = await stack.startSession({ token: 'never-was' }, `session contact { cid } ${userErrors}`);
    expect(never.errors).toEqual([]);
    expect(never.data.startContactSession).toMatchObject({
      ...{ session: null, contact: null },
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'token'] }],
    });
    stack.emulator.control.clearLog();
    const { data, text } = await stack.startSession({ token: 'canary/..' });
    expect(data.startContactSession.userErrors).toMatchObject([{ code: 'FORMAT', field: ['input', 'token'] }]);
    expect(text).not.toContain('canary');
    expect(routesOf(stack)).toEqual([]);
  });

  test('startContactSession works once in an operation, so that no operation can try many tokens', async () => {
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

  test('the mutations after startContactSession have only the rights of the contact, also for a caller with more rights', async () => {
    const token = await stack.tokenFor(demo.contactId);
    const [other] = stack.emulator.contacts().filter(({ cid }) => cid !== demo.contactId);
    const operation = `mutation { startContactSession(input: {token: "${token}"}) { session }
      updateContact(input: {id: "${idOf(other?.cid ?? '')}", firstName: "Mallory"}) { ${userErrors} } }`;
    const { data } = await stack.query(operation, {}, { authorization: 'Bearer token' });
    expect(data.updateContact.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(routesOf(stack)).toEqual(['redeemToken']);
  });
});

describe('startContactSession with several organizations', () => {
  const contactOf = (organizationId: string) => several.emulator.contacts(organizationId)[0]?.cid ?? '';

  test('startContactSession redeems the token at the named organization', async () => {
    for (const { organizationId } of [demo, second]) {
      const cid = contactOf(organizationId);
      const token = await several.tokenFor(cid);
      const { data } = await several.startSession({ token, organizationId }, 'contact { cid organizationCid }');
      expect(data.startContactSession.contact).toEqual({ cid, organizationCid: organizationId });
    }
  });

  test('startContactSession requires the name of the organization', async () => {
    const { data } = await several.startSession({ token: await several.tokenFor(contactOf(demo.organizationId)) });
    expect(data.startContactSession.userErrors).toMatchObject([
      { code: 'REQUIRED', field: ['input', 'organizationId'] },
    ]);
    expect(routesOf(several)).toEqual([]);
  });

  test('startContactSession answers an unknown organization like one that does not know the token', async () => {
    const token = await several.tokenFor(contactOf(demo.organizationId));
    const wrong = await several.startSession({ token, organizationId: second.organizationId });
    const none = await several.startSession({ token, organizationId: 'absent' });
    expect(wrong.data.startContactSession.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(none.data).toEqual(wrong.data);
  });

  test('startContactSession of an authenticated caller uses its organization and refuses another one', async () => {
    const headers = { authorization: 'Bearer token' };
    const token = await several.tokenFor(contactOf(demo.organizationId));
    expect((await several.startSession({ token }, 'session', headers)).data.startContactSession.session).toMatch(
      /^cgs_/,
    );
    const other = await several.tokenFor(contactOf(second.organizationId));
    const { data } = await several.startSession(
      { token: other, organizationId: second.organizationId },
      userErrors,
      headers,
    );
    expect(data.startContactSession.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(routesOf(several)).toEqual([]);
  });
});
