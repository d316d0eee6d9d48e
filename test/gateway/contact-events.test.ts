/*
 * The kind: the events of one contact, of which the upstream is sent the filter, and which may be more than one answer has.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 3 }, env: { OPERATION_DEADLINE_MS: '10000' } });
  await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`); // logs in
});
beforeEach(() => {
  stack.emulator.control.reset();
  stack.logged.length = 0;
});
afterAll(() => stack.close());

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().replace('.000Z', 'Z');

/** @param start the second of the first event: other events have other cursors, and so no stored scroll sessions */
function giveEvents(count: number, perSecond: number, start = 0): void {
  const rows = Array.from({ length: count }, (_, n) => ({
    customerId: demo.contactId,
    event: { type: n % 2 === 0 ? 'visit' : 'login', id: `e${String(n).padStart(5, '0')}` },
    when: { createdAt: at(start + Math.floor(n / perSecond)) },
  }));
  stack.emulator.setEvents(demo.contactId, rows);
}

async function read(fields: string) {
  const { data, errors } = await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { ${fields} } }`);
  expect(errors).toEqual([]);
  return data.contact;
}

const calls = () => stack.emulator.control.calls().filter(({ route }) => route === 'events');
const params = () => calls().map(({ path }) => Object.fromEntries(new URL(path, 'http://upstream').searchParams));
const undecodable = () => JSON.parse(stack.logged.at(-1) ?? '{}').undecodable;

test('the filter of the events is sent to the upstream, a second wider than requested', async () => {
  giveEvents(20, 1);
  const { events } = await read(`events(types: [VISIT], since: "${at(4)}", until: "${at(9)}") { nodes { eventId } }`);
  expect(events.nodes.map(({ eventId }: { eventId: string }) => eventId)).toEqual(['e00008', 'e00006', 'e00004']);
  expect(params()).toMatchObject([{ events: 'visit', dateStart: at(3), dateEnd: at(10), size: '10000' }]);
  expect(undecodable()).toBeUndefined();
});

test('several selections with different filters make one call, with a filter that includes them all', async () => {
  giveEvents(20, 1);
  const { a, b } = await read(
    `a: events(types: [VISIT], since: "${at(10)}") { totalCount } b: events(types: [LOGIN], since: "${at(15)}") { totalCount }`,
  );
  expect([a.totalCount, b.totalCount]).toEqual([5, 3]);
  expect(params()).toMatchObject([{ events: 'login,visit', dateStart: at(9) }]);
  stack.emulator.control.clearLog();
  await read(`a: events(since: "${at(10)}") { totalCount } b: events { totalCount }`);
  expect(params()).toEqual([{ size: '10000', sortBy: 'utcTime', sortReverse: 'true' }]);
});

test('a filter that the upstream ignores is applied here, and counted in the log by the ignored parameter', async () => {
  giveEvents(20, 1);
  stack.emulator.control.events({ contactParams: false });
  const { events } = await read(`events(types: [VISIT], since: "${at(4)}", until: "${at(9)}") { totalCount }`);
  expect(events.totalCount).toBe(3);
  expect(undecodable()).toEqual({
    dateStart: { contradiction: 3 },
    dateEnd: { contradiction: 9 },
    events: { contradiction: 10 },
  });
});

let starts = 0;

test.each([
  [false, true, 'no-sid', 1],
  [false, true, 'empty-page', 2],
  [true, true, 'empty-page', 3],
  [false, false, 'empty-page', 1],
] as const)(
  'a contact with more events than one answer has is read to its end, each event once (scrolls are lost: %s, exist: %s, end: %s)',
  async (loses, contactScroll, end, callsOfLast) => {
    stack.emulator.control.events({ contactScroll });
    stack.emulator.control.scrolls({ end });
    starts += 10_000;
    giveEvents(10_020, 3, starts);
    const ids: string[] = [];
    const callsOfPages: number[] = [];
    for (let after = ''; ; ) {
      stack.emulator.control.clearLog();
      const { events } = await read(
        `events(first: 1000${after}) { totalCount nodes { eventId } pageInfo { hasNextPage endCursor } }`,
      );
      expect(events.totalCount).toBeNull();
      ids.push(...events.nodes.map(({ eventId }: { eventId: string }) => eventId));
      callsOfPages.push(calls().length);
      if (!events.pageInfo.hasNextPage) break;
      after = `, after: "${events.pageInfo.endCursor}"`;
      if (loses) stack.emulator.control.dropScrolls();
    }
    expect(ids).toHaveLength(10_020);
    expect(new Set(ids).size).toBe(10_020);
    // Nine pages are made of the first answer, each read anew here, because nothing is cached.
    expect(callsOfPages.slice(0, 9)).toEqual(Array(9).fill(1));
    expect(callsOfPages.slice(9)).toEqual([2, callsOfLast]);
  },
);

test('a cursor beyond the first answer is valid for this contact and this filter only', async () => {
  giveEvents(10_020, 1);
  let after = '';
  for (let page = 0; page < 10; page += 1) {
    const { events } = await read(`events(first: 1000${after}) { pageInfo { endCursor } }`);
    after = `, after: "${events.pageInfo.endCursor}"`;
  }
  const query = (args: string, cid: string | undefined = demo.contactId) =>
    stack.query(`{ contact(by: {cid: "${cid}"}) { events(first: 5${args}) { nodes { eventId } } } }`);
  expect((await query(after)).data.contact.events.nodes).toHaveLength(5);
  const other = stack.emulator.contacts().find(({ cid }) => cid !== demo.contactId)?.cid;
  for (const answer of [await query(`${after}, types: [VISIT]`), await query(after, other)]) {
    expect(answer.errors[0]?.extensions['code']).toBe('CURSOR_INVALID');
  }
});

test('an answer that has not all events, and not the latest first, is an error', async () => {
  const rows = [1, 2].map((second) => ({ event: { type: 'visit', id: `${second}` }, when: { createdAt: at(second) } }));
  const body = JSON.stringify({ status: 'OK', count: 3, events: rows });
  stack.emulator.control.fault({ path: '/events', kind: 'body', body });
  const { errors } = await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { events { totalCount } } }`);
  expect(errors[0]?.extensions['code']).toBe('UPSTREAM_BAD_RESPONSE');
});
