import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { BadUserInput, CursorInvalid } from '../../src/errors.ts';
import { ChildCursors } from '../../src/resolvers/child-cursors.ts';
import {
  type Connection,
  type PageArgs,
  paginateRows,
  parseForwardPage,
  type RowKey,
} from '../../src/resolvers/connection.ts';

type Row = { time: string; tie: string; serial: number };

const keyOf = ({ time, tie }: Row): RowKey => [time, tie];
// There are few different keys, so that most rows have the same key as others.
const rowsOf = fc
  .array(fc.record({ time: fc.constantFrom('', '2026-01-01', '2026-01-02'), tie: fc.constantFrom('', 'a', 'b') }))
  .map((rows) => rows.map((row, serial): Row => ({ ...row, serial })));
const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 });

const caller = {
  ...{ organizationId: 'org', subject: 'test', scopes: [] },
  credential: { id: '', bearer: async () => Promise.reject(), onRejected: async () => Promise.reject() },
};
const cursorCipher = createCursorCipher(createAead([randomBytes(32)], 'cursor'));
const cursors = new ChildCursors({ caller, cursorCipher }, 'devices', 'cid');
const paginate = (rows: readonly Row[], args: PageArgs) =>
  paginateRows(rows, keyOf, parseForwardPage(args, { maxPageSize: 1000 }, cursors), cursors);

function readAll(rows: readonly Row[], sizes: readonly number[]): Row[] {
  const seen: Row[] = [];
  let after: string | null = null;
  for (let turn = 0; turn <= rows.length; turn += 1) {
    const page: Connection<Row> = paginate(rows, { first: sizes[turn % sizes.length], after });
    seen.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  return seen;
}

test('pages of any sizes return every row once, newest first', () => {
  fc.assert(
    fc.property(rowsOf, sizes, (rows, sizes) => {
      const seen = readAll(rows, sizes);
      expect(seen.map(({ serial }) => serial).sort((a, b) => a - b)).toEqual(rows.map(({ serial }) => serial));
      expect(seen.map(({ time }) => time)).toEqual(
        rows
          .map(({ time }) => time)
          .sort()
          .reverse(),
      );
    }),
  );
});

test('every edge has a cursor of its own, after which the rest can be read', () => {
  fc.assert(
    fc.property(rowsOf, (rows) => {
      const { edges } = paginate(rows, { first: 1000 });
      expect(new Set(edges.map(({ cursor }) => cursor)).size).toBe(rows.length);
      for (const [index, { cursor }] of edges.entries()) {
        const rest = paginate(rows, { first: 1000, after: cursor });
        expect(rest.edges.map(({ node }) => node)).toEqual(edges.slice(index + 1).map(({ node }) => node));
      }
    }),
  );
});

test('a cursor stays valid when newer rows are added and when its own row is deleted', () => {
  const row = (time: string): Row => ({ time, tie: '', serial: 0 });
  const rows = ['2026-01-05', '2026-01-04', '2026-01-03', '2026-01-02'].map(row);
  const { endCursor } = paginate(rows, { first: 2 }).pageInfo;
  const later = [row('2026-01-06'), ...rows.filter(({ time }) => time !== '2026-01-04')];
  expect(paginate(later, { first: 1, after: endCursor }).edges[0]?.node.time).toBe('2026-01-03');
});

test('hasNextPage and hasPreviousPage are correct at the ends of a connection', () => {
  const rows = ['3', '2', '1'].map((time): Row => ({ time, tie: '', serial: 0 }));
  const first = paginate(rows, { first: 2 });
  expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  const last = paginate(rows, { first: 2, after: first.pageInfo.endCursor });
  expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(paginate([], { first: 1 }).pageInfo).toMatchObject({
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
});

test.each([0, -1, 1001, null, undefined])('a page size of %s is refused', (first) => {
  expect(() => paginate([], { first })).toThrow(BadUserInput);
});

test.each([
  '',
  'x',
  'W10',
  'bnVsbA',
  Buffer.from('["a","b",1.5]').toString('base64url'),
  Buffer.from('["a","b",-5]').toString('base64url'),
  '\u0000',
])('the cursor %j is refused', (after) => {
  expect(() => paginate([], { first: 1, after })).toThrow(CursorInvalid);
});
