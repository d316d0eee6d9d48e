import { tracingChannel } from 'node:diagnostics_channel';
import { buildSchema, execute, GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { executePlanned } from '../../src/execution/execute.ts';
import { PlannedExecutor } from '../../src/execution/planned-executor.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 50 }, env: { OPERATION_DEADLINE_MS: '4000' } });
});
afterEach(() => {
  vi.restoreAllMocks();
  stack.emulator.control.reset();
});
afterAll(() => stack.close());

const schema = buildSchema(
  'type Query { row: Row, n: Int, m(by: Int! = 1): Int } type Row { a: String, b: String!, row: Row }',
);
const source = { m: 7, row: { a: 'a', b: 'b', row: { a: undefined, b: null } } };

async function both(query: string, rootValue: object = source) {
  const args = { schema, document: parse(query), rootValue, variableValues: { none: null } };
  const [answer, expected] = await Promise.allSettled([
    (async () => executePlanned(args))(),
    (async () => execute(args))(),
  ]);
  return { answer, expected };
}

type Values = Record<string, unknown>;

describe('the planned execution gives the same results as graphql', () => {
  test('the planned execution returns rows of one hidden class, which are ordinary objects', async () => {
    const { answer } = await both('{ row { b a } }');
    expect(answer).toMatchObject({ status: 'fulfilled', value: { data: { row: { b: 'b', a: 'a' } } } });
    const { row } = (answer as PromiseFulfilledResult<{ data: { row: object } }>).value.data;
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  test.each([
    '{ row { __proto__: a b } }',
    '{ row { constructor: a toJSON: b hasOwnProperty: __typename } }',
    '{ row { row { a } } }',
    '{ row { a row { b } b } }',
    '{ row { b ... @skip(if: true) { a } ...F } } fragment F on Row { a b row { ...G } } fragment G on Row { a }',
    'query ($none: Int = 1) { m(by: $none) row { b } }',
    '{ m(by: 2) __schema { queryType { fields { name args { name type { kind ofType { name } } defaultValue } } } } }',
  ])('the planned execution of %s has the same result as that of graphql', async (query) => {
    const { answer, expected } = await both(query);
    expect(JSON.stringify(answer)).toBe(JSON.stringify(expected));
    expect(String((answer as PromiseRejectedResult).reason)).toBe(String((expected as PromiseRejectedResult).reason));
  });

  test('the planned execution ignores @defer and @stream, because its answer is whole', async () => {
    const { answer } = await both('{ row { a ... @defer { b } ...F @defer } } fragment F on Row { b row { a } }');
    expect(answer).toMatchObject({ value: { data: { row: { a: 'a', b: 'b', row: { a: null } } } } });
  });

  test.each([['a text'], [() => 'a function'], [Object.assign(() => undefined, { a: 'of a function', b: 'too' })]])(
    'the planned execution reads a row that is not an object as graphql does',
    async (row) => {
      const { answer, expected } = await both('{ row { a b } }', { row: typeof row === 'string' ? row : () => row });
      expect(JSON.stringify(answer)).toBe(JSON.stringify(expected));
    },
  );

  test('the planned execution reads a field that is exposed by another name, unless its resolver was replaced', async () => {
    const extensions = { pothosExposedField: 'kept', pothosOriginalResolve: (parent: Values) => parent['kept'] };
    const field = { type: GraphQLString, extensions };
    const fields = {
      exposed: { ...field, resolve: extensions.pothosOriginalResolve },
      guarded: { ...field, resolve: () => 'guarded' },
    };
    const schema = new GraphQLSchema({ query: new GraphQLObjectType<Values>({ name: 'Query', fields }) });
    const document = parse('{ exposed guarded }');
    for (const kept of ['kept', 5, null, undefined, Promise.resolve('later'), () => 'called', {}, new Error('none')]) {
      const args = { schema, document, rootValue: { kept, exposed: 'exposed', guarded: 'kept' } };
      expect(await executePlanned(args)).toEqual(await execute(args));
    }
  });

  test('the planned execution of fragments that each spread the next one twice takes no exponential time', async () => {
    const fragments = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Row { ...F${n + 1} ...F${n + 1} }`);
    const started = performance.now();
    const { answer } = await both(`{ row { ...F0 } } ${fragments.join(' ')} fragment F60 on Row { a }`);
    expect(answer).toMatchObject({ value: { data: { row: { a: 'a' } } } });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test.each([
    '"+(globalThis.executed=1)+"',
    "'+(globalThis.executed=1)+'",
    '`+(globalThis.executed=1)+`',
    `\${globalThis.executed=1}`,
    '*/globalThis.executed=1/*',
  ])('the planned execution does not run the literal %s of a document as code', async (literal) => {
    for (const _ of [1, 2, 3]) await stack.query(`{ contact(by: {username: ${JSON.stringify(literal)}}) { cid } }`);
    expect(globalThis).not.toHaveProperty('executed');
  });
});

describe('the gateway executes operations by plan', () => {
  const query = `{ contact(by: {cid: "${demo.contactId}"}) { cid events(first: 2) { nodes { __typename type } } } }`;

  test('every operation of the gateway is executed by plan', async () => {
    const planned = vi.spyOn(PlannedExecutor.prototype, 'executeRootSelectionSet');
    await stack.query(query);
    await stack.query(query);
    expect(planned).toHaveBeenCalledTimes(2);
  });

  test.each(['graphql:execute', 'graphql:resolve'])(
    'a subscriber of the diagnostics channel %s gets its messages',
    async (name) => {
      const channel = tracingChannel(name);
      const listener = { start: vi.fn(), end() {}, asyncStart() {}, asyncEnd() {}, error() {} };
      const plain = await stack.query(query);
      channel.subscribe(listener);
      const traced = await stack.query(query).finally(() => channel.unsubscribe(listener));
      expect(listener.start).toHaveBeenCalled();
      expect(traced.text).toBe(plain.text);
    },
  );

  test('a branch that does not end before the deadline is null with an error, and the other fields keep their values', async () => {
    stack.emulator.control.fault({ path: '/events', kind: 'hang', times: Number.POSITIVE_INFINITY });
    const { data, errors } = await stack.query(query);
    expect(data).toEqual({ contact: { cid: demo.contactId, events: null } });
    expect(errors).toMatchObject([{ path: ['contact', 'events'], extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  });

  test('a document with @defer is executed by plan for a client that accepts whole answers only', async () => {
    const planned = vi.spyOn(PlannedExecutor.prototype, 'executeRootSelectionSet');
    const { data, errors } = await stack.query(`{ viewer { ... @defer { __typename } } }`);
    expect(data).toEqual({ viewer: { __typename: 'Viewer' } });
    expect(errors).toEqual([]);
    expect(planned).toHaveBeenCalledOnce();
  });
});
