// What Apollo Client makes of errors: of a branch, of a request, and of what the user can correct.
import { CombinedGraphQLErrors, type ErrorPolicy, type FetchPolicy, gql, HttpLink } from '@apollo/client';
import { describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { ada } from '../../support/write-gateway.ts';
import { startClientGateway } from '../gateway.ts';
import { createClient } from './client.ts';

const query = gql`query Contact($cid: ID!) {
  contact(by: { cid: $cid }) { id firstName devices { edges { node { os } } } }
}`;
const variables = { cid: demo.contactId };

describe('a contact whose devices cannot be read', () => {
  /** Reads the contact while the upstream fails to answer with its devices, and once more when it does. */
  async function readTwice(errorPolicy: ErrorPolicy, fetchPolicy: FetchPolicy) {
    await using server = await startClientGateway({ env: { SWITCHED_OFF: 'retry' } });
    server.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
    const client = createClient(server);
    const read = (fetchPolicy: FetchPolicy) =>
      client.query({ query, variables, errorPolicy, fetchPolicy }).catch((error: unknown) => ({ rejected: error }));
    const results = [await read('cache-first'), await read(fetchPolicy)];
    return { results, calls: server.takeCalls().toSorted() };
  }

  const partial = { contact: { firstName: 'Ada', devices: null } };
  const whole = { contact: { firstName: 'Ada', devices: { edges: expect.any(Array) } } };
  const errors = [{ path: ['contact', 'devices'], extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }];

  test('with errorPolicy none, the query rejects with the code of the error, and is sent again when it is repeated', async () => {
    const { results, calls } = await readTwice('none', 'cache-first');
    expect(results).toMatchObject([{ rejected: { errors } }, { data: whole }]);
    expect(calls).toEqual(['contact', 'devices', 'devices']);
  });

  test('with errorPolicy all, the query has the rest of the contact and the error, and is sent again by a refetch', async () => {
    const { results, calls } = await readTwice('all', 'network-only');
    expect(results).toMatchObject([{ data: partial, error: { errors } }, { data: whole }]);
    expect(calls).toEqual(['contact', 'devices', 'devices']);
  });

  test('with errorPolicy ignore, the query has the rest of the contact, and is sent again by a refetch', async () => {
    const { results, calls } = await readTwice('ignore', 'network-only');
    expect(results).toMatchObject([{ data: partial }, { data: whole }]);
    expect(results[0]).not.toHaveProperty('error');
    expect(calls).toEqual(['contact', 'devices', 'devices']);
  });
});

test('a request without an access token rejects with UNAUTHENTICATED and not with an error of the network', async () => {
  await using server = await startClientGateway();
  const client = createClient(server, new HttpLink({ uri: server.gateway.url }));
  const error: unknown = await client.query({ query, variables }).catch((error: unknown) => error);
  expect(CombinedGraphQLErrors.is(error) && error.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(server.takeCalls()).toEqual([]);
});

test('a document with an unknown field rejects with BAD_USER_INPUT, whose message names the field', async () => {
  await using server = await startClientGateway();
  const rejected = createClient(server).query({ query: gql`{ viewer { nickname } }` });
  await expect(rejected).rejects.toMatchObject({
    message: expect.stringContaining('nickname'),
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect(server.takeCalls()).toEqual([]);
});

test('a mutation whose input the user has to correct resolves with userErrors, and nothing is written', async () => {
  await using server = await startClientGateway();
  const mutation = gql`mutation Update($input: UpdateContactInput!) {
    updateContact(input: $input) { contact { id phone } userErrors { code message field params { example } } }
  }`;
  const { data, error } = await createClient(server).mutate({
    mutation,
    variables: { input: { id: ada, phone: '12' } },
  });
  expect(error).toBeUndefined();
  expect(data).toMatchObject({
    updateContact: { userErrors: [{ code: 'FORMAT', field: ['input', 'phone'], params: { example: '+14155552671' } }] },
  });
  expect(server.takeCalls()).toEqual([]);
});
