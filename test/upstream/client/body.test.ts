import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BadUserInput, PublicError, UpstreamBadResponse } from '../../../src/errors.ts';
import { createUpstreamClient, type UpstreamClient } from '../../../src/upstream/client/client.ts';
import { type RawUpstream, startRawUpstream } from '../../support/raw-upstream.ts';

const maxResponseBytes = 10_000;

let upstream: RawUpstream;
let client: UpstreamClient;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  upstream = await startRawUpstream((request, response) => answer(request, response));
  client = createUpstreamClient({ url: upstream.url, maxResponseBytes });
});
afterEach(async () => {
  await client.close();
  await upstream.close();
});

const send = (path = '/v2/customers/a') =>
  client
    .send({ kind: 'read', method: 'GET', path, signal: AbortSignal.timeout(5_000) })
    .catch((error: unknown) => error);

const json = { 'content-type': 'application/json' };
const good = '{"status":"OK"}';
const ofLength = (length: number) => `{"pad":"${'x'.repeat(length - 10)}"}`;

describe('the client reads bodies of JSON, plain or compressed with gzip', () => {
  test('a body is requested in gzip, and decoded', async () => {
    let asked: unknown;
    answer = ({ headers }, response) => {
      asked = headers['accept-encoding'];
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync('{"name":"Ada"}'));
    };
    expect(await send()).toEqual({ json: { name: 'Ada' }, bytes: Buffer.from('{"name":"Ada"}') });
    expect(asked).toBe('gzip');
  });

  test.each([
    ['plain', {}, (text: string) => text],
    ['compressed', { 'content-encoding': 'gzip' }, gzipSync],
  ])(
    'a %s body is read up to the limit of decoded bytes, and one more byte is an error',
    async (_, headers, encode) => {
      for (const [length, expected] of [
        [maxResponseBytes, expect.objectContaining({ json: { pad: expect.any(String) } })],
        [maxResponseBytes + 1, expect.any(UpstreamBadResponse)],
      ] as const) {
        answer = (_, response) => response.writeHead(200, { ...json, ...headers }).end(encode(ofLength(length)));
        expect(await send()).toEqual(expected);
      }
    },
  );

  test('a body without an end is an error, and its socket is closed', async () => {
    answer = (_, response) => pour(response.writeHead(200, json));
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
    await expect.poll(() => upstream.sockets.open).toBe(0);
  });

  test.each([
    ['br', brotliCompressSync(good)],
    ['deflate', Buffer.from(good)],
    ['gzip, gzip', gzipSync(gzipSync(good))],
  ])(
    'a body in the encoding %s, which was not requested, is an error, and its socket is closed',
    async (encoding, bytes) => {
      answer = (_, response) => response.writeHead(200, { ...json, 'content-encoding': encoding }).write(bytes);
      expect(await send()).toBeInstanceOf(UpstreamBadResponse);
      await expect.poll(() => upstream.sockets.open).toBe(0);
    },
  );

  test('a body that is declared as gzip and is not compressed is an error', async () => {
    answer = (_, response) => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(good);
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
  });

  test.each([
    'application/json',
    'application/json; charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/hal+json',
  ])('a body with the content type %s is read', async (type) => {
    answer = (_, response) => response.writeHead(200, { 'content-type': type }).end(good);
    expect(await send()).toEqual({ json: { status: 'OK' }, bytes: Buffer.from(good) });
  });

  test.each([
    'text/plain',
    'text/html; x=application/json',
    'application/json; charset=utf-16',
    'application/jsonp',
    undefined,
  ])('a body of JSON with the content type %s is an error', async (type) => {
    answer = (_, response) => response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(good);
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
  });
});

describe('the client reuses the socket of a refused response, if its body is short', () => {
  test.each([
    ['an error', 500, json],
    ['a missing resource', 404, json],
    ['another content type', 200, { 'content-type': 'text/html' }],
  ])('a response with %s leaves its socket for the next call', async (_, status, headers) => {
    answer = (_, response) => response.writeHead(status, headers).end('x'.repeat(30_000));
    for (let time = 0; time < 10; time += 1) expect(await send()).toBeInstanceOf(Error);
    expect(upstream.requests).toHaveLength(10);
    expect(upstream.sockets.opened).toBeLessThanOrEqual(2); // The next call may start before the pool has the socket back.
  });

  test.each([
    ['an error', 500, json],
    ['another content type', 200, { 'content-type': 'text/html' }],
  ])(
    'a response with %s and a body without an end fails the call, and its socket is closed',
    async (_, status, headers) => {
      answer = (_, response) => pour(response.writeHead(status, headers));
      const { signal } = new AbortController(); // Without a deadline the call must end by itself.
      await expect(
        client.send({ kind: 'read', method: 'GET', path: '/v2/customers/a', signal }),
      ).rejects.toBeInstanceOf(PublicError);
      await expect.poll(() => upstream.sockets.open).toBe(0);
    },
  );

  test.each([301, 302, 303, 307, 308, 300])(
    'a redirect with status %i is not followed, and its body is not read as a response',
    async (code) => {
      answer = (_, response) => response.writeHead(code, { ...json, location: `${upstream.url}/elsewhere` }).end(good);
      expect(await send()).toBeInstanceOf(UpstreamBadResponse);
      expect(upstream.requests).toEqual(['GET /v2/customers/a']);
    },
  );

  test.each([
    '/v2/customers/..',
    '/v2/customers/.',
    '/v2/customers/',
    '/v2//customers',
    '/v2/customers/%2f',
    '/v2/customers/a?b',
    '/v2/customers/a#b',
    '//host/a',
    'v2/customers/a',
    '/v2/a\\b',
    '/v2/a b',
    '/v2/a\r\nx: y',
    '/v2/a\n',
    '',
  ])('a request with the unsafe path %j is never sent', async (path) => {
    expect(await send(path)).toBeInstanceOf(BadUserInput);
    expect(upstream.requests).toEqual([]);
  });
});

test('a call whose operation has already ended is not sent', async () => {
  answer = (_, response) => response.writeHead(200, json).end(good);
  const call = client.send({ kind: 'read', method: 'GET', path: '/v2/customers/a', signal: AbortSignal.abort() });
  await expect(call).rejects.toThrow();
  expect(upstream.requests).toEqual([]);
});

test('closing the client closes its sockets', async () => {
  answer = (_, response) => response.writeHead(200, json).end(good);
  await send();
  expect(upstream.sockets.open).toBe(1);
  await client.close();
  await expect.poll(() => upstream.sockets.open).toBe(0);
});

/** Writes until the reader closes the connection. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(16_384, ' ');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}
