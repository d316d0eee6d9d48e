// The global ids of devices, WiFi sessions and events: a client cache takes two objects with one id for the same object.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createEncryptionKey } from '../../src/config/cursor-keys.ts';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type RewritingUpstream, startRewritingUpstream } from '../support/rewriting-upstream.ts';

const lists = ['devices', 'accountings', 'events'] as const;
type List = (typeof lists)[number];
type Row = Record<string, unknown>;

let emulator: Emulator;
let upstream: RewritingUpstream;
let stack: TestGateway;
/** A replica of the same keys, without accelerators. */
let replica: TestGateway;
let otherKeys: TestGateway;
let other: string;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 30, edgeCases: false });
  other = emulator.contacts().find(({ cid }) => cid !== demo.contactId)?.cid ?? '';
  upstream = await startRewritingUpstream(emulator.url);
  const cursorCipher = createCursorCipher(createAead([randomBytes(32)], 'cursor'));
  const keys = createEncryptionKey();
  const start = (env: Record<string, string>) =>
    startGateway({ shared: { emulator, cursorCipher }, client: { url: upstream.url }, env });
  stack = await start({ CURSOR_KEYS: keys });
  replica = await start({ CURSOR_KEYS: keys, ACCELERATORS: 'none' });
  otherKeys = await start({ CURSOR_KEYS: createEncryptionKey() });
});
beforeEach(() => {
  upstream.rewrite((text) => text);
  emulator.control.clearLog();
});
afterAll(async () => {
  for (const each of [stack, replica, otherKeys]) await each.close();
  await upstream.close();
  await emulator.close();
});

/** Gives a contact other rows in one of its lists. */
function rewriteRows(list: List, change: (rows: Row[], cid: string) => unknown[]): void {
  upstream.rewrite((text, { path }) => {
    const [, cid = ''] = new RegExp(`/customers/(\\w+)/${list}`).exec(path) ?? [];
    if (cid === '') return text;
    const body = JSON.parse(text);
    const rows = change(body[list], cid);
    return JSON.stringify({ ...body, count: rows.length, [list]: rows });
  });
}

async function idsOf(list: List, from: { gateway?: TestGateway; cid?: string } = {}): Promise<string[]> {
  const { gateway = stack, cid = demo.contactId } = from;
  const { data, errors } = await gateway.query(
    `query ($cid: ID!) { contact(by: { cid: $cid }) { ${list}(first: 1000) { nodes { id } edges { node { id } } } } }`,
    { cid },
  );
  expect(errors).toEqual([]);
  const { nodes, edges } = data.contact[list];
  expect(edges.map(({ node }: { node: { id: string } }) => node)).toEqual(nodes);
  return nodes.map(({ id }: { id: string }) => id);
}

const textOf = (id: string) => Buffer.from(id, 'base64').toString('latin1');

describe.each(lists)('the id of a row of %s', (list) => {
  test('the id is the same in each answer, on both paths and at each replica with the same keys', async () => {
    const ids = await idsOf(list);
    expect(ids.length).toBeGreaterThan(1);
    for (const gateway of [stack, stack, replica]) expect(await idsOf(list, { gateway })).toEqual(ids);
  });

  test('no two rows of a contact have the same id, nor do equal rows of two contacts', async () => {
    rewriteRows(list, (rows, cid) => rows.map((_, n) => ({ ...rowsOfBoth[list](n), customerId: cid })));
    const ids = [...(await idsOf(list)), ...(await idsOf(list, { cid: other }))];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the id costs no upstream call', async () => {
    await idsOf(list);
    const calls = emulator.control.calls().filter(({ route }) => route !== 'login');
    expect(calls.map(({ route }) => route).toSorted()).toEqual(['contact', list].toSorted());
  });

  test('node refuses the id without an upstream call', async () => {
    const [id] = await idsOf(list);
    emulator.control.clearLog();
    const { data, errors } = await stack.query('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(data).toEqual({ node: null });
    expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_USER_INPUT', field: ['id'] } }]);
    expect(emulator.control.calls()).toEqual([]);
  });
});

const rowsOfBoth: Record<List, (n: number) => Row> = {
  devices: (n) => ({ macAddress: `AA-BB-CC-DD-EE-0${n % 10}${n}` }),
  accountings: (n) => ({ id: `a${n}` }),
  events: (n) => ({ event: { type: 'visit', id: `e${n}` } }),
};

test.each(['devices', 'accountings'] as const)(
  'the id of a row of %s contains neither its contact nor its natural key, and depends on CURSOR_KEYS',
  async (list) => {
    const row = { ...rowsOfBoth[list](1), macAddress: 'AA-BB-CC-DD-EE-01', sessionId: '5e2f/AA-BB-CC-DD-EE-01/7' };
    rewriteRows(list, () => [row]);
    const [id = ''] = await idsOf(list);
    expect(textOf(id)).toMatch(/^(Device|Accounting):[\w-]{43}$/);
    expect(await idsOf(list, { gateway: replica })).toEqual([id]);
    expect(await idsOf(list, { gateway: otherKeys })).not.toEqual([id]);
  },
);

test('an event has the same id in the list of its contact and in that of the organization', async () => {
  const { data, errors } = await stack.query('{ organization { events(first: 1000) { nodes { id contactId } } } }');
  expect(errors).toEqual([]);
  const ofContact = data.organization.events.nodes.filter((event: Row) => event['contactId'] === demo.contactId);
  expect(ofContact.length).toBeGreaterThan(1);
  expect(ofContact.map(({ id }: { id: string }) => id).toSorted()).toEqual((await idsOf('events')).toSorted());
});

test('the id of an event names its type, its contact and the id that the upstream gave it', async () => {
  const event = { customerId: demo.contactId, event: { type: 'login', id: 'e1' } };
  rewriteRows('events', () => [event, { ...event, event: { type: 'visit', id: 'e1' } }]);
  const texts = ['LoginEvent', 'VisitEvent'].map((type) => `${type}:${demo.contactId}:e1`);
  expect((await idsOf('events')).map(textOf).toSorted()).toEqual(texts);
});

test.each<[List, string, Row, Row]>([
  ['devices', 'MAC address', { os: 'iOS', connections: 1 }, { os: 'iOS', connections: 2 }],
  [
    'accountings',
    'id',
    { sessionId: 's', startAt: '2026-01-01T00:00:00Z' },
    { sessionId: 's', startAt: '2026-01-02T00:00:00Z' },
  ],
  [
    'events',
    'id',
    { event: { type: 'visit' }, when: { createdAt: '2026-01-01T00:00:00Z' } },
    { event: { type: 'visit' }, when: { createdAt: '2026-01-01T00:00:01Z' } },
  ],
])('two rows of %s without %s have different ids, which nothing can be read from', async (list, _, ...rows) => {
  rewriteRows(list, () => rows);
  const ids = await idsOf(list);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(textOf(id)).toMatch(/^\w+:[\w-]{43}$/);
  expect(await idsOf(list, { gateway: replica })).toEqual(ids);
});

test('a WiFi session without an id keeps its id when it ends', async () => {
  const row = { sessionId: 's', startAt: '2026-01-01T00:00:00Z', stopAt: null, inputOctets: 1 };
  rewriteRows('accountings', () => [row]);
  const before = await idsOf('accountings');
  rewriteRows('accountings', () => [{ ...row, stopAt: '2026-01-01T01:00:00Z', inputOctets: 2 }]);
  expect(await idsOf('accountings')).toEqual(before);
});
