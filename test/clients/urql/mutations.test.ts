// Mutations of urql with Graphcache: what is shown at once, what is shown after a failure, and what is dropped.
import { type Client, gql } from '@urql/core';
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { ada } from '../../support/write-gateway.ts';
import { createGraphcache } from '../documented/__generated__/urql-with-graphcache.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';
import { createClient } from './client.ts';

type Policy = { key: string; accepted: boolean };

const policies = gql<{ contact: { id: string; policies: Policy[] } }>`{
  contact(by: { cid: "${demo.contactId}" }) { id policies { key accepted } }
}`;
const setPolicies = gql`mutation SetPolicies($input: SetContactPoliciesInput!) {
  setContactPolicies(input: $input) { contact { id policies { key accepted } } userErrors { code } }
}`;

/** Shows the policies of a contact, and takes back that for marketing. @returns whether it was shown as accepted, over time */
async function takeBack(server: ClientGateway) {
  let before: Policy[] = [];
  const optimistic = {
    setContactPolicies: () => ({
      __typename: 'SetContactPoliciesPayload',
      contact: {
        __typename: 'Contact',
        id: ada,
        policies: before.map((policy) => ({
          __typename: 'PolicyAcceptance',
          ...policy,
          accepted: policy.accepted && policy.key !== 'mktgCommunications',
        })),
      },
      userErrors: [],
    }),
  };
  const client = createClient(server, [createGraphcache({ optimistic })]);
  const shown: (boolean | undefined)[] = [];
  const { unsubscribe } = client.query(policies, {}).subscribe(({ data }) => {
    if (before.length === 0) before = data?.contact.policies ?? [];
    shown.push(data?.contact.policies.find(({ key }) => key === 'mktgCommunications')?.accepted);
  });
  await expect.poll(() => shown.length).toBe(1);
  const mutation = client.mutation(setPolicies, { input: { id: ada, policies: { mktgCommunications: false } } });
  const { error } = await mutation.toPromise();
  unsubscribe();
  return { shown, error };
}

test('a policy is shown as it will be at once, and stays so when the upstream has it', async () => {
  await using server = await startClientGateway();
  const { shown, error } = await takeBack(server);
  expect(error).toBeUndefined();
  expect(shown).toEqual([true, false, false]);
  expect(server.takeCalls()).toEqual(['contact', 'setPolicies', 'contact']);
});

test('a policy is shown as it was again when the upstream refuses the mutation', async () => {
  await using server = await startClientGateway();
  server.emulator.control.fault({ path: '/policies', kind: 'status', status: 403, times: Number.POSITIVE_INFINITY });
  const { shown, error } = await takeBack(server);
  expect(error?.graphQLErrors).toMatchObject([{ path: ['setContactPolicies'], extensions: { code: 'FORBIDDEN' } }]);
  expect(shown).toEqual([true, false, true]);
});

const list = gql<{ contacts: { edges: { node: { id: string } }[] } }>`{
  contacts(first: 3) { edges { cursor node { id firstName } } pageInfo { endCursor hasNextPage } }
}`;
const readIds = async (client: Client) =>
  (await client.query(list, {}).toPromise()).data?.contacts.edges.map(({ node }) => node.id) ?? [];

test('the lists with a deleted contact are read again', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const ids = await readIds(client);
  const mutation = gql`mutation { deleteContact(input: { id: "${ids[1] ?? ''}" }) { deletedContactId userErrors { code } } }`;
  await client.mutation(mutation, {}).toPromise();
  const shown = await readIds(client);
  expect(shown).not.toContain(ids[1]);
  expect(shown.slice(0, 2)).toEqual([ids[0], ids[2]]);
  expect(server.takeRequests()).toHaveLength(3);
});
