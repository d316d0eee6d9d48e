import { tracingChannel } from 'node:diagnostics_channel';
import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createDocumentMemory } from '../../src/execution/document-memory.ts';
import { executePlanned } from '../../src/execution/execute.ts';

const memory = createDocumentMemory(2 ** 24);

const small = buildSchema('type Query { rows: [Row] } type Row { a: Int b: Int rows: [Row] }');

class Row {
  static completed = 0;
  get a(): number {
    Row.completed += 1;
    return 1;
  }
  get b(): Promise<number> | number {
    return 2;
  }
}

class FailingRow extends Row {
  override get b(): number {
    throw new Error('This row fails.');
  }
}

const rows = (count: number, row: object = new Row()) => Array.from({ length: count }, () => row);

/** With a plan, and as graphql executes an operation that is traced. */
const executors: readonly [name: string, execute: typeof executePlanned][] = [
  ['by a plan', executePlanned],
  ["by graphql's executor", (args, limits) => traced(() => executePlanned(args, limits))],
];

async function traced<T>(execute: () => T | Promise<T>): Promise<T> {
  const channel = tracingChannel('graphql:execute');
  const listener = { start() {}, end() {}, asyncStart() {}, asyncEnd() {}, error() {} };
  channel.subscribe(listener);
  try {
    return await execute();
  } finally {
    channel.unsubscribe(listener);
  }
}

describe.each(executors)('an operation that is executed %s', (_, execute) => {
  async function run(rootValue: object, { maxFields = 1_000_000, endsAt = Number.POSITIVE_INFINITY } = {}) {
    Row.completed = 0;
    const limits = { refuse: () => undefined, maxFields, endsAt, memory, owner: '' };
    return execute({ schema: small, document: parse('{ rows { a b } }'), rootValue }, limits);
  }

  const refusedAs = (code: string) => ({
    errors: [expect.objectContaining({ originalError: expect.objectContaining({ code }) })],
  });

  test('an execution is ended by the first row after its deadline at which the clock is read', async () => {
    expect(await run({ rows: rows(20_000) }, { endsAt: performance.now() - 1 })).toEqual(refusedAs('UPSTREAM_TIMEOUT'));
    expect(Row.completed).toBeLessThan(1_000);
  });

  test('an execution is ended after its deadline also while its rows arrive one after the other', async () => {
    const later = Array.from({ length: 5_000 }, async () => new Row());
    expect(await run({ rows: later }, { endsAt: performance.now() - 1 })).toEqual(refusedAs('UPSTREAM_TIMEOUT'));
    expect(Row.completed).toBeLessThan(1_000);
  });

  test('an execution is ended when a list is longer than was assumed before', async () => {
    expect(await run({ rows: rows(20_000) }, { maxFields: 5_000 })).toEqual(refusedAs('QUERY_TOO_EXPENSIVE'));
    expect(Row.completed).toBeLessThan(6_000);
  });

  test('an execution is ended when it has too many errors, each of which takes the memory of many fields', async () => {
    expect(await run({ rows: rows(2_000, new FailingRow()) }, { maxFields: 20_000 })).toEqual(
      refusedAs('QUERY_TOO_EXPENSIVE'),
    );
    expect(Row.completed).toBeLessThan(1_000);
  });

  test('an execution within its limits is complete', async () => {
    expect(await run({ rows: rows(5_000) })).toMatchObject({ data: { rows: { length: 5_000 } } });
    expect(Row.completed).toBe(5_000);
  });
});

test('a mutation is completed after its deadline, because its writes are done', async () => {
  const mutable = buildSchema('type Query { a: Int } type Mutation { rows: [Row] } type Row { a: Int }');
  const args = { schema: mutable, document: parse('mutation { rows { a } }'), rootValue: { rows: rows(5_000) } };
  const limits = { refuse: () => undefined, maxFields: 1_000, endsAt: performance.now() - 1, memory, owner: '' };
  expect(await executePlanned(args, limits)).toMatchObject({ data: { rows: { length: 5_000 } } });
});
