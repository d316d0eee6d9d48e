/*
 * The kind: the events of a whole organization, which the upstream has by time and reads through a scroll of its own.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { at, document, type ReadEvents } from '../support/organization-events.ts';

let stack: TestGateway;
let cids: readonly string[];
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 6, edgeCases: false } });
  cids = stack.emulator.contacts().map(({ cid }) => cid);
  await read({ first: 1 });
});
beforeEach(() => {
  stack.emulator.control.reset();
  stack.logged.length = 0;
  for (const cid of cids) stack.emulator.setEvents(cid, []);
});
afterAll(() => stack.close());

/** Gives the contacts events in turn: one in each of the seconds, by the number of the event. */
function giveEvents(seconds: readonly number[], types: readonly string[] = ['visit']): void {
  for (const [n, cid] of cids.entries()) {
    const rows = seconds.flatMap((second, index) => {
      if (index % cids.length !== n) return [];
      const type = types[index % types.length];
      return [{ customerId: cid, event: { type, id: `e${index}` }, when: { createdAt: at(second) } }];
    });
    stack.emulator.setEvents(cid, rows);
  }
}

async function read(variables: Record<string, unknown>, fields = ''): Promise<ReadEvents> {
  const { data, errors } = await stack.query(document(fields), variables);
  const events = data?.organization?.events;
  const nodes: ReadEvents['nodes'] = events?.nodes ?? [];
  return { errors, nodes, ids: nodes.map(({ eventId }) => eventId), ...events?.pageInfo };
}

const calls = () => stack.emulator.control.calls().filter(({ route }) => route === 'organizationEvents');
const paramsOf = (index: number) => new URL(calls()[index]?.path ?? '', 'http://upstream').searchParams;

describe('a page of the events of an organization', () => {
  test('the latest events of all contacts come first, in either spelling of a row, with one call', async () => {
    giveEvents([5, 1, 4, 2, 3, 0]);
    const { ids, nodes, errors, hasNextPage } = await read({ first: 4 });
    expect(errors).toEqual([]);
    expect(ids).toEqual(['e0', 'e2', 'e4', 'e3']);
    expect(nodes[0]?.contactId).toBe(cids[0]);
    expect(hasNextPage).toBe(true);
    expect(calls()).toHaveLength(1);
    expect(paramsOf(0).get('enableScroll')).toBe('true');
  });

  test('the earliest events come first in ascending order', async () => {
    giveEvents([5, 1, 4, 2, 3, 0]);
    const orderBy = { field: 'OCCURRED_AT', direction: 'ASC' };
    expect((await read({ first: 3, orderBy })).ids).toEqual(['e5', 'e1', 'e3']);
  });

  test('a filter is sent to the upstream a second wider than requested, and its result is filtered again', async () => {
    giveEvents([0, 1, 2, 3, 4, 5, 6], ['visit', 'login']);
    const filter = { types: ['VISIT'], since: at(2), until: at(6) };
    const { ids, errors } = await read({ first: 10, ...filter });
    expect(errors).toEqual([]);
    expect(ids).toEqual(['e4', 'e2']);
    expect(Object.fromEntries(paramsOf(0))).toMatchObject({ events: 'visit', dateStart: at(1), dateEnd: at(7) });
    expect(JSON.parse(stack.logged.at(-1) ?? '{}')).not.toHaveProperty('undecodable');
  });

  test('a range from a day to a day includes both days in UTC', async () => {
    const [day] = at(0).split('T');
    giveEvents([0, 1, 2]);
    expect((await read({ first: 10, since: day, until: day })).ids).toHaveLength(3);
    const { dateStart, dateEnd } = Object.fromEntries(paramsOf(0));
    const midnight = Date.parse(`${day}T00:00:00Z`);
    expect([dateStart, dateEnd].map((time) => Date.parse(time ?? ''))).toEqual([
      midnight - 1_000,
      midnight + 86_400_000 + 1_000,
    ]);
    expect((await read({ first: 10, since: '9999-12-31', until: '9999-12-31' })).errors).toEqual([]);
  });

  test('an empty list of types makes no call', async () => {
    expect((await read({ first: 10, types: [] })).ids).toEqual([]);
    expect(calls()).toHaveLength(0);
  });

  test('the contacts of the events are loaded only if they are selected, each once', async () => {
    giveEvents([0, 1, 2, 3, 4, 5, 6, 7]);
    await read({ first: 8 });
    expect(stack.emulator.control.counts().contact).toBe(0);
    const { nodes, errors } = await read({ first: 8 }, 'contact { cid firstName events(first: 1) { totalCount } }');
    expect(errors).toEqual([]);
    expect(nodes.map(({ contact }) => (contact as { cid: string }).cid)).toEqual(
      nodes.map(({ contactId }) => contactId),
    );
    expect(stack.emulator.control.counts()).toMatchObject({ contact: 6, events: 6, organizationEvents: 2 });
  });

  test('an event of a contact that no longer exists has null as its contact, without an error', async () => {
    const row = { customerId: 'gone', event: { type: 'visit', id: 'e' }, when: { createdAt: at(0) } };
    stack.emulator.setEvents(cids[0] ?? '', [row, { ...row, customerId: '../x', event: { type: 'visit', id: 'f' } }]);
    const { nodes, errors } = await read({ first: 8 }, 'contact { cid }');
    expect(errors).toEqual([]);
    expect(nodes).toMatchObject([
      { contactId: 'gone', contact: null },
      { contactId: null, contact: null },
    ]);
  });

  test.each([{ first: 0 }, { first: 1001 }, { first: 5, after: 'nonsense' }, { first: 5, since: at(1), until: at(1) }])(
    'the arguments %j are refused without a call',
    async (variables) => {
      const { errors } = await read(variables);
      expect(errors[0]?.extensions['code']).toMatch(/^(BAD_USER_INPUT|CURSOR_INVALID)$/);
      expect(calls()).toHaveLength(0);
    },
  );

  test('a cursor of another filter or order is invalid', async () => {
    giveEvents([0, 1, 2]);
    const { endCursor } = await read({ first: 1 });
    for (const other of [
      { types: ['VISIT'] },
      { since: at(0) },
      { orderBy: { field: 'OCCURRED_AT', direction: 'ASC' } },
    ]) {
      const { errors } = await read({ first: 1, after: endCursor, ...other });
      expect(errors[0]?.extensions['code']).toBe('CURSOR_INVALID');
    }
  });

  test('events that the upstream does not sort by time are an error, because a scroll could not be reopened', async () => {
    giveEvents([0, 1, 2]);
    const rows = [1, 2].map((second) => ({
      event: { type: 'visit', id: `${second}` },
      when: { createdAt: at(second) },
    }));
    const body = JSON.stringify({ status: 'OK', events: rows, scrollId: 's' });
    stack.emulator.control.fault({ path: '/events', kind: 'body', body });
    const { errors } = await read({ first: 2 });
    expect(errors[0]?.extensions['code']).toBe('UPSTREAM_BAD_RESPONSE');
  });
});

describe('reading the events of an organization page by page', () => {
  async function readAll(size: number, variables: Record<string, unknown>, between = async () => undefined as unknown) {
    const ids: string[] = [];
    for (let after: string | null = null, pages = 0; pages < 50; pages += 1) {
      const page: Awaited<ReturnType<typeof read>> = await read({ first: size, after, ...variables });
      expect(page.errors).toEqual([]);
      ids.push(...page.ids);
      if (!page.hasNextPage) return ids;
      after = page.endCursor;
      await between();
    }
    throw new Error('The list has no end.');
  }
  const seconds = Array.from({ length: 40 }, (_, index) => Math.floor(index / 6));
  const all = seconds.map((_, index) => `e${index}`).toSorted();

  test.each(['ASC', 'DESC'])('each event comes once, with one call for each page (%s)', async (direction) => {
    giveEvents(seconds);
    const ids = await readAll(7, { orderBy: { field: 'OCCURRED_AT', direction } });
    expect(ids.toSorted()).toEqual(all);
    expect(calls()).toHaveLength(7); // Six pages, and the empty one that ends the list.
  });

  test.each([
    ['ASC', false],
    ['DESC', false],
    ['ASC', true],
    ['DESC', true],
  ])(
    'each event comes once when every scroll is lost between the pages (%s, ties in another order: %s)',
    async (direction, shuffleTies) => {
      giveEvents(seconds);
      stack.emulator.control.events({ shuffleTies });
      const between = async () => stack.emulator.control.dropScrolls();
      const ids = await readAll(7, { orderBy: { field: 'OCCURRED_AT', direction } }, between);
      expect(ids.toSorted()).toEqual(all);
    },
  );

  test('more events of one time than a cursor remembers, in another order than before, are an error and no wrong page', async () => {
    giveEvents(Array.from({ length: 40 }, () => 3));
    stack.emulator.control.events({ shuffleTies: true });
    const { endCursor } = await read({ first: 20 });
    stack.emulator.control.dropScrolls();
    expect((await read({ first: 20, after: endCursor })).errors[0]?.extensions['code']).toBe('CURSOR_EXPIRED');
  });
});
