import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ClientGone, NotFound, UpstreamTimeout } from '../../../src/errors.ts';
import { createUpstreamClient, type UpstreamClient } from '../../../src/upstream/client/client.ts';
import { type RawUpstream, startRawUpstream } from '../../support/raw-upstream.ts';

let upstream: RawUpstream;
let client: UpstreamClient;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  answer = good;
  upstream = await startRawUpstream((request, response) => answer(request, response));
  client = createUpstreamClient({ url: upstream.url, connections: 1 });
});
afterEach(async () => {
  await client.close();
  await upstream.close();
});

const json = { 'content-type': 'application/json' };
const good = (_request: unknown, response: ServerResponse) => response.writeHead(200, json).end('{"status":"OK"}');

function send(path: string, signal = AbortSignal.timeout(5_000)) {
  return client.send({ kind: 'read', method: 'GET', path, signal });
}

test('a call whose socket breaks before the response fails as sent', async () => {
  answer = (request) => request.socket.destroy();
  await expect(send('/a')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', wasSent: true });
});

test('a call that failed by its status, its encoding or its JSON fails as sent', async () => {
  answer = (_, response) => response.writeHead(503).end();
  await expect(send('/a')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', wasSent: true });
  answer = (_, response) => response.writeHead(429).end();
  await expect(send('/a')).rejects.toMatchObject({ code: 'RATE_LIMITED', wasSent: true });
  answer = (_, response) => response.writeHead(200, json).end('{');
  await expect(send('/a')).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', wasSent: true });
  answer = (_, response) => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end('{}');
  await expect(send('/a')).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', wasSent: true });
});

test('a call whose connection is refused fails as not sent', async () => {
  await upstream.close();
  await expect(send('/a')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', wasSent: false });
});

test('a call whose path is not safe fails as not sent', async () => {
  await expect(send('/a/../b')).rejects.toMatchObject({ code: 'BAD_USER_INPUT', wasSent: false });
});

test('a call that waits for a socket ends with its operation, and is not sent when a socket is free', async () => {
  const waiting = Promise.withResolvers<ServerResponse>();
  answer = (_, response) => waiting.resolve(response);
  const first = send('/first');
  const response = await waiting.promise;
  const operation = new AbortController();
  const second = send('/second', operation.signal);
  operation.abort();
  await expect(second).rejects.toBeInstanceOf(ClientGone);
  await expect(second).rejects.toMatchObject({ wasSent: false });
  answer = good;
  good(undefined, response);
  await first;
  await send('/third');
  expect(upstream.requests).toEqual(['GET /first', 'GET /third']);
});

test('a call that was sent ends with its operation, and its socket is closed', async () => {
  const waiting = Promise.withResolvers<void>();
  answer = (_, response) => {
    response.writeHead(200, json).write('{');
    waiting.resolve();
  };
  const operation = new AbortController();
  const sent = send('/a', operation.signal);
  await waiting.promise;
  operation.abort();
  await expect(sent).rejects.toBeInstanceOf(ClientGone);
  await expect(sent).rejects.toMatchObject({ wasSent: true });
  await expect.poll(() => upstream.sockets.open).toBe(0);
});

test('an abort with a public error does not change that error, because all calls of the operation reject with it', async () => {
  const arrived = Promise.withResolvers<void>();
  answer = () => arrived.resolve();
  const operation = new AbortController();
  const sent = send('/a', operation.signal);
  await arrived.promise;
  const reason = new ClientGone('The client has left.');
  operation.abort(reason);
  await expect(sent).rejects.toBe(reason);
  expect(reason.wasSent).toBe(false);
});

test('a call that waits for a socket ends with its time-out, and is not sent when a socket is free', async () => {
  const waiting = Promise.withResolvers<ServerResponse>();
  answer = (_, response) => waiting.resolve(response);
  const first = send('/first');
  const response = await waiting.promise;
  const second = client.send({ kind: 'read', method: 'GET', path: '/second', signal: AbortSignal.timeout(5_000) }, 20);
  await expect(second).rejects.toBeInstanceOf(UpstreamTimeout);
  await expect(second).rejects.toMatchObject({ wasSent: false });
  answer = good;
  good(undefined, response);
  await first;
  await send('/third');
  expect(upstream.requests).toEqual(['GET /first', 'GET /third']);
});

test('a call that was sent ends with its time-out while its operation continues, and its socket is closed', async () => {
  answer = (_, response) => void response.writeHead(200, json).write('{');
  const { signal } = new AbortController();
  await expect(client.send({ kind: 'read', method: 'GET', path: '/a', signal }, 100)).rejects.toMatchObject({
    extensions: { code: 'UPSTREAM_TIMEOUT' },
    cause: { name: 'TimeoutError' },
    wasSent: true,
  });
  expect(signal.aborted).toBe(false);
  await expect.poll(() => upstream.sockets.open).toBe(0);
});

test('an informational response is not taken for the response of the call', async () => {
  answer = (request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload', ...json, 'content-encoding': 'br' });
    good(request, response);
  };
  expect(await send('/a')).toMatchObject({ json: { status: 'OK' } });
});

test('an error that the head of a response means is kept, also when its body breaks off', async () => {
  answer = (_, response) => {
    response.writeHead(404, { ...json, 'content-length': 1_000 }).write('{');
    setTimeout(() => response.destroy(), 20);
  };
  await expect(send('/a')).rejects.toBeInstanceOf(NotFound);
});

test('a body that arrives in many chunks is joined in their order', async () => {
  const text = JSON.stringify({ rows: Array.from({ length: 2_000 }, (_, n) => `row ${n}`) });
  answer = (_, response) => {
    response.writeHead(200, json);
    for (let at = 0; at < text.length; at += 1_000) response.write(text.slice(at, at + 1_000));
    response.end();
  };
  const { bytes, json: parsed } = await send('/a');
  expect(bytes.toString()).toBe(text);
  expect(parsed).toEqual(JSON.parse(text));
});

test.each([
  ['small', 1_000],
  ['small only while it is compressed', 1_000_000],
])('a compressed body that is %s is read', async (_, length) => {
  const text = JSON.stringify({ pad: 'x'.repeat(length) });
  answer = (_, response) => response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(text));
  expect((await send('/a')).bytes.toString()).toBe(text);
});
