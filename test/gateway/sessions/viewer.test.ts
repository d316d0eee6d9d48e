import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { notDemo, type Sessions, startSessions } from '../../support/sessions.ts';
import { routesOf } from '../../support/write-gateway.ts';

let stack: Sessions;
beforeAll(async () => {
  stack = await startSessions({ env: { ...notDemo(), OPERATION_DEADLINE_MS: '20000' } });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const all = `firstName devices { totalCount nodes { macAddress } } events(first: 3) { nodes { __typename } }
  wifiProfiles { passpoint { username } } accountings { totalCount }`;

test('a phone gets its contact, devices, events and WiFi profile in one round trip', async () => {
  const ask = await stack.asContact(demo.contactId);
  const { data, errors } = await ask(`{ viewer { scopes contact { ${all} } } }`);
  expect(errors).toEqual([]);
  const { firstName, username } = stack.emulator.find(demo.contactId) ?? {};
  expect(data.viewer).toMatchObject({ scopes: [], contact: { firstName, wifiProfiles: { passpoint: { username } } } });
  expect(data.viewer.contact.devices.nodes.length).toBeGreaterThan(0);
  expect(routesOf(stack).sort()).toEqual(['accountings', 'contact', 'devices', 'events']);
});

test('only a session is a contact', async () => {
  const { data, errors } = await stack.query('{ viewer { contact { cid } } }', {}, { authorization: 'Bearer known' });
  expect({ data, errors }).toEqual({ data: { viewer: { contact: null } }, errors: [] });
  expect(routesOf(stack)).toEqual([]);
});

test.each(['viewer', 'start', 'renew'])('all its calls start at once: %s', async (door) => {
  const { session } = await stack.asContact(demo.contactId);
  const query = {
    viewer: `{ viewer { contact { ${all} } } }`,
    start: `mutation { startContactSession(input: {token: "${await stack.tokenFor(demo.contactId)}"}) { contact { ${all} } } }`,
    renew: `mutation { renewContactSession { contact { ${all} } } }`,
  }[door];
  // The contact itself never answers: what is called is what did not wait for it.
  stack.emulator.control.fault({ path: `/${demo.contactId}$`, kind: 'hang' });
  const leaving = new AbortController();
  const answer = stack.gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(door !== 'start' && { authorization: `Bearer ${session}` }) },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  const calls = ['accountings', 'contact', 'devices', 'events', ...(door === 'start' ? ['redeemToken'] : [])];
  await expect.poll(() => routesOf(stack).sort()).toEqual(calls);
  leaving.abort();
  await Promise.allSettled([answer]);
});
