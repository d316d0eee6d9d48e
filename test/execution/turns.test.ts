import { buildSchema, execute, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createDocumentMemory } from '../../src/execution/document-memory.ts';
import { executePlanned } from '../../src/execution/execute.ts';

const schema = buildSchema(`
  type Query { rows: [Row], later: [Row], strict: [Row!]! }
  type Row { a: Int, b: Int!, children: [Row] }
`);

/** The rows that were read so far. */
let read = 0;

class Row {
  readonly children: readonly Row[];
  readonly #b: number | null;

  constructor(children: readonly Row[] = [], b: number | null = 1) {
    this.children = children;
    this.#b = b;
  }

  get a() {
    read += 1;
    return 1;
  }

  b() {
    return this.#b;
  }
}

const rows = (count: number, make = () => new Row()) => Array.from({ length: count }, make);

/** Executes a document and records the number of rows that were read in each turn of the event loop. */
async function run(text: string, rootValue: object) {
  const perTurn: number[] = [];
  let isOver = false;
  const record = () => {
    perTurn.push(read);
    read = 0;
    if (!isOver) setImmediate(record);
  };
  read = 0;
  const args = { schema, document: parse(text), rootValue };
  const result = executePlanned(args);
  const isSynchronous = !(result instanceof Promise);
  setImmediate(record);
  const awaited = await result;
  isOver = true;
  const most = Math.max(...perTurn, read);
  expect(JSON.stringify(awaited)).toBe(JSON.stringify(await execute(args)));
  return { isSynchronous, most };
}

/** An operation does work of 8,000 units at once, where a row counts for itself and for each of its two fields. */
const rowsAtOnce = 8_000 / 3;
/** A row is read twice where its generated function does not complete it. */
const readsAtOnce = 2 * rowsAtOnce;

describe('an operation with much work yields to the event loop', () => {
  test('a list of rows below the limit is completed synchronously', async () => {
    expect((await run('{ rows { a b } }', { rows: rows(rowsAtOnce / 2) })).isSynchronous).toBe(true);
  });

  test.each([
    ['a long list', '{ rows { a b } }', { rows: rows(20_000) }],
    ['a list of promises', '{ later { a b } }', { later: rows(10_000).map((row) => Promise.resolve(row)) }],
    ['lists in a list', '{ rows { a b children { a b } } }', { rows: rows(200, () => new Row(rows(100))) }],
    [
      'many aliases of a list',
      `{ ${Array.from({ length: 40 }, (_, index) => `r${index}: rows { a b }`).join(' ')} }`,
      { rows: rows(500) },
    ],
  ])('the rows of %s are completed in many turns, with the result of graphql', async (_, text, root) => {
    expect((await run(text, root)).most).toBeLessThanOrEqual(readsAtOnce);
  });

  test('many aliases of a list of promises are resolved in many turns, with the result of graphql', async () => {
    const later = () => {
      const list = rows(100).map((row) => Promise.resolve(row));
      read += list.length;
      return list;
    };
    const document = `{ ${Array.from({ length: 60 }, (_, index) => `r${index}: later { b }`).join(' ')} }`;
    // A promise counts as 5 units when it is started, so that at most one list begins after 1,600 promises.
    expect((await run(document, { later })).most).toBeLessThanOrEqual(1_700);
  });

  test('the promises of lists beyond the maximum of fields leave no rejection unhandled', async () => {
    const later = () => Array.from({ length: 100 }, () => Promise.reject(new Error('no')));
    const document = parse(`{ ${Array.from({ length: 60 }, (_, index) => `r${index}: later { b }`).join(' ')} }`);
    const limits = { refuse: () => undefined, maxFields: 1_000, endsAt: Number.POSITIVE_INFINITY };
    const memory = createDocumentMemory(2 ** 20);
    const result = await executePlanned({ schema, document, rootValue: { later } }, { ...limits, memory, owner: '' });
    expect(result).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }] });
    // Vitest fails for a rejection without a handler, which Node reports at the end of this turn.
    await new Promise((resolve) => setImmediate(resolve));
  });

  test('a null in a non-null field of a late row has the result of graphql, and leaves no rejection unhandled', async () => {
    const late = [...rows(5_000), new Row([], null), ...rows(5_000)];
    await run('{ strict { a b } }', { strict: late });
    await run('{ strict { a b } }', { strict: late.map((row) => Promise.resolve(row)) });
    const some = [...rows(3_000, () => new Row([new Row()])), ...rows(50, () => new Row([new Row([], null)]))];
    await run('{ rows { a children { b } } }', { rows: some });
  });
});
