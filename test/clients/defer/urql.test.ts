// urql reads answers in parts without any configuration: it accepts event streams, and gets JSON where nothing is deferred.
import { cacheExchange, createClient, fetchExchange, gql } from '@urql/core';
import { expect, test } from 'vitest';
import { pipe, subscribe } from 'wonka';
import { demo } from '../../../emulator/demo.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';

const variables = { cid: demo.contactId };

const createUrql = (server: ClientGateway) =>
  createClient({
    url: server.gateway.url,
    fetch: server.fetch,
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod: false,
  });

/** The data of each result, until there are no more. */
async function results(server: ClientGateway, query: string, onFirst: () => void = () => undefined) {
  const shown: unknown[] = [];
  await new Promise<void>((resolve) => {
    pipe(
      createUrql(server).query(gql(query), variables),
      subscribe(({ data, error, hasNext }) => {
        if (shown.length === 0) onFirst();
        shown.push(structuredClone({ data, ...(error && { error: error.message }) }));
        if (!hasNext) resolve();
      }),
    );
  });
  return shown;
}

const contact = { __typename: 'Contact', firstName: 'Ada' };

test('urql shows the profile while the devices are read, and then both', async () => {
  await using server = await startClientGateway({ env: { TRY_TIMEOUT_MS: '1000' } });
  server.emulator.control.fault({ path: '/devices', kind: 'hang', times: 1 });
  let pendingAtFirst = 0;
  const query = `query ($cid: ID!) { contact(by: { cid: $cid }) { firstName ... @defer(label: "devices") { devices { totalCount } } } }`;
  const shown = await results(server, query, () => {
    pendingAtFirst = server.emulator.control.loggedInFlight();
  });
  expect(pendingAtFirst).toBe(1);
  expect(shown[0]).toEqual({ data: { contact } });
  expect(shown.at(-1)).toEqual({
    data: { contact: { ...contact, devices: { __typename: 'DeviceConnection', totalCount: 3 } } },
  });
  expect(server.takeRequests()).toHaveLength(1);
});

test('urql adds the items of a streamed list', async () => {
  await using server = await startClientGateway();
  const query = 'query ($cid: ID!) { contact(by: { cid: $cid }) { segments @stream(initialCount: 1) { name } } }';
  const shown = await results(server, query);
  const segment = (name: string) => ({ __typename: 'Segment', name });
  expect(shown.at(-1)).toEqual({
    data: { contact: { __typename: 'Contact', segments: [segment('Regulars'), segment('VIP')] } },
  });
});

test('urql gets one result for a query that defers nothing', async () => {
  await using server = await startClientGateway();
  expect(await results(server, 'query ($cid: ID!) { contact(by: { cid: $cid }) { firstName } }')).toEqual([
    { data: { contact } },
  ]);
});
