/** Kind: a success whose response has no body over a socket. It is enough for a write, and is an error for a read. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { UpstreamBadResponse } from '../../../src/errors.ts';
import { type ResponderClient, startResponderClient } from '../../support/responder-client.ts';

let stack: ResponderClient;
beforeAll(async () => {
  stack = await startResponderClient();
});
afterEach(() => {
  stack.upstream.requests.length = 0;
});
afterAll(() => stack.close());

test.each([
  ['204 No Content'],
  ['204 No Content', 'content-type: text/html'],
  ['205 Reset Content', 'content-length: 0'],
  ['200 OK', 'content-length: 0'],
  ['200 OK', 'content-length: 0', 'content-type: application/json'],
  ['200 OK', 'content-length: 0', 'content-type: text/plain; charset=utf-16'],
  ['200 OK', 'content-length: 0', 'content-encoding: gzip'],
  ['200 OK', 'transfer-encoding: chunked', '', '0'],
  ['202 Accepted', 'transfer-encoding: chunked', 'content-encoding: gzip', '', '0'],
  ['103 Early Hints', '', 'HTTP/1.1 201 Created', 'content-length: 0'],
])('a success without a body is accepted for a write and is an error for a read: %j %j %j %j', async (...lines) => {
  stack.upstream.respondWith(`HTTP/1.1 ${lines.join('\r\n')}\r\n\r\n`);
  expect(await stack.send('write')).toBeUndefined();
  expect(await stack.send('read')).toBeInstanceOf(UpstreamBadResponse);
  expect(stack.upstream.requests).toHaveLength(2);
});

test.each(['200 OK', '201 Created', '202 Accepted'])('a body is read after the success %s', async (status) => {
  stack.upstream.respondWith(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{"status":"OK"}`,
  );
  for (const kind of ['read', 'write'] as const) expect(await stack.send(kind)).toEqual({ status: 'OK' });
});

test.each([
  [
    'a response that ends before its declared length',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n',
  ],
  ['a chunked response without its last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
])('a write is not accepted as a success after %s', async (_, head) => {
  stack.upstream.respondWith(head, { closes: true });
  expect(await stack.send('write')).toMatchObject({ wasSent: true });
});
