import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readExamples } from '../../src/plugins/graphiql/examples.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type BothPaths, listenOnBothPaths, paths, times, watchGraphql } from './support.ts';

let stack: TestGateway;
let gateway: BothPaths;
const calls = watchGraphql();
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
  gateway = await listenOnBothPaths(stack.gateway);
});
beforeEach(() => {
  calls.reset();
  stack.emulator.control.reset();
});
afterAll(async () => {
  calls.stop();
  await gateway.stop();
  await stack.close();
});

/** Documents with as many parts as allowed, and with one more. The documents with too many are not validated. */
const limits: readonly [string, number, (count: number) => string][] = [
  ['root fields', 300, (count) => `{ ${times(count, (n) => `a${n}: __typename`)} }`],
  ['fields and fragments in one selection', 500, (count) => `{ viewer { ${times(count, (n) => `a${n}: scopes`)} } }`],
  [
    'aliases',
    500,
    (count) => `{ ${times(count / 2, (n) => `a${n}: viewer { b${n}: scopes }`)} ${count % 2 ? 'c: __typename' : ''} }`,
  ],
  ['fragments', 150, (count) => `{ viewer { scopes } } ${times(count, (n) => `fragment F${n} on Viewer { scopes }`)}`],
  ['directives', 250, (count) => `{ ${times(count, (n) => `a${n}: __typename @include(if: true)`)} }`],
  ['directives at one place', 10, (count) => `{ __typename ${'@include(if: true) '.repeat(count)} }`],
  ['items in a list', 1_000, (count) => `{ nodes(ids: [${'1 '.repeat(count)}]) { id } }`],
  [
    'levels of lists and objects in a value',
    40,
    (count) => `{ nodes(ids: ${'['.repeat(count)}${']'.repeat(count)}) { id } }`,
  ],
];

describe.each(paths)('on the %s path the parts of a document are limited', (path) => {
  test.each(limits)(`on the ${path} path a document has a limited number of %s`, async (name, max, documentOf) => {
    const message = `A document has at most ${max} ${name}.`;
    const { errors: allowed } = await gateway.post(path, { query: `${documentOf(max)} # ${path}` });
    expect(allowed.map((error) => error.message)).not.toContain(message);
    expect(calls.counts.validate).toBe(1);
    stack.emulator.control.reset();
    const { status, errors, data } = await gateway.post(path, { query: documentOf(max + 1) });
    expect(errors).toMatchObject([{ message, extensions: { code: 'QUERY_TOO_EXPENSIVE' } }]);
    expect([status, data]).toEqual([400, null]);
    expect(calls.counts.validate).toBe(1);
    expect(stack.emulator.control.calls()).toEqual([]);
  });
});

test('the examples and the introspection of GraphiQL are within all limits on the parts of a document', async () => {
  const queries = [...readExamples().map(({ query }) => query), getIntrospectionQuery({ oneOf: true })];
  for (const query of queries) {
    const { errors } = await gateway.post('fast', { query });
    expect(errors.filter(({ extensions }) => extensions['code'] === 'QUERY_TOO_EXPENSIVE')).toEqual([]);
  }
});
