// Apollo Client reads a contact with its branches in one request and keeps it in its normalised cache.
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startClientGateway } from '../gateway.ts';

test('Apollo Client reads a contact from the gateway once, and afterwards from its cache', async () => {
  await using server = await startClientGateway();
  const { fetch } = server;
  const client = new ApolloClient({
    link: new HttpLink({ uri: server.gateway.url, fetch }),
    cache: new InMemoryCache(),
  });
  const query = gql`query Contact($cid: ID!) { contact(by: { cid: $cid }) { id firstName } }`;
  const variables = { cid: demo.contactId };
  const first = await client.query({ query, variables });
  expect(first.data).toMatchObject({ contact: { __typename: 'Contact', firstName: 'Ada' } });
  const calls = server.emulator.control.calls().length;
  expect((await client.query({ query, variables })).data).toEqual(first.data);
  expect(server.emulator.control.calls()).toHaveLength(calls);
});
