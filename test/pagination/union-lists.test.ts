import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askStack, orders, readList } from './support/altered-list.ts';
import { type AlteredStack, startAlteredStack } from './support/altered-upstream.ts';
import { type List, unionLists } from './support/expected-list.ts';
import { begin, byCreation, expectedOf, readAllPages, rowsOf } from './support/single-list.ts';

let stack: AlteredStack;
beforeAll(async () => {
  stack = await startAlteredStack();
});
beforeEach(async () => {
  stack.alter({});
  const methods = ['api', 'kiosk', 'mobileapp'];
  await begin(
    stack,
    rowsOf(60, 4).map((row, index) => ({ ...row, signupMethod: methods[index % 3] ?? '', email: 'a@example.com' })),
  );
});
afterAll(() => stack.close());

const methods = { signupMethods: ['MOBILEAPP', 'API', 'KIOSK'] };
const byMethod = (direction: 'ASC' | 'DESC'): List => ({
  ...byCreation(direction),
  filter: methods,
  partOf: ({ signupMethod }) => String(signupMethod),
});

describe('a list that is the union of several', () => {
  test.each(['ASC', 'DESC'] as const)('costs a call for each combination of values and page: %s', async (direction) => {
    const { cids, calls } = await readAllPages(stack, byMethod(direction), 20);
    expect(cids).toEqual(expectedOf(stack, byMethod(direction)));
    // On the last page the upstream confirms the end of each scroll.
    expect(calls).toEqual([3, 3, 6]);
  });

  test('costs no further call where the upstream ends its scrolls without a sid', async () => {
    stack.emulator.control.scrolls({ end: 'no-sid' });
    expect((await readAllPages(stack, byMethod('ASC'), 20)).calls).toEqual([3, 3, 3]);
  });

  test('costs no call for a page that is requested again', async () => {
    const first = await askStack(stack, byMethod('ASC'), { first: 10 });
    const args = { first: 10, after: first.cursors.at(-1) };
    const page = await askStack(stack, byMethod('ASC'), args);
    stack.emulator.control.clearLog();
    expect((await askStack(stack, byMethod('ASC'), args)).cids).toEqual(page.cids);
    expect(stack.listCalls()).toBe(0);
  });

  test('has the sum of the totals for sign-up methods, of which a contact has one', async () => {
    const { totals } = await readList(stack, byMethod('DESC'), 25);
    expect(totals.map(({ total }) => total)).toEqual([60, 60, 60]);
  });

  test('has no total for searches, which may find a contact by several texts', async () => {
    const list = { ...byCreation('ASC'), filter: { emails: ['a@example.com', 'A@example.com'] } };
    expect((await askStack(stack, list, { first: 5 })).total).toBeNull();
  });

  test('has no next page after its last row, also without a total', async () => {
    const list = { ...byCreation('ASC'), filter: { emails: ['a@example.com', 'A@example.com'] } };
    expect(await askStack(stack, list, { first: 60 })).toMatchObject({ total: null, hasNextPage: false });
    expect(await askStack(stack, list, { first: 59 })).toMatchObject({ total: null, hasNextPage: true });
  });

  test('has no total where the upstream does not state each', async () => {
    stack.alter({
      page: (body, _nth, { searchParams }) => void (searchParams.get('signupMethod') === 'api' && delete body['total']),
    });
    expect((await askStack(stack, byMethod('ASC'), { first: 5 })).total).toBeNull();
  });

  describe.each([
    ['each scroll returns all contacts', ['api', 'kiosk', 'mobileapp'], () => 'all'],
    ['one of the scrolls returns all contacts', ['kiosk'], (method: unknown) => (method === 'api' ? 'a' : 'b')],
  ])('of an upstream where %s', (_name, ignored, partOf) => {
    test.each([1, 2, 7, 20, 59, 60, 61])('has each contact once, in pages of %i rows', async (size) => {
      const ignoring = (_nth: number, { searchParams }: URL) => {
        if (ignored.includes(searchParams.get('signupMethod') ?? '')) searchParams.delete('signupMethod');
        return undefined;
      };
      for (const direction of ['ASC', 'DESC'] as const) {
        for (const backward of [false, true]) {
          stack.alter({ insert: ignoring });
          const list: List = { ...byMethod(direction), partOf: (row) => partOf(row.signupMethod) };
          const { cids, code, totals } = await readList(stack, list, size, { backward, loseBetween: size === 7 });
          expect(code).toBeUndefined();
          expect(cids).toEqual(expectedOf(stack, list));
          expect(totals.every(({ total, rows }) => total === null || total >= rows)).toBe(true);
          // A sum counts these contacts several times.
          if (ignored.length === 3) expect(new Set(totals.map(({ total }) => total))).toEqual(new Set([null]));
        }
      }
    });
  });

  test('reads on where pages of the upstream are shorter than requested', async () => {
    stack.alter({ maxRows: 3 });
    for (const backward of [false, true]) {
      const { cids } = await readList(stack, byMethod('DESC'), 20, { backward });
      expect(cids).toEqual(expectedOf(stack, byMethod('DESC')));
    }
  });

  test('is an error where a scroll is not in the requested order, because rows would be missing', async () => {
    stack.alter({ page: (body) => void (body['customers'] as unknown[]).reverse() });
    expect((await askStack(stack, byMethod('ASC'), { first: 50 })).code).toBe('UPSTREAM_BAD_RESPONSE');
  });

  test('fails as a whole where one of its scrolls fails, and can be requested again', async () => {
    const first = await askStack(stack, byMethod('ASC'), { first: 10 });
    const args = { first: 10, after: first.cursors.at(-1) };
    stack.alter({
      insert: (_nth, { searchParams }) => (searchParams.get('signupMethod') === 'kiosk' ? { status: 'KO' } : undefined),
    });
    expect((await askStack(stack, byMethod('ASC'), args)).code).toBeDefined();
    stack.alter({});
    expect((await askStack(stack, byMethod('ASC'), args)).cids).toEqual(
      expectedOf(stack, byMethod('ASC')).slice(10, 20),
    );
  });

  test('skips the rows that cannot be read, and still ends', async () => {
    stack.alter({
      page: ({ customers }) => {
        if (Array.isArray(customers) && customers.length > 1) customers[1] = null;
      },
    });
    const { code, cids } = await readList(stack, byMethod('ASC'), 100);
    expect(code).toBeUndefined();
    expect(cids).toHaveLength(57);
  });
});

test('several values are refused in an order that is not by time, without an upstream call', async () => {
  for (const { orderBy, byTime } of orders) {
    stack.emulator.control.clearLog();
    const { code } = await askStack(stack, { ...byMethod('ASC'), orderBy }, { first: 5 });
    expect(code).toBe(byTime ? undefined : 'BAD_USER_INPUT');
    expect(stack.listCalls()).toBe(byTime ? 3 : 0);
  }
});

test('a cursor of one value is valid for the same value in a list, and one of several for any order of them', async () => {
  const one = { ...byCreation('ASC'), filter: { signupMethod: 'API' } };
  const [cursor] = (await askStack(stack, one, { first: 1 })).cursors;
  const listed = { ...one, filter: { signupMethods: ['API', 'API'] } };
  expect((await askStack(stack, listed, { first: 1, after: cursor })).cids).toHaveLength(1);
  const [other] = (await askStack(stack, byMethod('ASC'), { first: 1 })).cursors;
  const turned = { ...one, filter: { signupMethods: methods.signupMethods.toReversed() } };
  expect((await askStack(stack, turned, { first: 1, after: other })).cids).toHaveLength(1);
  expect((await askStack(stack, one, { first: 1, after: other })).code).toBe('CURSOR_INVALID');
});

test('unions are among the lists of the property tests', () => {
  expect(unionLists).toHaveLength(10);
});
