// Times that the upstream writes without a time zone, or with another one than UTC: they are the same times in whatever time
// zone the process runs, and no row of a list is lost or repeated by them.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startEmulator } from '../../emulator/emulator.ts';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { begin, byCreation, expectedOf, readAllPages, rowsOf } from '../pagination/support/single-list.ts';
import { newLocalStore, type Stack } from '../pagination/support/stack.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type RewritingUpstream, startRewritingUpstream } from '../support/rewriting-upstream.ts';
import { setTimeZone, timeZones } from '../support/time-zone.ts';

let upstream: RewritingUpstream;
let gateway: TestGateway;
let stack: Stack;
beforeAll(async () => {
  const emulator = await startEmulator({ contacts: 20, edgeCases: false });
  upstream = await startRewritingUpstream(emulator.url);
  const store = newLocalStore();
  gateway = await startGateway({
    env: { OPERATION_DEADLINE_MS: '20000' },
    client: { url: upstream.url },
    shared: {
      emulator,
      cursorCipher: createCursorCipher(createAead([randomBytes(32)], 'cursor')),
      scrollSessionStore: store,
    },
  });
  stack = {
    emulator,
    replicas: [{ store, query: (query, variables) => gateway.query(query, variables) }],
    loseStores: store.lose,
    listCalls: () => emulator.control.counts().contacts,
    async close() {
      await gateway.close();
      await store.close();
      await upstream.close();
      await emulator.close();
    },
  };
});
beforeEach(() => upstream.rewrite((text) => text));
afterAll(() => stack.close());

/** The same time in other spellings than the emulator's. */
const spellings: Record<string, (date: string, time: string) => string> = {
  'without a zone': (date, time) => `${date}T${time}`,
  'without a zone and a T': (date, time) => `${date} ${time}`,
  'with an offset': (date, time) => `${shift(date, time, 5.5)}+05:30`,
  'with a negative offset': (date, time) => `${shift(date, time, -4)}-0400`,
  'in lower case': (date, time) => `${date}t${time}z`,
  'with nanoseconds': (date, time) => `${date}T${time}.000999999Z`,
};

function shift(date: string, time: string, hours: number): string {
  return new Date(Date.parse(`${date}T${time}Z`) + hours * 3_600_000).toISOString().slice(0, 19);
}

function spell(name: string): (text: string) => string {
  return (text) =>
    text.replace(/"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z"/g, (_, date, time) => `"${spellings[name]?.(date, time)}"`);
}

const times = `{
  createdAt modifiedAt lastLoginAt birthDate birthDay metrics { lastVisitAt lastVisitBusinessDate }
  events { nodes { eventId occurredAt occurredAtLocal ... on VisitEvent { startedAt } } pageInfo { endCursor } }
  devices { nodes { macAddress lastConnectedAt } pageInfo { endCursor } }
  accountings { nodes { accountingId startedAt stoppedAt } pageInfo { endCursor } }
}`;

describe.each(timeZones)('a contact, in a process in the time zone %s', (timeZone) => {
  let restore: () => void;
  beforeAll(() => {
    restore = setTimeZone(timeZone);
  });
  afterAll(() => restore());

  test.each(Object.keys(spellings))('a contact has the same times when the upstream writes them %s', async (name) => {
    const query = `{ contact(by: {cid: "${demo.contactId}"}) ${times} }`;
    const expected = await gateway.query(query);
    upstream.rewrite(spell(name));
    const { data, errors } = await gateway.query(query);
    expect(errors).toEqual([]);
    expect(data.contact.createdAt).toMatch(/^\d{4}-.*\.000Z$/);
    // The hour of a local time is kept as it is written, and the spellings with an offset have another hour.
    const local = /"occurredAtLocal":"[^"]*"/g;
    const isShifted = name.includes('offset');
    // Each encryption of a cursor has other bytes.
    const withoutCursors = (value: unknown) => JSON.stringify(value).replace(/"endCursor":"[^"]*"/g, '');
    const comparable = (value: unknown) =>
      isShifted ? withoutCursors(value).replace(local, '') : withoutCursors(value);
    expect(comparable(data)).toBe(comparable(expected.data));
  });
});

// These replace all contacts.
describe.each(timeZones)('a list, in a process in the time zone %s', (timeZone) => {
  let restore: () => void;
  beforeAll(() => {
    restore = setTimeZone(timeZone);
  });
  afterAll(() => restore());

  test.each(['without a zone', 'with an offset', 'with nanoseconds'])(
    'a list in the order of times that are written %s returns each row once, although each page reopens the scroll',
    async (name) => {
      upstream.rewrite(spell(name));
      await begin(stack, rowsOf(60, 3));
      for (const direction of ['ASC', 'DESC'] as const) {
        for (const backward of [false, true]) {
          const list = byCreation(direction);
          const { cids } = await readAllPages(stack, list, 7, { backward, between: stack.loseStores });
          expect(cids).toEqual(expectedOf(stack, list));
        }
      }
    },
  );
});
