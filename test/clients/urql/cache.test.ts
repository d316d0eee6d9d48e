// urql keeps what it reads from the gateway in Graphcache, with the keys of docs/clients.md.
import { gql } from '@urql/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { createGraphcache } from '../documented/__generated__/urql-with-graphcache.ts';
import { startClientGateway } from '../gateway.ts';
import { createClient, introspection } from './client.ts';

// Graphcache warns on the console of objects without a key, and of keys for types that the schema does not have.
const warn = vi.spyOn(console, 'warn');
const error = vi.spyOn(console, 'error');
beforeEach(() => void [warn.mockClear(), error.mockClear()]);
afterEach(() => expect([...warn.mock.calls, ...error.mock.calls]).toEqual([]));

const ada = { cid: demo.contactId };
const name = gql`query Name($cid: ID!) { contact(by: { cid: $cid }) { id firstName } }`;
const profile = gql`
  query Profile($cid: ID!) {
    contact(by: { cid: $cid }) {
      id firstName
      policies { key accepted }
      segments { cid name }
      externalIds { extId }
      metrics { totalVisits }
      document { type }
      processingConsent { profiling }
      wifiProfiles { passpoint { realm } wpa2Enterprise { ssid } }
      events(first: 30) {
        edges { cursor node { ...Event ... on LoginEvent { durationSeconds } ... on EmailSentEvent { campaign { campaignName } } } }
        pageInfo { endCursor hasNextPage }
      }
      devices(first: 2) { edges { node { id os } } }
      accountings(first: 2) { edges { node { id bytesToDevice } } }
    }
    viewer { id scopes organization { id name policies { key title } } }
    rateLimit { limit }
  }
  fragment Event on ContactEvent { id type occurredAt }
`;

test.each([
  ['without the schema', {}],
  ['with the schema', { schema: introspection }],
])('a contact is read from the gateway once, and afterwards from the cache, %s', async (_, options) => {
  await using server = await startClientGateway();
  const client = createClient(server, [createGraphcache(options)]);
  const first = await client.query(name, ada).toPromise();
  expect(first.data).toMatchObject({ contact: { firstName: 'Ada' } });
  expect(server.takeCalls()).toEqual(['contact']);
  server.takeRequests();
  expect((await client.query(name, ada).toPromise()).data).toEqual(first.data);
  expect(server.takeRequests()).toEqual([]);
});

test('with the schema, a contact with all that belongs to it is read from the cache', async () => {
  await using server = await startClientGateway();
  const client = createClient(server, [createGraphcache({ schema: introspection })]);
  const first = await client.query(profile, ada).toPromise();
  expect(first.error).toBeUndefined();
  expect(first.data.contact.metrics).toMatchObject({ totalVisits: expect.any(Number) });
  expect(first.data.contact.events.edges).toHaveLength(30);
  server.takeRequests();
  const second = await client.query(profile, ada).toPromise();
  expect(second.data).toEqual(first.data);
  expect(second.stale).toBe(false);
  expect(server.takeRequests()).toEqual([]);
});

test('with the schema, what is known of a contact is shown at once while the rest is read', async () => {
  await using server = await startClientGateway();
  const client = createClient(server, [createGraphcache({ schema: introspection })]);
  await client.query(name, ada).toPromise();
  const more = gql`query More($cid: ID!) { contact(by: { cid: $cid }) { id firstName lastName } }`;
  const shown: unknown[] = [];
  const { unsubscribe } = client.query(more, ada).subscribe(({ data, stale }) => shown.push({ stale, ...data }));
  await expect.poll(() => shown.length).toBe(2);
  unsubscribe();
  expect(shown).toMatchObject([
    { stale: true, contact: { firstName: 'Ada', lastName: null } },
    { stale: false, contact: { firstName: 'Ada', lastName: 'Rossi' } },
  ]);
});
