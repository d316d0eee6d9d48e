/** Kind: the bytes of a body and what they claim to be: content codings, UTF-8, JSON; in requests and of the upstream. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { UpstreamBadResponse } from '../../src/errors.ts';
import { parseCodings } from '../../src/http-message/codings.ts';
import { parseUnambiguousJson } from '../../src/http-message/json-text.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startBothPaths } from '../support/raw-exchange.ts';
import { type RawResponder, startRawResponder } from '../support/raw-responder.ts';

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
  test.each(['', 'identity', 'Identity', 'IDENTITY, identity', ',', ' , identity'])('%j is none', async (coding) => {
    expect(await post(plain, `content-encoding: ${coding}`)).toEqual(done);
  });

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
  ])('%j is refused with 415 on both paths', async (coding, body) => {
    expect(await post(body, `content-encoding: ${coding}`)).toEqual({ status: 415, code: 'BAD_USER_INPUT', calls: 0 });
  });

  test('in two headers is refused like one in a list', async () => {
    expect((await post(plain, 'content-encoding: identity', 'content-encoding: gzip')).status).toBe(415);
  });

  test.each(['chunked', 'Chunked'])('the transfer coding %s is read', async (coding) => {
    expect(await post(plain, `transfer-encoding: ${coding}`)).toEqual(done);
  });

  test('another transfer coding is refused', async () => {
    expect((await post(plain, 'transfer-encoding: gzip, chunked')).status).toBe(415);
  });
});

/** [what it is, bytes] of texts that are not JSON in UTF-8. */
const notUtf8Json: [string, Buffer][] = [
  ['Latin-1', Buffer.from('{"query":"{ __typename } #é"}', 'latin1')],
  ['a byte that is never in UTF-8', Buffer.from([...Buffer.from('{"query":"'), 0xff, ...Buffer.from('"}')])],
  ['a sequence that is cut off', Buffer.from([...Buffer.from('{"query":"'), 0xe2, 0x82, ...Buffer.from('"}')])],
  ['an overlong sequence', Buffer.from([...Buffer.from('{"query":"'), 0xc0, 0xaf, ...Buffer.from('"}')])],
  ['a surrogate in UTF-8', Buffer.from([...Buffer.from('{"query":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')])],
  ['beyond U+10FFFF', Buffer.from([...Buffer.from('{"query":"'), 0xf4, 0x90, 0x80, 0x80, ...Buffer.from('"}')])],
  ['UTF-16', Buffer.from(plain, 'utf16le')],
  ['UTF-16 with a mark', Buffer.from(`\ufeff${plain}`, 'utf16le')],
  ['UTF-16 in big-endian order', Buffer.from(`\ufeff${plain}`, 'utf16le').swap16()],
  ['two byte order marks', Buffer.from(`\ufeff\ufeff${plain}`)],
  ['a byte order mark at the end', Buffer.from(`${plain}\ufeff`)],
  ['a byte order mark alone', Buffer.from('\ufeff')],
  ['a NUL in a text', Buffer.from('{"query":"\u0000"}')],
  ['a NUL after it', Buffer.from(`${plain}\u0000`)],
];

/** JSON whose meaning depends on its reader. */
const ambiguous = [
  '{"query":"{ __typename }","query":"{ viewer { scopes } }"}',
  '{"query":"{ __typename }","\\u0071uery":"{ viewer { scopes } }"}',
  '{"query":"{ __typename }","variables":{"a":1,"b":2,"a":1}}',
  '{"query":"{ __typename }","variables":{"a":[{"b":{},"b":{}}]}}',
  '{"query":"{ __typename }","variables":{"__proto__":1,"__proto__":2}}',
  '{"query":"{ __typename }","variables":{"":1 , "" :2}}',
  '{"query":"{ __typename }","variables":{"a":"\\ud800"}}',
  '{"query":"{ __typename }","variables":{"a":"\\uDC00\\uD800"}}',
  '{"query":"{ __typename }","variables":{"\\udfff":1}}',
  '{"query":"{ __typename }","variables":{"a":["b","\\ud83d"]}}',
];

describe('the text of a request body', () => {
  test('may begin with a byte order mark', async () => {
    expect(await post(`\ufeff${plain}`)).toEqual(done);
  });

  test.each(notUtf8Json)('that is %s is refused with 400 on both paths', async (_, bytes) => {
    expect(await post(bytes)).toEqual(badRequest);
  });

  test.each(ambiguous)('that may be read in two ways is refused with 400 on both paths: %s', async (text) => {
    expect(await post(text)).toEqual(badRequest);
  });

  test('may hold escapes, colons and quotation marks in its texts, and the same name in different objects', async () => {
    const variables = { a: 'a":"', 'b"': '\\":', c: [{ a: '😀' }, { a: '\u0000' }], d: '\\', e: { a: '"\\"' } };
    expect((await post(JSON.stringify({ query: ada, variables }))).status).toBe(200);
  });

  test('is read as JSON.parse does where names are unique, and else refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        if (/\\ud[89a-f]/i.test(text)) return; // a lone surrogate
        expect(parseUnambiguousJson(text)).toEqual(JSON.parse(text));
        expect(() => parseUnambiguousJson(`{"x":${text},"x":${text}}`)).toThrow(SyntaxError);
      }),
    );
  });

  test('is read in time that grows with its length, however deep and odd it is', () => {
    const start = performance.now();
    for (const text of [
      '['.repeat(500_000) + ']'.repeat(500_000),
      `"${'\\\\'.repeat(499_999)}"`,
      `"${'\\"'.repeat(499_999)}"`,
    ]) {
      expect(parseUnambiguousJson(text)).toBeDefined();
    }
    expect(performance.now() - start).toBeLessThan(5_000); // quadratic time would take minutes
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
  ])('%s is read', async (queryString) => {
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
  ])('%s is refused with 400', async (queryString) => {
    const { status, code } = await get(queryString);
    expect({ status, code, calls: calls() }).toEqual(badRequest);
  });

  test('that hold bytes beyond ASCII are refused with 400', async () => {
    // The head is sent as Latin-1, so these two characters are the bytes of é in UTF-8.
    expect((await get(`${query}%20%23\u00c3\u00a9`)).status).toBe(400);
  });
});

describe('the body of a response of the upstream', () => {
  let upstream: RawResponder;
  let client: UpstreamClient;
  beforeAll(async () => {
    upstream = await startRawResponder();
    client = createUpstreamClient({ url: upstream.url });
  });
  afterAll(async () => {
    await client.close();
    await upstream.close();
  });

  const respond = (text: string | Buffer, ...lines: string[]) => {
    const bytes = Buffer.from(text);
    const head = ['HTTP/1.1 200 OK', 'content-type: application/json', `content-length: ${bytes.length}`, ...lines];
    upstream.respondWith(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]));
  };
  const send = () =>
    client.send({ kind: 'read', method: 'GET', path: '/a', signal: AbortSignal.timeout(5_000) }).then(
      ({ json }) => json,
      (error: unknown) => error,
    );
  const good = '{"status":"OK","name":"é"}';
  const value = { status: 'OK', name: 'é' };

  test.each([
    ['gzip'],
    ['GZIP'],
    ['Gzip'],
    ['x-gzip'],
    ['X-GZip'],
    ['gzip, identity'],
    ['identity', 'gzip'],
    [', gzip ,'],
  ])('in the coding %j %j is decoded', async (...codings) => {
    respond(gzipSync(good), ...codings.map((coding) => `content-encoding: ${coding}`));
    expect(await send()).toEqual(value);
  });

  test.each(['', 'identity', 'IDENTITY', ' , '])('in the coding %j is read as it is', async (coding) => {
    respond(good, `content-encoding: ${coding}`);
    expect(await send()).toEqual(value);
  });

  test.each<[string, string | Buffer]>([
    ['br', brotliCompressSync(good)],
    ['deflate', deflateSync(good)],
    ['zstd', zstdCompressSync(good)],
    ['gzip, br', brotliCompressSync(gzipSync(good))],
    ['gzip, gzip', gzipSync(gzipSync(good))],
    ['utf-8', good],
    ['none', good],
    ['unknown', good],
    ['gzip', good],
    ['GZIP', good],
    ['gzip', gzipSync(good).subarray(0, -9)],
    ['identity', gzipSync(good)],
  ])('in the coding %j that was not asked for, or is not what it claims, is refused', async (coding, bytes) => {
    respond(bytes, `content-encoding: ${coding}`);
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
  });

  test('may begin with a byte order mark, also when it is compressed', async () => {
    respond(`\ufeff${good}`);
    expect(await send()).toEqual(value);
    respond(gzipSync(`\ufeff${good}`), 'content-encoding: gzip');
    expect(await send()).toEqual(value);
  });

  test.each(notUtf8Json)('that is %s is refused', async (_, bytes) => {
    respond(bytes);
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
    respond(gzipSync(bytes), 'content-encoding: gzip');
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
  });

  test('has the last of two values of one name', async () => {
    respond('{"status":"KO","status":"OK"}');
    expect(await send()).toEqual({ status: 'OK' });
  });
});

test('codings are read from one header or several, in any case', () => {
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
