import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { globalId } from '../support/contact-queries.ts';
import { postBody, startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
let all: readonly { cid: string; created: string }[];
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 40 } });
  all = stack.emulator.contacts().map(({ cid, created }) => ({ cid, created: String(created) }));
  await stack.query('{ contacts(first: 1) { nodes { cid } } }');
});
beforeEach(() => stack.emulator.control.clearLog());
afterAll(() => stack.close());

const document = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ContactFilter, $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount edges { cursor node { cid } } pageInfo { hasNextPage hasPreviousPage }
  }
}`;
const newestFirst = { field: 'CREATED_ABSOLUTE', direction: 'DESC' };
const idsOf = (cids: readonly string[]) => cids.map((cid) => globalId('Contact', cid));

async function ask(cids: readonly string[], args: object, query = document) {
  const variables = { filter: { ids: idsOf(cids) }, orderBy: null, ...args };
  const { text } = await postBody(stack.gateway, JSON.stringify({ query, variables, extensions: { cost: true } }));
  return JSON.parse(text);
}
type Edge = { cursor: string; node: { cid: string } };
const cidsOf = (edges: readonly Edge[]) => edges.map(({ node }) => node.cid);
const calls = () => stack.emulator.control.calls().length;

describe('a list of contacts with certain ids', () => {
  test('is in the order of the ids with orderBy: null, each once, without those that do not exist', async () => {
    const cids = [3, 9, 1].map((index) => all[index]?.cid ?? '');
    const { data, extensions } = await ask([...cids, 'absent', ...cids], { first: 10 });
    expect(cidsOf(data.contacts.edges)).toEqual(cids);
    expect(data.contacts).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false, hasPreviousPage: false } });
    expect(extensions.cost).toMatchObject({ requested: 4, actual: 4 });
    expect(calls()).toBe(4);
  });

  test('is by time with the default order, and in both directions', async () => {
    const some = all.slice(0, 12);
    const sorted = some.toSorted((a, b) => (a.created < b.created ? -1 : 1)).map(({ cid }) => cid);
    const cids = some.map(({ cid }) => cid);
    const descending = await ask(cids, { orderBy: newestFirst, first: 12 });
    expect(cidsOf(descending.data.contacts.edges)).toEqual(sorted.toReversed());
    const ascending = await ask(cids, { orderBy: { ...newestFirst, direction: 'ASC' }, last: 5 });
    expect(cidsOf(ascending.data.contacts.edges)).toEqual(sorted.slice(-5));
    expect(ascending.data.contacts.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });
  });

  test('has the same rows in pages of any size and in both directions, from the cursor of any row', async () => {
    const order = fc.constantFrom(null, newestFirst, { field: 'MODIFIED_ABSOLUTE', direction: 'ASC' });
    const chosen = fc.uniqueArray(fc.nat(all.length - 1), { minLength: 1, maxLength: 12 });
    const property = fc.asyncProperty(
      chosen,
      order,
      fc.nat(30),
      fc.integer({ min: 1, max: 14 }),
      async (indexes, orderBy, from, size) => {
        const cids = indexes.map((index) => all[index]?.cid ?? '');
        const edges: Edge[] = (await ask(cids, { orderBy, first: 20 })).data.contacts.edges;
        const at = from % edges.length;
        const next = (await ask(cids, { orderBy, first: size, after: edges[at]?.cursor })).data.contacts;
        expect(cidsOf(next.edges)).toEqual(cidsOf(edges).slice(at + 1, at + 1 + size));
        expect(next.pageInfo).toEqual({ hasNextPage: at + 1 + size < edges.length, hasPreviousPage: true });
        const previous = (await ask(cids, { orderBy, last: size, before: edges[at]?.cursor })).data.contacts;
        expect(cidsOf(previous.edges)).toEqual(cidsOf(edges).slice(Math.max(0, at - size), at));
        expect(previous.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: at > size });
      },
    );
    await fc.assert(property, { seed: 20, numRuns: 40 });
  });

  test('goes on from the cursor of a contact that was deleted or has changed', async () => {
    const cids = stack.emulator
      .contacts()
      .slice(20, 24)
      .map(({ cid }) => cid);
    const orderBy = { field: 'MODIFIED_ABSOLUTE', direction: 'ASC' };
    const edges: Edge[] = (await ask(cids, { orderBy, first: 4 })).data.contacts.edges;
    const sorted = cidsOf(edges);
    stack.emulator.update(sorted[1] ?? '', { modified: '2026-11-30T00:00:00Z' });
    const next = await ask(cids, { orderBy, first: 4, after: edges[1]?.cursor });
    expect(cidsOf(next.data.contacts.edges)).toEqual([sorted[2], sorted[3], sorted[1]]);
    stack.emulator.remove(sorted[1] ?? '');
    const after = await ask(cids, { orderBy, first: 4, after: edges[1]?.cursor });
    expect(cidsOf(after.data.contacts.edges)).toEqual([sorted[2], sorted[3]]);
    expect(
      (await ask(cids.toReversed(), { orderBy, first: 1, after: edges[0]?.cursor })).errors[0].extensions.code,
    ).toBe('CURSOR_INVALID');
  });

  test('shares its calls with the other fields of the operation, and its rows have all fields', async () => {
    const [first, second] = all;
    const query = `query ($filter: ContactFilter, $id: ID!) {
      contacts(first: 2, filter: $filter, orderBy: null) { nodes { cid custom language devices { totalCount } } }
      node(id: $id) { id }
    }`;
    const cids = [first?.cid ?? '', second?.cid ?? ''];
    const { errors, extensions } = await ask(cids, { id: idsOf(cids)[0] }, query);
    expect(errors).toBeUndefined();
    expect(extensions.cost).toMatchObject({ requested: 4, actual: 4 });
  });

  test('fails where one of the contacts cannot be read, because it might exist', async () => {
    stack.emulator.control.fault({ kind: 'status', status: 500, skip: 1 });
    const { data, errors } = await ask(
      all.slice(0, 3).map(({ cid }) => cid),
      { first: 3 },
    );
    expect(data.contacts).toBeNull();
    expect(errors[0].extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  test.each([
    [{ ids: [] }, null, ['filter', 'ids'], 'TOO_FEW'],
    [{ ids: idsOf(Array.from({ length: 101 }, (_, n) => `c${n}`)) }, null, ['filter', 'ids'], 'TOO_MANY'],
    [{ ids: ['no id'] }, null, ['filter', 'ids', '0'], 'FORMAT'],
    [{ ids: [globalId('Organization', 'o')] }, null, ['filter', 'ids', '0'], 'FORMAT'],
    [{ ids: idsOf(['a']), hasEmail: true }, null, ['filter', 'ids'], 'NOT_ALLOWED'],
    [{ ids: idsOf(['a']) }, { field: 'LAST_NAME' }, ['orderBy'], 'NOT_ALLOWED'],
  ])('%j in the order %j is refused without an upstream call', async (filter, orderBy, field, reason) => {
    const { errors } = await ask([], { filter, orderBy, first: 1 });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field, reason } }]);
    expect(calls()).toBe(0);
  });
});
