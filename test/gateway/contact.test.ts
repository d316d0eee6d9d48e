import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
  // The login must not be among the calls that the tests count.
  await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`);
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const routes = () => stack.emulator.control.calls().map(({ route }) => route);

const whole = `
  query Whole($cid: ID!) {
    contact(by: {cid: $cid}) {
      cid firstName lastName gender birthDate country email emailVerified phone username createdAt language
      policies { key accepted }
      events(first: 20) { nodes { type occurredAt } }
      devices { nodes { macAddress } }
      accountings(first: 20) { nodes { startedAt bytesFromDevice } }
    }
  }`;

describe('a contact with all its branches', () => {
  test('a contact with three branches costs exactly four upstream calls', async () => {
    const { data, errors } = await stack.query(whole, { cid: demo.contactId });
    expect(errors).toEqual([]);
    expect(data.contact).toMatchObject({
      firstName: 'Ada',
      gender: 'FEMALE',
      birthDate: '1990-12-10',
      country: 'IT',
      phone: '+390501234567',
      createdAt: '2025-03-08T09:30:00.000Z',
      language: 'it',
    });
    expect(data.contact.policies).toContainEqual({ key: 'customs.my_policy', accepted: false });
    expect(data.contact.events.nodes).toHaveLength(20);
    expect(data.contact.devices.nodes).toHaveLength(3);
    expect(data.contact.accountings.nodes).toHaveLength(20);
    expect(routes().sort()).toEqual(['accountings', 'contact', 'devices', 'events']);
    const base = `/v2/customers/${demo.contactId}`;
    expect(
      stack.emulator.control
        .calls()
        .map(({ path }) => path.split('?')[0])
        .sort(),
    ).toEqual([base, `${base}/accountings`, `${base}/devices`, `${base}/events`]);
  });

  test('the four calls for a contact with three branches start before any of them is answered', async () => {
    stack.emulator.control.latency(300);
    expect((await stack.query(whole, { cid: demo.contactId })).errors).toEqual([]);
    expect(stack.emulator.control.peakInFlight()).toBe(4);
  });

  test.each(['events', 'devices', 'accountings'])(
    'when the read of %s fails, the other branches are complete',
    async (broken) => {
      stack.emulator.control.fault({ path: `/${broken}`, kind: 'status', status: 500 });
      const { data, errors, status } = await stack.query(whole, { cid: demo.contactId });
      expect(status).toBe(200);
      expect(errors).toMatchObject([
        { path: ['contact', broken], extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } },
      ]);
      expect(data.contact).toMatchObject({ firstName: 'Ada', [broken]: null });
      for (const other of ['events', 'devices', 'accountings'].filter((name) => name !== broken)) {
        expect(data.contact[other].nodes.length).toBeGreaterThan(0);
      }
      expect(routes()).toHaveLength(4);
    },
  );

  test('when the read of the profile fails, the contact is null with one error', async () => {
    stack.emulator.control.fault({ path: `/${demo.contactId}$`, kind: 'status', status: 503 });
    const { data, errors } = await stack.query(whole, { cid: demo.contactId });
    expect(data).toEqual({ contact: null });
    expect(errors).toMatchObject([{ path: ['contact'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('a contact that does not exist is null, and its branches add no errors', async () => {
    const { data, errors } = await stack.query(whole, { cid: 'f'.repeat(32) });
    expect({ data, errors }).toEqual({ data: { contact: null }, errors: [] });
  });

  test('a contact of another organization is null like one that does not exist', async () => {
    const [foreign] = stack.emulator.contacts(second.organizationId);
    const { data, errors } = await stack.query(whole, { cid: foreign?.cid });
    expect({ data, errors }).toEqual({ data: { contact: null }, errors: [] });
  });

  test('branches that are skipped, or in a fragment that is skipped, cost no upstream call', async () => {
    const query = `query ($cid: ID!, $no: Boolean!) {
      contact(by: {cid: $cid}) { cid devices @include(if: $no) { totalCount } ...Events @skip(if: true) ... @include(if: $no) { accountings { totalCount } } }
    }
    fragment Events on Contact { events { totalCount } }`;
    await stack.query(query, { cid: demo.contactId, no: false });
    expect(routes()).toEqual(['contact']);
  });
});

describe('a contact that is read several times', () => {
  test('a contact that is read under twenty aliases costs one call for each resource', async () => {
    const aliases = Array.from(
      { length: 20 },
      (_, n) =>
        `a${n}: contact(by: {cid: "${demo.contactId}"}) { firstName devices { totalCount } events { totalCount } }`,
    );
    const { data, errors } = await stack.query(`{ ${aliases.join('\n')} }`);
    expect(errors).toEqual([]);
    expect(Object.values(data)).toHaveLength(20);
    expect(routes().sort()).toEqual(['contact', 'devices', 'events']);
  });

  test('a contact that is read by two requests is read twice, because loaders live for one request', async () => {
    await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`);
    await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`);
    expect(routes()).toEqual(['contact', 'contact']);
  });
});
