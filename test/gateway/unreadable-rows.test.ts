/*
 * The kind: one element of a list in a response of the upstream cannot be decoded. It is skipped, and reported once with the
 * name of its field and the kind of its value; a list of nothing but such elements is an error.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askStack, orders, readList } from '../pagination/support/altered-list.ts';
import { type AlteredStack, type Body, startAlteredStack } from '../pagination/support/altered-upstream.ts';
import { begin, byName, expectedOf, rowsOf } from '../pagination/support/single-list.ts';

const count = 31;

let stack: AlteredStack;
beforeAll(async () => {
  stack = await startAlteredStack();
});
beforeEach(async () => {
  stack.alter({});
  await begin(stack, rowsOf(count, 4));
});
afterAll(() => stack.close());

const undecodable = (): unknown => JSON.parse(stack.logged.at(-1) ?? '{}').undecodable;

/** Elements that are no row, with the path and the kind that are reported; the path starts with the name of the list. */
const unreadable: readonly (readonly [element: unknown, path: string, kind: string])[] = [
  [null, '', 'null'],
  [0, '', 'number'],
  [2 ** 60, '', 'number'],
  [false, '', 'boolean'],
  ['', '', 'string'],
  ['secret-value', '', 'string'],
  [[], '', 'array'],
  [[{ cid: 'secret-value' }], '', 'array'],
];

/** Contacts that are no row. */
const unreadableContacts = [
  ...unreadable,
  [{}, '.cid', 'absent'],
  [{ cid: null }, '.cid', 'null'],
  [{ cid: 12 }, '.cid', 'number'],
  [{ cid: '' }, '.cid', 'string'],
  [{ cid: '../secret-value' }, '.cid', 'string'],
  [{ cid: { secret: 'secret-value' } }, '.cid', 'object'],
] as const;

/** Replaces the contacts with these cids by elements that are no row. */
const replaceContacts = (cids: ReadonlySet<string>, element: unknown) => (body: Body) => {
  body['customers'] = (body['customers'] as { cid: string }[]).map((row) => (cids.has(row.cid) ? element : row));
};

describe.each([null, 'secret-value', {}, { cid: '../secret-value' }])('contacts of the list that are %j', (element) => {
  test.each([
    ['forward', false],
    ['backward', true],
  ])('are skipped in every order, and all other contacts have their place: %s', async (_, backward) => {
    for (const list of orders) {
      const expected = expectedOf(stack, list);
      const bad = new Set([0, 1, 4, 12, 19, count - 2].map((index) => expected[index] ?? ''));
      stack.alter({ page: replaceContacts(bad, element) });
      const { cids, code } = await readList(stack, list, 6, { backward });
      expect({ cids, code }).toEqual({ cids: expected.filter((cid) => !bad.has(cid)), code: undefined });
      expect(stack.logged.join()).not.toContain('secret-value');
    }
  });
});

describe.each(unreadableContacts)('a contact of the list that is %j', (element, path, kind) => {
  test('is reported once, and the page has as many rows as were requested', async () => {
    const [, bad = '', ...expected] = expectedOf(stack, byName);
    stack.alter({ page: replaceContacts(new Set([bad]), element) });
    const { cids, hasNextPage } = await askStack(stack, byName, { first: 10 });
    expect(cids).toHaveLength(10);
    expect(cids.slice(1)).toEqual(expected.slice(0, 9));
    expect(hasNextPage).toBe(true);
    expect(undecodable()).toEqual({ [`customers${path}`]: { [kind]: 1 } });
  });

  test('is an error where a page has nothing else', async () => {
    stack.alter({ page: (body) => void Object.assign(body, { customers: [element, element] }) });
    expect((await askStack(stack, byName, { first: 10 })).code).toBe('UPSTREAM_BAD_RESPONSE');
    expect((await askStack(stack, byName, { last: 10 })).code).toBe('UPSTREAM_BAD_RESPONSE');
  });
});

test('whichever contacts are unreadable, each other one is read once, in every order, direction and page size', async () => {
  const world = fc.record({
    bad: fc.uniqueArray(fc.nat(count - 1), { maxLength: 12 }),
    list: fc.nat(orders.length - 1),
    size: fc.integer({ min: 1, max: 12 }),
    end: fc.constantFrom('empty-page' as const, 'no-sid' as const),
    backward: fc.boolean(),
    loseBetween: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ bad: indexes, list: index, size, end, ...options }) => {
      const list = orders[index] ?? byName;
      await stack.loseStores();
      stack.emulator.control.scrolls({ end });
      const expected = expectedOf(stack, list);
      const bad = new Set(indexes.map((at) => expected[at] ?? ''));
      stack.alter({ page: replaceContacts(bad, null) });
      const { cids, code } = await readList(stack, list, size, options);
      const readable = expected.filter((cid) => !bad.has(cid));
      // A page of nothing but unreadable rows is an error, which small pages meet.
      if (code !== undefined) expect([code, size < 12]).toEqual(['UPSTREAM_BAD_RESPONSE', true]);
      const start = options.backward ? readable.length - cids.length : 0;
      expect(cids).toEqual(code === undefined ? readable : readable.slice(start, start + cids.length));
    }),
    { numRuns: 30 },
  );
}, 120_000);

describe('the lists of one contact', () => {
  const lists = [
    ['events', 'events { totalCount nodes { eventId } }', 'eventId'],
    ['devices', 'devices { totalCount nodes { macAddress } }', 'macAddress'],
    ['accountings', 'accountings { totalCount nodes { accountingId } }', 'accountingId'],
  ] as const;
  const rows = {
    events: ['a', 'b', 'c'].map((id) => ({
      event: { type: 'visit', id },
      when: { createdAt: '2026-01-01T00:00:00Z' },
    })),
    devices: ['a', 'b', 'c'].map((macAddress) => ({ macAddress, lastConnection: '2026-01-01T00:00:00Z' })),
    accountings: ['a', 'b', 'c'].map((id) => ({ id, startAt: '2026-01-01T00:00:00Z' })),
  };
  const cid = () => stack.emulator.contacts()[0]?.cid ?? '';
  const ask = async (selection: string) => {
    const [replica] = stack.replicas;
    if (replica === undefined) throw new Error('There is no replica.');
    return replica.query(`{ contact(by: {cid: "${cid()}"}) { cid ${selection} } }`, {});
  };

  test.each(lists.flatMap((list) => unreadable.map((element) => [...list, ...element] as const)))(
    '%s skip an element and report it once: %s %s %j',
    async (name, selection, key, element, _path, kind) => {
      stack.alter({
        other(body, { pathname }) {
          const [a, b, c] = rows[name];
          if (pathname.endsWith(name)) body[name] = [a, element, b, c];
        },
      });
      const { data, errors } = await ask(selection);
      expect(errors).toEqual([]);
      expect(data.contact[name].totalCount).toBe(3);
      expect(data.contact[name].nodes.map((node: Body) => node[key])).toEqual(['a', 'b', 'c']);
      expect(undecodable()).toEqual({ [name]: { [kind]: 1 } });
    },
  );

  test.each(lists)('%s are an error if no element is readable', async (name, selection) => {
    stack.alter({
      other(body, { pathname }) {
        if (pathname.endsWith(name)) body[name] = [null, 'secret-value'];
      },
    });
    const { data, errors } = await ask(selection);
    expect(data.contact).toEqual({ cid: cid(), [name]: null });
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_BAD_RESPONSE']);
  });
});

describe('the lists within a contact', () => {
  const selection = 'policies { key accepted } segments { cid name } segmentCids';
  const read = {
    policies: [
      { key: 'a', accepted: true },
      { key: 'b', accepted: false },
    ],
    segments: [
      { cid: 'a', name: 'A' },
      { cid: 'b', name: 'B' },
    ],
    segmentCids: ['a', 'b'],
  };
  const wire = { ...read, policies: read.policies.map(({ key: name, accepted }) => ({ name, accepted })) };
  const insertInto = (name: keyof typeof wire, element: unknown) => {
    const [first, second] = wire[name];
    return { ...wire, [name]: [first, element, second, element] };
  };
  const elements = Object.keys(wire).flatMap((name) =>
    unreadable
      .filter(([element]) => name !== 'segmentCids' || typeof element !== 'string')
      .map(([element, , kind]) => [name as keyof typeof wire, element, kind] as const),
  );

  test.each([...elements, ['segmentCids', {}, 'object'] as const])(
    '%s skip an element of a page and of a profile, and report it: %j',
    async (name, element, kind) => {
      const [replica] = stack.replicas;
      const cid = stack.emulator.contacts()[0]?.cid ?? '';
      const contact = { cid, ...insertInto(name, element) };
      stack.alter({
        page: (body) => void Object.assign(body, { customers: [contact], total: 1, sid: undefined }),
        other: (body) => void Object.assign(body, { customer: contact }),
      });
      // The same field is read through two aliases, and reported as often as it has unreadable elements.
      const page = await replica?.query(
        `{ contacts(first: 5) { nodes { ${selection} again: ${name} ${name === 'segmentCids' ? '' : '{ __typename }'} } } }`,
        {},
      );
      expect(page?.data.contacts.nodes).toMatchObject([read]);
      expect(undecodable()).toEqual({ [`customers.${name}`]: { [kind]: 2 } });
      const profile = await replica?.query(`{ contact(by: {cid: "${cid}"}) { ${selection} } }`, {});
      expect(profile?.data.contact).toEqual(read);
      expect(undecodable()).toEqual({ [`customer.${name}`]: { [kind]: 2 } });
    },
  );

  test.each([{}, { name: null }, { name: 5 }, { accepted: true }])(
    'a policy without a readable name is skipped: %j',
    async (policy) => {
      const [replica] = stack.replicas;
      const contact = { cid: 'a', policies: [policy, { name: 'a', accepted: true }] };
      stack.alter({ other: (body) => void Object.assign(body, { customer: contact }) });
      const cid = stack.emulator.contacts()[0]?.cid ?? '';
      const { data, errors } =
        (await replica?.query(`{ contact(by: {cid: "${cid}"}) { policies { key } } }`, {})) ?? {};
      expect({ data, errors }).toEqual({ data: { contact: { policies: [{ key: 'a' }] } }, errors: [] });
    },
  );

  test('a list of nothing but unreadable elements is null and reported, and not an empty list', async () => {
    const [replica] = stack.replicas;
    const contact = { cid: 'a', policies: [null], segments: ['x', 7], segmentCids: [{}] };
    stack.alter({ other: (body) => void Object.assign(body, { customer: contact }) });
    const cid = stack.emulator.contacts()[0]?.cid ?? '';
    const answer = await replica?.query(`{ contact(by: {cid: "${cid}"}) { ${selection} } }`, {});
    expect(answer?.data.contact).toEqual({ policies: null, segments: null, segmentCids: null });
  });
});

test('a search by a key skips an unreadable row, and is an error where it finds nothing else', async () => {
  const [replica] = stack.replicas;
  const row = { cid: 'a', firstName: 'Ada' };
  const search = async (customers: unknown[]) => {
    stack.alter({ page: (body) => void Object.assign(body, { customers, total: 1 }) });
    return replica?.query('{ contact(by: {email: "ada@example.com"}) { firstName } }', {});
  };
  expect((await search([null, row]))?.data).toEqual({ contact: { firstName: 'Ada' } });
  expect((await search([null]))?.errors.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_BAD_RESPONSE']);
});
