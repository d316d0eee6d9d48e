import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.close());

const accountings = async (cid: string) => {
  const { data, errors } =
    await stack.query(`{ contact(by: {cid: "${cid}"}) { accountings(first: 100) { totalCount nodes {
    accountingId sessionId startedAt stoppedAt durationSeconds bytesFromDevice bytesToDevice macAddress ipAddress
    hotspotId hotspotName hotspotMacAddress locationId locationName terminateCause
  } } } }`);
  expect(errors).toEqual([]);
  return data.contact.accountings;
};

test('the WiFi sessions of a contact have their duration, byte counts and location, and the newest comes first', async () => {
  const { nodes, totalCount } = await accountings(demo.contactId);
  expect(totalCount).toBe(28);
  for (const value of Object.values(nodes[1])) expect(value).not.toBeNull();
  const times = nodes.map(({ startedAt }: { startedAt: string }) => startedAt);
  expect(times).toEqual([...times].sort().reverse());
});

test('byte counts of WiFi sessions are exact beyond 2^53', async () => {
  const { nodes } = await accountings(edge.hugeTraffic);
  const counts = nodes.flatMap((row: { bytesFromDevice: string; bytesToDevice: string }) => [
    row.bytesFromDevice,
    row.bytesToDevice,
  ]);
  expect(counts).toContain('9007199254740993');
  expect(counts).toContain('18446744073709551615');
  for (const count of counts) expect(count).toMatch(/^\d+$/);
});

test('a WiFi session that has not ended has null as its end, duration and terminate cause', async () => {
  const { nodes } = await accountings(edge.openSession);
  const open = nodes.filter(({ stoppedAt }: { stoppedAt: string | null }) => stoppedAt === null);
  expect(open).toHaveLength(1);
  expect(open[0]).toMatchObject({ durationSeconds: null, terminateCause: null });
});
