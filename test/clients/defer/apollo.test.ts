// Apollo Client reads answers in parts, in both formats: a deferred fragment, its error, and the cache afterwards.
import { ApolloClient, gql, HttpLink } from '@apollo/client';
import { GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { incrementalHandler as legacy } from '../documented/__generated__/answers-in-parts.ts';
import { createCache } from '../documented/__generated__/apollo-client.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';

const page = gql`
  query Page($cid: ID!) {
    contact(by: { cid: $cid }) {
      id
      firstName
      events(first: 1) { edges { node { id } } }
      ... @defer(label: "devices") { devices(first: 2) { totalCount edges { node { id os } } } }
    }
  }
`;
const variables = { cid: demo.contactId };

/** The type of one handler of Apollo Client does not fit its own option with `exactOptionalPropertyTypes`. */
const formats: [string, object][] = [
  ['the format of 2022', { incrementalHandler: legacy }],
  ['the current format', { incrementalHandler: new GraphQL17Alpha9Handler() }],
];

function createClient(server: ClientGateway, options: object): ApolloClient {
  const link = new HttpLink({ uri: '/graphql', fetch: server.fetch });
  return new ApolloClient({ link, cache: createCache(), ...options });
}

/** Reads the page, and collects what a component would show: which fields of the contact are there, and the errors. */
async function read(server: ClientGateway, client: ApolloClient, whileWaiting: () => void) {
  const shown: string[][] = [];
  const errors: unknown[] = [];
  const query = client.watchQuery<{ contact?: object }>({ query: page, variables, errorPolicy: 'all' });
  await new Promise<void>((resolve) => {
    query.subscribe(({ data, error, networkStatus, loading }) => {
      const contact = (data?.contact ?? undefined) as Record<string, unknown> | undefined;
      if (contact === undefined) return;
      const fields = Object.keys(contact).filter(
        (name) => contact[name] != null && !['__typename', 'id'].includes(name),
      );
      if (shown.length === 0 && loading) whileWaiting();
      if (shown.at(-1)?.join() !== fields.join()) shown.push(fields);
      if (error) errors.push(error);
      if (networkStatus === 7 || networkStatus === 8) resolve();
    });
  });
  return { shown, errors, requests: server.takeRequests() };
}

test.each(formats)(
  'in %s Apollo Client shows the profile while the devices are read, and then both',
  async (_, options) => {
    await using server = await startClientGateway({ env: { TRY_TIMEOUT_MS: '1000' } });
    const client = createClient(server, options);
    server.emulator.control.fault({ path: '/devices', kind: 'hang', times: 1 });
    let pendingAtFirst = 0;
    const { shown, errors, requests } = await read(server, client, () => {
      pendingAtFirst = server.emulator.control.loggedInFlight();
    });
    expect(pendingAtFirst).toBe(1);
    expect(shown).toEqual([
      ['firstName', 'events'],
      ['firstName', 'events', 'devices'],
    ]);
    expect(errors).toEqual([]);
    expect(requests).toHaveLength(1);
    const { data } = await client.query({ query: page, variables, fetchPolicy: 'cache-only' });
    expect(data).toMatchObject({ contact: { firstName: 'Ada', devices: { totalCount: 3 } } });
  },
);

test.each(formats)(
  'in %s Apollo Client keeps the profile where the deferred fragment has an error',
  async (_, options) => {
    await using server = await startClientGateway({ env: { SWITCHED_OFF: 'retry' } });
    const client = createClient(server, options);
    server.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
    const { data, error } = await client.query({ query: page, variables, errorPolicy: 'all' });
    expect(data).toMatchObject({ contact: { firstName: 'Ada', devices: null } });
    expect(JSON.stringify(error)).toContain('UPSTREAM_UNAVAILABLE');
  },
);
