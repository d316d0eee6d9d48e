/*
 * The kind: one contact of a list in a response of the upstream cannot be decoded. It is skipped, and reported once with the
 * name of its field and the kind of its value; a page of nothing but such contacts is an error.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askStack, orders, readList } from '../pagination/support/altered-list.ts';
import {
  type AlteredStack,
  type Body,
  startAlteredStack,
  undecodableOf,
} from '../pagination/support/altered-upstream.ts';
import { begin, byName, expectedOf, rowsOf } from '../pagination/support/single-list.ts';
import { unreadableElements } from '../support/unreadable-elements.ts';

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

/** Contacts that are no row. */
const unreadableContacts = [
  ...unreadableElements,
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
  ])(
    'unreadable contacts are skipped in every order, and all other contacts keep their positions: %s',
    async (_, backward) => {
      for (const list of orders) {
        const expected = expectedOf(stack, list);
        const bad = new Set([0, 1, 4, 12, 19, count - 2].map((index) => expected[index] ?? ''));
        stack.alter({ page: replaceContacts(bad, element) });
        const { cids, code } = await readList(stack, list, 6, { backward });
        expect({ cids, code }).toEqual({ cids: expected.filter((cid) => !bad.has(cid)), code: undefined });
        expect(stack.logged.join()).not.toContain('secret-value');
      }
    },
  );
});

describe.each(unreadableContacts)('a contact of the list that is %j', (element, path, kind) => {
  test('an unreadable contact is reported once, and its page has as many rows as were requested', async () => {
    const [, bad = '', ...expected] = expectedOf(stack, byName);
    stack.alter({ page: replaceContacts(new Set([bad]), element) });
    const { cids, hasNextPage } = await askStack(stack, byName, { first: 10 });
    expect(cids).toHaveLength(10);
    expect(cids.slice(1)).toEqual(expected.slice(0, 9));
    expect(hasNextPage).toBe(true);
    expect(undecodableOf(stack)).toEqual({ [`customers${path}`]: { [kind]: 1 } });
  });

  test('a page with only unreadable contacts is an error', async () => {
    stack.alter({ page: (body) => void Object.assign(body, { customers: [element, element] }) });
    expect((await askStack(stack, byName, { first: 10 })).code).toBe('UPSTREAM_BAD_RESPONSE');
    expect((await askStack(stack, byName, { last: 10 })).code).toBe('UPSTREAM_BAD_RESPONSE');
  });
});

test('each readable contact is read once in every order, direction and page size, whichever contacts are unreadable', async () => {
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

test('a search by a key skips an unreadable contact, and is an error when it finds only unreadable contacts', async () => {
  const [replica] = stack.replicas;
  const row = { cid: 'a', firstName: 'Ada' };
  const search = async (customers: unknown[]) => {
    stack.alter({ page: (body) => void Object.assign(body, { customers, total: 1 }) });
    return replica?.query('{ contact(by: {email: "ada@example.com"}) { firstName } }', {});
  };
  expect((await search([null, row]))?.data).toEqual({ contact: { firstName: 'Ada' } });
  expect((await search([null]))?.errors.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_BAD_RESPONSE']);
});
