// Apollo Client keeps what it reads from the gateway in a normalised cache, with the policies of docs/clients.md.
import { gql } from '@apollo/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startClientGateway } from '../gateway.ts';
import { createClient } from './client.ts';

const ada = { cid: demo.contactId };
const name = gql`query Name($cid: ID!) { contact(by: { cid: $cid }) { id firstName } }`;

// Apollo Client warns on the console of data that a cache loses.
const warn = vi.spyOn(console, 'warn');
const error = vi.spyOn(console, 'error');
beforeEach(() => void [warn.mockClear(), error.mockClear()]);
afterEach(() => expect([...warn.mock.calls, ...error.mock.calls]).toEqual([]));

test('a contact is read from the gateway once, and afterwards from the cache', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const first = await client.query({ query: name, variables: ada });
  expect(first.data).toMatchObject({ contact: { __typename: 'Contact', firstName: 'Ada' } });
  expect(server.takeCalls()).toEqual(['contact']);
  server.takeRequests();
  expect((await client.query({ query: name, variables: ada })).data).toEqual(first.data);
  expect(server.takeRequests()).toEqual([]);
});

test('a contact that a list has read is found by its id without a request', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const list = gql`{ contacts(first: 3) { edges { node { id firstName lastName } } } }`;
  const { data } = await client.query<{ contacts: { edges: { node: { id: string } }[] } }>({ query: list });
  const [, second] = data?.contacts.edges ?? [];
  expect(server.takeCalls()).toEqual(['contacts']);
  server.takeRequests();
  const query = gql`query ById($id: ID!) { contact(by: { id: $id }) { id firstName lastName } }`;
  const contact = await client.query({ query, variables: { id: second?.node.id } });
  expect(contact.data).toEqual({ contact: second?.node });
  expect(server.takeRequests()).toEqual([]);
});

test('a contact that does not exist is null, and is not requested again', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const query = gql`query ById($id: ID!) { contact(by: { id: $id }) { id firstName } }`;
  const variables = { id: Buffer.from(`Contact:${'0'.repeat(32)}`).toString('base64') };
  expect((await client.query({ query, variables })).data).toEqual({ contact: null });
  expect(server.takeRequests()).toHaveLength(1);
  expect((await client.query({ query, variables })).data).toEqual({ contact: null });
  expect(server.takeRequests()).toEqual([]);
});

test('a fragment of a contact is read from what several queries have read of it', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const { data } = await client.query<{ contact: { id: string } }>({ query: name, variables: ada });
  const metrics = gql`query Metrics($cid: ID!) { contact(by: { cid: $cid }) { id metrics { totalVisits } } }`;
  await client.query({ query: metrics, variables: ada });
  const venue = gql`query Venue($cid: ID!) { contact(by: { cid: $cid }) { id metrics { lastVisitVenue } } }`;
  await client.query({ query: venue, variables: ada });
  const fragment = gql`fragment Card on Contact { firstName metrics { totalVisits lastVisitVenue } }`;
  const id = client.cache.identify({ __typename: 'Contact', id: data?.contact.id ?? '' });
  expect(client.readFragment({ fragment, ...(id !== undefined && { from: id }) })).toMatchObject({
    firstName: 'Ada',
    metrics: { totalVisits: expect.any(Number), lastVisitVenue: expect.any(String) },
  });
});

test('what two queries read of the caller is kept together', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  await client.query({ query: gql`{ viewer { scopes } rateLimit { limit } }` });
  await client.query({ query: gql`{ viewer { organization { id name } } rateLimit { remaining } }` });
  server.takeRequests();
  const query = gql`{ viewer { scopes organization { id name } } rateLimit { limit remaining } }`;
  expect((await client.query({ query })).data).toMatchObject({ viewer: { organization: { id: expect.any(String) } } });
  expect(server.takeRequests()).toEqual([]);
});

test('fragments on the interfaces ContactEvent and Node are read from the cache', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const query = gql`
    query Events($cid: ID!) { contact(by: { cid: $cid }) { ...Identity events(first: 30) { edges { node { ...Event ... on LoginEvent { durationSeconds } } } } } }
    fragment Identity on Node { id }
    fragment Event on ContactEvent { type occurredAt }
  `;
  const read = await client.query({ query, variables: ada });
  expect(read.data).toMatchObject({
    contact: {
      id: expect.any(String),
      events: {
        edges: expect.arrayContaining([
          {
            node: expect.objectContaining({
              type: 'LOGIN',
              durationSeconds: expect.any(Number),
              occurredAt: expect.any(String),
            }),
            __typename: 'ContactEventEdge',
          },
        ]),
      },
    },
  });
  server.takeRequests();
  expect((await client.query({ query, variables: ada })).data).toEqual(read.data);
  expect(server.takeRequests()).toEqual([]);
});
