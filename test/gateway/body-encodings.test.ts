/** Kind: the bytes of a request body and what they claim to be: content codings, UTF-8, JSON. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { parseCodings } from '../../src/http-message/codings.ts';
import { parseUnambiguousJson } from '../../src/http-message/json-text.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { ambiguousJson, notUtf8Json } from '../support/json-bytes.ts';
import { startBothPaths } from '../support/raw-exchange.ts';

let stack: TestGateway;
let paths: Awaited<ReturnType<typeof startBothPaths>>;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
  paths = await startBothPaths(stack);
  await stack.query('{ contacts(first: 1) { nodes { cid } } }'); // logs in
});
beforeEach(() => stack.emulator.control.reset());
afterAll(async () => {
  await paths.close();
  await stack.close();
});

const ada = `{ contact(by: {cid: "${demo.contactId}"}) { cid } }`;
const plain = JSON.stringify({ query: ada });
const calls = () => stack.emulator.control.calls().length;

async function post(body: string | Buffer, ...lines: string[]) {
  const { status, code } = await paths.exchange({ lines: ['content-type: application/json', ...lines], body });
  return { status, code, calls: calls() };
}
const done = { status: 200, code: undefined, calls: 3 };
const badRequest = { status: 400, code: 'BAD_USER_INPUT', calls: 0 };

describe('the coding of a request body', () => {
  test.each(['', 'identity', 'Identity', 'IDENTITY, identity', ',', ' , identity'])(
    'a body with the content coding %j is read without decoding',
    async (coding) => {
      expect(await post(plain, `content-encoding: ${coding}`)).toEqual(done);
    },
  );

  test.each<[string, string | Buffer]>([
    ['gzip', gzipSync(plain)],
    ['GZIP', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['deflate', deflateSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
    ['identity, gzip', gzipSync(plain)],
    ['gzip', plain], // a body that is not what its header says
    ['br', plain],
    ['utf-8', plain],
    ['none', plain],
    ['unknown', plain],
  ])('a body with the content coding %j is refused with 415 on both paths', async (coding, body) => {
    expect(await post(body, `content-encoding: ${coding}`)).toEqual({ status: 415, code: 'BAD_USER_INPUT', calls: 0 });
  });

  test('codings in two Content-Encoding headers are refused like a list of codings in one header', async () => {
    expect((await post(plain, 'content-encoding: identity', 'content-encoding: gzip')).status).toBe(415);
  });

  test.each(['chunked', 'Chunked'])('a body with the transfer coding %s is read', async (coding) => {
    expect(await post(plain, `transfer-encoding: ${coding}`)).toEqual(done);
  });

  test('a body with another transfer coding than chunked is refused with 415', async () => {
    expect((await post(plain, 'transfer-encoding: gzip, chunked')).status).toBe(415);
  });
});

describe('the text of a request body', () => {
  test('a request body may begin with a byte order mark', async () => {
    expect(await post(`\ufeff${plain}`)).toEqual(done);
  });

  test.each(notUtf8Json)('a request body with %s is refused with 400 on both paths', async (_, bytes) => {
    expect(await post(bytes)).toEqual(badRequest);
  });

  test.each(ambiguousJson)(
    'a request body that can be read in two ways is refused with 400 on both paths: %s',
    async (text) => {
      expect(await post(text)).toEqual(badRequest);
    },
  );

  test('a request body may have escapes, colons and quotation marks in its texts, and the same name in different objects', async () => {
    const variables = { a: 'a":"', 'b"': '\\":', c: [{ a: '😀' }, { a: '\u0000' }], d: '\\', e: { a: '"\\"' } };
    expect((await post(JSON.stringify({ query: ada, variables }))).status).toBe(200);
  });

  test('JSON with unique names is read as JSON.parse reads it, and JSON with a repeated name is refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        if (/\\ud[89a-f]/i.test(text)) return; // a lone surrogate
        expect(parseUnambiguousJson(text)).toEqual(JSON.parse(text));
        expect(() => parseUnambiguousJson(`{"x":${text},"x":${text}}`)).toThrow(SyntaxError);
      }),
    );
  });

  test('the time to check and to read JSON grows linearly with its length, also for deep nesting and many escapes', () => {
    const start = process.cpuUsage();
    for (const text of [
      '['.repeat(500_000) + ']'.repeat(500_000),
      `"${'\\\\'.repeat(499_999)}"`,
      `"${'\\"'.repeat(499_999)}"`,
      `"${'"\\'.repeat(499_999)}"`,
    ]) {
      expect(() => parseUnambiguousJson(text)).toThrow();
    }
    const escapes = `[${Array(10)
      .fill(`"${'\\"\\\\'.repeat(24_000)}"`)
      .join()}]`;
    expect(parseUnambiguousJson(escapes)).toHaveLength(10);
    expect(process.cpuUsage(start).user).toBeLessThan(5_000_000); // in µs; quadratic time would take minutes
  });
});

describe('the parameters of a GET request', () => {
  const get = (queryString: string) =>
    paths.exchange({ method: 'GET', target: `/graphql?${queryString}`, lines: ['x-graphql-yoga-csrf: 1'] });
  const query = `query=${encodeURIComponent(ada)}`;

  test.each([
    query,
    `query=${encodeURIComponent(ada).replaceAll('%20', '+')}`,
    `${query}&variables=%7B%22a%22%3A%22%C3%A9%22%7D`,
    `&&${query}&`,
    `${query}&operationName=&variables=&extensions=`,
    `${query}&other=%C3%A9&other=2`,
    `${query}%20%23%E2%82%AC%F0%9F%98%80`,
  ])('the query string %s is read', async (queryString) => {
    expect((await get(queryString)).status).toBe(200);
    expect(calls()).toBe(3);
  });

  test.each([
    `${query}%ff`,
    `${query}%20%23%E9`,
    `${query}%ED%A0%80`,
    `${query}%C0%AF`,
    `${query}%E2%82`,
    `${query}%`,
    `${query}%zz`,
    `${query}%u00e9`,
    `${query}&${query}`,
    `${query}&%71uery=x`,
    `${query}&variables=%7B%7D&variables=%7B%7D`,
    `${query}&variables=%ff`,
    `${query}&variables=%7B%22a%22%3A1%2C%22a%22%3A2%7D`,
    `${query}&variables=%7B%22a%22%3A%22%5Cud800%22%7D`,
    `${query}&extensions=%7B`,
    `${query}&variables=%5B%5D`,
    `${query}&variables=1`,
  ])('the query string %s is refused with 400', async (queryString) => {
    const { status, code } = await get(queryString);
    expect({ status, code, calls: calls() }).toEqual(badRequest);
  });

  test('a query string with bytes beyond ASCII is refused with 400', async () => {
    // The head is sent as Latin-1, so these two characters are the bytes of é in UTF-8.
    expect((await get(`${query}%20%23\u00c3\u00a9`)).status).toBe(400);
  });
});

test('codings are read from one header or several headers, in upper or lower case', () => {
  for (const [header, codings] of [
    [undefined, []],
    ['', []],
    ['identity', []],
    ['GZip , BR', ['gzip', 'br']],
    [
      ['x-gzip', 'identity, br'],
      ['gzip', 'br'],
    ],
  ] as const) {
    expect(parseCodings(header)).toEqual(codings);
  }
});
