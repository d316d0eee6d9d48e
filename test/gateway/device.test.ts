import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.close());

const devices = async (cid: string, args: string) => {
  const { data, errors } = await stack.query(`{ contact(by: {cid: "${cid}"}) {
    devices(${args}) { totalCount nodes { macAddress connectionCount lastConnectedAt os vendor } pageInfo { hasNextPage endCursor } }
  } }`);
  expect(errors).toEqual([]);
  return data.contact.devices;
};

test('the devices of a contact have their connections, and the one that connected last comes first', async () => {
  const { nodes, totalCount } = await devices(demo.contactId, 'first: 10');
  expect(totalCount).toBe(3);
  expect(nodes[0]).toEqual({
    macAddress: expect.stringMatching(/^([0-9A-F]{2}-){5}[0-9A-F]{2}$/),
    connectionCount: expect.any(Number),
    lastConnectedAt: expect.stringMatching(/Z$/),
    os: expect.any(String),
    vendor: expect.any(String),
  });
  const times = nodes.map(({ lastConnectedAt }: { lastConnectedAt: string }) => lastConnectedAt);
  expect(times).toEqual([...times].sort().reverse());
});

test('the devices of a contact are paged', async () => {
  const first = await devices(demo.contactId, 'first: 2');
  const rest = await devices(demo.contactId, `first: 2, after: "${first.pageInfo.endCursor}"`);
  expect([...first.nodes, ...rest.nodes]).toEqual((await devices(demo.contactId, 'first: 10')).nodes);
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
});

test('a contact without devices has an empty page', async () => {
  expect(await devices(edge.noEvents, 'first: 5')).toMatchObject({ totalCount: 0, nodes: [] });
});
