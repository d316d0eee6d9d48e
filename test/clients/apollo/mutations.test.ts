// Mutations of Apollo Client: what the cache shows at once, what it shows after a failure, and what it drops.
import { gql, type TypedDocumentNode } from '@apollo/client';
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { ada } from '../../support/write-gateway.ts';
import { dropContact } from '../documented/__generated__/apollo-client.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';
import { createClient } from './client.ts';

type Policies = { policies: { key: string; accepted: boolean }[] };
type Data = { setContactPolicies: { contact: { id: string } & Policies; userErrors: { code: string }[] } | null };

const policies: TypedDocumentNode<{ contact: { id: string } & Policies }> = gql`query Policies {
  contact(by: { cid: "${demo.contactId}" }) { id policies { key accepted } }
}`;
const setPolicies: TypedDocumentNode<Data, { input: object }> =
  gql`mutation SetPolicies($input: SetContactPoliciesInput!) {
  setContactPolicies(input: $input) { contact { id policies { key accepted } } userErrors { code } }
}`;

/** Reads the policies of a contact, and starts to take back that for marketing. */
async function startOptimisticUpdate(server: ClientGateway) {
  const client = createClient(server);
  const { data } = await client.query({ query: policies });
  const before = data?.contact.policies ?? [];
  expect(before).toContainEqual({ __typename: 'PolicyAcceptance', key: 'mktgCommunications', accepted: true });
  const after = before.map((each) => (each.key === 'mktgCommunications' ? { ...each, accepted: false } : each));
  const mutation = client.mutate({
    mutation: setPolicies,
    variables: { input: { id: ada, policies: { mktgCommunications: false } } },
    optimisticResponse: {
      setContactPolicies: {
        __typename: 'SetContactPoliciesPayload',
        contact: { __typename: 'Contact', id: ada, policies: after },
        userErrors: [],
      },
    } as Data,
  });
  const shown = () => client.readQuery({ query: policies })?.contact.policies;
  return {
    before,
    after,
    mutation,
    shown,
    optimistic: client.cache.readQuery({ query: policies }, true)?.contact.policies,
  };
}

test('a policy is shown as it will be at once, and as the upstream has it when the mutation has ended', async () => {
  await using server = await startClientGateway();
  const { after, mutation, shown, optimistic } = await startOptimisticUpdate(server);
  expect(optimistic).toEqual(after);
  await mutation;
  expect(shown()).toEqual(after);
  expect(server.takeCalls()).toEqual(['contact', 'setPolicies', 'contact']);
});

test('a policy is shown as it was again when the upstream refuses the mutation', async () => {
  await using server = await startClientGateway();
  server.emulator.control.fault({ path: '/policies', kind: 'status', status: 403, times: Number.POSITIVE_INFINITY });
  const { before, after, mutation, shown, optimistic } = await startOptimisticUpdate(server);
  expect(optimistic).toEqual(after);
  await expect(mutation).rejects.toMatchObject({
    errors: [{ path: ['setContactPolicies'], extensions: { code: 'FORBIDDEN' } }],
  });
  expect(shown()).toEqual(before);
});

test('a deleted contact leaves the lists of the cache by the id in the payload', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const list: TypedDocumentNode<{ contacts: { edges: { node: { id: string } }[] } }> = gql`{
    contacts(first: 3) { edges { cursor node { id firstName } } pageInfo { endCursor hasNextPage } }
  }`;
  const { data } = await client.query({ query: list });
  const ids = data?.contacts.edges.map(({ node }) => node.id) ?? [];
  const mutation: TypedDocumentNode<{ deleteContact: { deletedContactId: string } }> = gql`mutation {
    deleteContact(input: { id: "${ids[1]}" }) { deletedContactId userErrors { code } }
  }`;
  await client.mutate({
    mutation,
    update: (cache, { data }) => dropContact(cache, data?.deleteContact.deletedContactId ?? ''),
  });
  const shown = client.readQuery({ query: list })?.contacts.edges.map(({ node }) => node.id);
  expect(shown).toEqual([ids[0], ids[2]]);
  expect(server.takeCalls()).toEqual(['contacts', 'deleteContact']);
});
