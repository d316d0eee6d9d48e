// The address of the upstream changes while the gateway runs: sockets to the old one must not be used for good.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUpstreamClient } from '../../../src/upstream/client/client.ts';

const servers: Server[] = [];
let port = 0;

/** Starts an upstream whose responses name the address that it listens on. */
async function listen(address: string): Promise<void> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ address }));
  });
  servers.push(server);
  server.listen(port, address);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  await listen('127.0.0.1');
  await listen('127.0.0.2');
});
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

test('an upstream that moves to another address is found after the life of a socket, while the old address still answers', async () => {
  let address = '127.0.0.1';
  const client = createUpstreamClient({
    url: `http://upstream.test:${port}`,
    socketTtlMs: 200,
    lookup: (_, options, callback) => {
      if (options.all === true) callback(null, [{ address, family: 4 }]);
      else callback(null, address, 4);
    },
  });
  const call = async () => {
    const { signal } = new AbortController();
    return (await client.send({ kind: 'read', method: 'GET', path: '/a', signal })).json;
  };
  expect(await call()).toEqual({ address: '127.0.0.1' });
  address = '127.0.0.2';
  // The calls never pause, so that no socket is closed because it is idle.
  await expect.poll(call, { interval: 10, timeout: 5_000 }).toEqual({ address: '127.0.0.2' });
  await client.close();
});

test('a request that is pending while the sockets are replaced gets its response, and one that comes later another socket', async () => {
  const ports = new Set<number | undefined>();
  const server = createServer(async ({ url, socket }, response) => {
    ports.add(socket.remotePort);
    if (url === '/slow') await sleep(1_000);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ url }));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  const client = createUpstreamClient({ url: `http://127.0.0.1:${own}`, socketTtlMs: 50, connections: 1 });
  const call = async (path: string) => {
    const { signal } = new AbortController();
    return (await client.send({ kind: 'read', method: 'GET', path, signal })).json;
  };
  const order: unknown[] = [];
  const record = async (path: string) => order.push(await call(path));
  const slow = record('/slow');
  await expect.poll(() => ports.size).toBe(1);
  await sleep(60);
  const queued = record('/queued'); // The first request after the time has the sockets replaced; it is still on the old ones.
  await sleep(100);
  await record('/next');
  await Promise.all([slow, queued]);
  expect(order).toEqual([{ url: '/next' }, { url: '/slow' }, { url: '/queued' }]);
  expect(ports.size).toBe(2);
  await client.close();
});
