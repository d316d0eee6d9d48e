import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDocumentMemory } from '../../src/execution/document-memory.ts';
import { weighDocument } from '../../src/execution/document-weight.ts';
import { createDocumentCache } from '../../src/plugins/document-cache.ts';
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

describe.each(paths)('on the %s path no refused document is cached', (path) => {
  test.each<[string, (n: number) => object]>([
    ['a syntax error', (n) => ({ query: `{ n${n}` })],
    ['an unknown field', (n) => ({ query: `{ n${n} }` })],
    ['conflicting fields', (n) => ({ query: `{ a${n}: contact(by: {cid: "a"}) { cid } a${n}: viewer { scopes } }` })],
    ['too many comparisons', (n) => ({ query: `{ a${n}: __typename ${'__typename '.repeat(500)} }` })],
    ['too many tokens', (n) => ({ query: `{ a${n}: nodes(ids: [${'1 '.repeat(5_000)}]) { id } }` })],
    ['an unknown operation name', (n) => ({ query: `query Q${n} { __typename }`, operationName: 'other' })],
  ])(`on the ${path} path a refused document with %s is not cached`, async (_, paramsOf) => {
    const before = stack.gateway.documents.load();
    for (let n = 0; n < 20; n += 1) {
      const { data, errors } = await gateway.post(path, paramsOf(n));
      expect(data).toBeNull();
      expect(errors.length).toBeGreaterThan(0);
    }
    expect(stack.gateway.documents.load()).toEqual(before);
  });
});

test('an executed document is parsed and validated once, also when its caller sends other documents in between', async () => {
  const query = '{ viewer { scopes } once: __typename }';
  for (const path of paths) expect((await gateway.post(path, { query })).status).toBe(200);
  for (let n = 0; n < 5; n += 1) await gateway.post('fast', { query: `{ unknown${n} }` });
  for (const path of paths) expect((await gateway.post(path, { query })).status).toBe(200);
  expect(calls.counts).toMatchObject({ parse: 6, validate: 6 });
});

test.each(paths)('on the %s path validation stops at five errors, and the client gets no more', async (path) => {
  const { errors } = await gateway.post(path, { query: `{ ${times(250, (n) => `a${n}`)} }` });
  expect(errors).toHaveLength(5);
  expect(calls.maxErrors()).toBe(6); // graphql adds an error that says that it has stopped.
});

test.each(paths)(
  'on the %s path coercion of variables stops at five errors, and the client gets no more',
  async (path) => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const { data, errors } = await gateway.post(path, { query, variables: { ids: Array(100).fill({}) } });
    expect(data).toBeNull();
    expect(errors).toHaveLength(5);
    expect(calls.maxErrors()).toBe(6);
    for (const { message } of errors) expect(message).toContain('$ids');
  },
);

test('the document cache is bounded by the number of documents and by the memory that they share with their plans', () => {
  const memory = createDocumentMemory(16_000_000);
  const documents = createDocumentCache(memory);
  const short = (n: number) => `{ n${n} }`;
  for (let n = 0; n < 2_500; n += 1) documents.keep(short(n), parse(short(n)));
  expect(documents.load().documents).toBe(2_000);
  expect(documents.find(short(0))).toBeUndefined();
  expect(documents.find(short(2_499))).toBeDefined();
  const long = (n: number) => `{ n${n} ${'a '.repeat(4_000)} }`;
  for (let n = 0; n < 20; n += 1) documents.keep(long(n), parse(long(n)));
  expect(documents.load().documents).toBeLessThan(20);
  expect(documents.load().bytes).toBeLessThanOrEqual(16_000_000);
  const held = documents.load().documents;
  memory.set(parse('{ plans }'), { bytes: 4_000_000 });
  expect(documents.load().documents).toBeLessThan(held);
  expect(memory.calculatedSize).toBeLessThanOrEqual(16_000_000);
});

test.each(paths)('on the %s path a document has at most 5,000 tokens', async (path) => {
  const { status, errors } = await gateway.post(path, { query: `{ nodes(ids: [${'1 '.repeat(5_000)}]) { id } }` });
  expect(status).toBe(400);
  expect(errors).toMatchObject([{ message: expect.stringContaining('5000 tokens') }]);
  expect(calls.counts.validate).toBe(0);
});

test('the size of a cached document includes its comments', () => {
  const comments = '#\n'.repeat(1_000);
  expect(weighDocument(parse(`{ a } ${comments}`))).toBeGreaterThan(weighDocument(parse('{ a }')) + 90 * 1_000);
});
