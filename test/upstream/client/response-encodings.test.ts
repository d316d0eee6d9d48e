/** Kind: the bytes of a response of the upstream and what they claim to be: content codings, UTF-8, JSON. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UpstreamBadResponse } from '../../../src/errors.ts';
import { notUtf8Json } from '../../support/json-bytes.ts';
import { type ResponderClient, startResponderClient } from '../../support/responder-client.ts';

let stack: ResponderClient;
beforeAll(async () => {
  stack = await startResponderClient();
});
afterAll(() => stack.close());

const respond = (body: string | Buffer, ...lines: string[]) =>
  stack.respond(body, 'content-type: application/json', ...lines);
const send = () => stack.send();
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
])('a response with the content codings %j %j is decoded', async (...codings) => {
  respond(gzipSync(good), ...codings.map((coding) => `content-encoding: ${coding}`));
  expect(await send()).toEqual(value);
});

test.each(['', 'identity', 'IDENTITY', ' , '])(
  'a response with the content coding %j is read without decoding',
  async (coding) => {
    respond(good, `content-encoding: ${coding}`);
    expect(await send()).toEqual(value);
  },
);

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
])(
  'a response with the content coding %j is refused when the coding was not requested or its bytes are in another coding',
  async (coding, bytes) => {
    respond(bytes, `content-encoding: ${coding}`);
    expect(await send()).toBeInstanceOf(UpstreamBadResponse);
  },
);

test('a response may begin with a byte order mark, also when it is compressed', async () => {
  respond(`\ufeff${good}`);
  expect(await send()).toEqual(value);
  respond(gzipSync(`\ufeff${good}`), 'content-encoding: gzip');
  expect(await send()).toEqual(value);
});

test.each(notUtf8Json)('a response with %s is refused', async (_, bytes) => {
  respond(bytes);
  expect(await send()).toBeInstanceOf(UpstreamBadResponse);
  respond(gzipSync(bytes), 'content-encoding: gzip');
  expect(await send()).toBeInstanceOf(UpstreamBadResponse);
});

test('a response with two values of one name is read with the last of them', async () => {
  respond('{"status":"KO","status":"OK"}');
  expect(await send()).toEqual({ status: 'OK' });
});
