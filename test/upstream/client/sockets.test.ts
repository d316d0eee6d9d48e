import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { UpstreamUnavailable } from '../../../src/errors.ts';
import {
  createUpstreamClient,
  type LiveUpstreamClient,
  type UpstreamClientOptions,
} from '../../../src/upstream/client/client.ts';
import { type RawUpstream, startRawUpstream } from '../../support/raw-upstream.ts';

let upstream: RawUpstream | undefined;
let client: LiveUpstreamClient | undefined;
afterEach(async () => {
  await client?.close();
  await upstream?.close();
  [client, upstream] = [undefined, undefined];
});

async function start(options: Partial<UpstreamClientOptions> = {}) {
  const raw = await startRawUpstream((_, response) => {
    response.setHeader('content-type', 'application/json').end('{}');
  });
  upstream = raw;
  const opened = createUpstreamClient({ url: raw.url, ...options });
  client = opened;
  const call = () => opened.send({ kind: 'read', method: 'GET', path: '/a', signal: new AbortController().signal });
  return { raw, opened, call };
}

test('sockets are opened in advance without a request, and the first calls use them', async () => {
  const { raw, opened, call } = await start();
  await opened.openSockets(4);
  await expect.poll(() => raw.sockets).toEqual({ opened: 4, open: 4 });
  expect(raw.requests).toEqual([]);
  await Promise.all([call(), call(), call(), call()]);
  expect([raw.sockets.opened, raw.requests.length]).toEqual([4, 4]);
  await wait(20); // The sockets must be free again.
  await Promise.all([call(), call(), call(), call(), call()]);
  expect(raw.sockets.opened).toBe(5);
});

test('the number of sockets that are opened in advance is at most the size of the pool', async () => {
  const { raw, opened, call } = await start({ connections: 2 });
  await opened.openSockets(10);
  await Promise.all([call(), call(), call()]);
  expect(raw.sockets.opened).toBe(2);
});

test('a socket that the upstream has closed is not used for a call', async () => {
  const { raw, opened, call } = await start();
  await opened.openSockets(2);
  await expect.poll(() => raw.sockets.open).toBe(2);
  raw.closeSockets();
  await expect.poll(() => raw.sockets.open).toBe(0);
  await wait(20); // The client must have received the end of the socket.
  await call();
  expect(raw.sockets).toEqual({ opened: 3, open: 1 });
});

test('opening sockets to an upstream that is down does not fail, and the call does', async () => {
  const { raw, opened, call } = await start();
  await raw.close();
  upstream = undefined;
  await opened.openSockets(2);
  await expect(call()).rejects.toBeInstanceOf(UpstreamUnavailable);
});

test('closing the client closes the sockets that were opened in advance and not used', async () => {
  const { raw, opened } = await start();
  await opened.openSockets(3);
  await expect.poll(() => raw.sockets.open).toBe(3);
  await opened.close();
  await expect.poll(() => raw.sockets.open).toBe(0);
});
