import { getIntrospectionQuery, parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countComparisons } from '../../src/plugins/comparison-count.ts';
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
beforeEach(() => calls.reset());
afterAll(async () => {
  calls.stop();
  await gateway.stop();
  await stack.close();
});

describe('the number of comparisons in validation is limited', () => {
  const limit = 10_000;
  const bombs: Record<string, string> = {
    'the same field': `{ ${'viewer { scopes } '.repeat(800)} }`,
    'the same field with other arguments': `{ ${times(300, (n) => `contact(by: {cid: "${n}"}) { cid }`)} }`,
    'the same fields below the same field': `{ ${'viewer { scopes scopes scopes } '.repeat(400)} }`,
    'fragments at one place': `{ viewer { ${times(200, (n) => `...F${n}`)} } } ${times(200, (n) => `fragment F${n} on Viewer { a${n}: scopes }`)}`,
    'a chain of fragments': `{ viewer { ...F0 } } ${times(250, (n) => `fragment F${n} on Viewer { a${n}: scopes ...F${n + 1} }`)} fragment F250 on Viewer { scopes }`,
    'operations that use the same fragments': `${times(150, (n) => `query Q${n} { ...F0 }`)} ${times(100, (n) => `fragment F${n} on Query { ...F${n + 1} }`)} fragment F100 on Query { __typename }`,
    'inline fragments': `{ ${times(200, (n) => `... on Query { viewer { scopes } a${n}: __typename }`)} }`,
  };

  const operationNameOf = (query: string) => /query (\w+)/.exec(query)?.[1];

  test.each(Object.entries(bombs))('a document with %s is refused before it is validated', async (_, query) => {
    for (const path of paths) {
      const { status, errors } = await gateway.post(path, { query, operationName: operationNameOf(query) });
      expect(status).toBe(400);
      expect(errors).toMatchObject([
        { message: expect.stringContaining('10000 comparisons'), extensions: { code: 'QUERY_TOO_EXPENSIVE' } },
      ]);
    }
    expect(calls.counts).toMatchObject({ parse: 2, validate: 0 });
    // Counting stops near the limit, because the fields of a group or of a fragment are added at once.
    expect(countComparisons(parse(query), limit)).toBeLessThan(330_000);
  });

  const contacts = times(
    80,
    (n) => `a${n}: contact(by: {cid: $cid}) { cid firstName lastName preferredLocation { id } }`,
  );
  const fragments = times(
    20,
    (n) => `fragment F${n} on Contact { cid firstName lastName a${n}: externalIds { extId } }`,
  );
  const legitimate: Record<string, string> = {
    ...Object.fromEntries(readExamples().map(({ query }, n) => [`example ${n}`, query])),
    introspection: getIntrospectionQuery(),
    'many aliases': `query ($cid: ID!) { ${contacts} }`,
    'a page of components': `query ($cid: ID!) { contact(by: {cid: $cid}) { ${times(20, (n) => `...F${n}`)} } } ${fragments}`,
  };

  test.each(Object.entries(legitimate))('a client may send %s', (_, query) => {
    expect(countComparisons(parse(query), limit)).toBeLessThan(limit / 2);
  });

  test('a client may send a formatted document of 15,000 characters', async () => {
    const field = (n: number) =>
      `\n  alias${n}: contact(by: { cid: $cid }) {\n    firstName\n    lastName\n    language\n  }`;
    const query = `query ManyAliases($cid: ID!) {${times(180, field)}\n}`.slice(0, 15_000);
    const whole = `${query.slice(0, query.lastIndexOf('\n  alias'))}\n}`;
    expect(whole.length).toBeGreaterThan(14_500);
    expect(countComparisons(parse(whole, { maxTokens: 5_000 }), limit)).toBeLessThan(limit / 2);
  });
});
