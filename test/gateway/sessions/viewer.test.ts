import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { customerSessionEnvironment, type Sessions, startSessions } from '../../support/sessions.ts';
import { routesOf } from '../../support/write-gateway.ts';

let stack: Sessions;
beforeAll(async () => {
  stack = await startSessions({ env: { ...customerSessionEnvironment(), OPERATION_DEADLINE_MS: '20000' } });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const all = `firstName devices { totalCount nodes { macAddress } } events(first: 3) { nodes { __typename } }
  wifiProfiles { passpoint { username } } accountings { totalCount }`;

test('a customer session gets its contact with devices, events and WiFi profile in one round trip', async () => {
  const query = await stack.queryAsContact(demo.contactId);
  const { data, errors } = await query(`{ viewer { scopes contact { ${all} } } }`);
  expect(errors).toEqual([]);
  const { firstName, username } = stack.emulator.find(demo.contactId) ?? {};
  expect(data.viewer).toMatchObject({ scopes: [], contact: { firstName, wifiProfiles: { passpoint: { username } } } });
  expect(data.viewer.contact.devices.nodes.length).toBeGreaterThan(0);
  expect(routesOf(stack).sort()).toEqual(['accountings', 'contact', 'devices', 'events']);
});

test('the contact of the viewer is null for a caller without a customer session', async () => {
  const { data, errors } = await stack.query('{ viewer { contact { cid } } }', {}, { authorization: 'Bearer token' });
  expect({ data, errors }).toEqual({ data: { viewer: { contact: null } }, errors: [] });
  expect(routesOf(stack)).toEqual([]);
});

test.each(['viewer', 'start', 'renew'])(
  'all upstream calls for the contact of a customer session start at the same time: %s',
  async (field) => {
    const { session } = await stack.queryAsContact(demo.contactId);
    const query = {
      viewer: `{ viewer { contact { ${all} } } }`,
      start: `mutation { startContactSession(input: {token: "${await stack.tokenFor(demo.contactId)}"}) { contact { ${all} } } }`,
      renew: `mutation { renewContactSession { contact { ${all} } } }`,
    }[field];
    // The read of the contact gets no response, so the other calls cannot have waited for it.
    stack.emulator.control.fault({ path: `/${demo.contactId}$`, kind: 'hang' });
    const leaving = new AbortController();
    const answer = stack.gateway.fetch('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(field !== 'start' && { authorization: `Bearer ${session}` }) },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    });
    const calls = ['accountings', 'contact', 'devices', 'events', ...(field === 'start' ? ['redeemToken'] : [])];
    await expect.poll(() => routesOf(stack).sort()).toEqual(calls);
    leaving.abort();
    await Promise.allSettled([answer]);
  },
);
