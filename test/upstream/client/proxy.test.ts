// A company's HTTP proxy between the gateway and the hosts that it calls: HTTPS_PROXY and HTTP_PROXY.
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { createUpstreamClient } from '../../../src/upstream/client/client.ts';
import { startHttpProxy } from '../../support/http-proxy.ts';
import {
  clients,
  createClient,
  good,
  plain,
  proxy,
  secure,
  securePort,
  secureUrl,
  send,
  withCredentials,
} from './support/proxied-client.ts';

describe('the calls to an https upstream', () => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])(
    'https calls go through a tunnel of the proxy in %s, which calls in succession share',
    async (name) => {
      const client = createClient(secureUrl(), { [name]: proxy.url });
      for (const kind of ['read', 'write', 'read', 'write'] as const) expect(await send(client, kind)).toBe('answered');
      // As without a proxy, a call that follows at once finds the first socket still busy.
      expect(proxy.requests.length).toBeLessThanOrEqual(2);
      expect(new Set(proxy.requests)).toEqual(new Set([`CONNECT 127.0.0.1:${securePort}`]));
      expect([new Set(proxy.credentials), secure.requests]).toEqual([new Set([undefined]), 4]);
    },
  );

  test('https calls go through a tunnel of a proxy that itself is reached by https', async () => {
    const encrypted = await startHttpProxy(good);
    expect(await send(createClient(secureUrl(), { HTTPS_PROXY: encrypted.url }))).toBe('answered');
    expect(encrypted.requests).toEqual([`CONNECT 127.0.0.1:${securePort}`]);
    await encrypted.close();
  });

  test('https calls prefer the proxy of https addresses and a name in lower case', async () => {
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1', https_proxy: proxy.url };
    expect(await send(createClient(secureUrl(), env))).toBe('answered');
    expect(proxy.requests).toHaveLength(1);
  });

  test('calls use no proxy if none is set, and sockets are opened before the first call only then', async () => {
    const direct = createClient(secureUrl(), { NO_PROXY: 'other.example', HTTPS_PROXY: ' ' });
    const opened: unknown[] = [];
    secure.on('secureConnection', (socket) => opened.push(socket));
    await direct.openSockets(2);
    await expect.poll(() => opened.length).toBe(2);
    await createClient(secureUrl(), { HTTPS_PROXY: proxy.url }).openSockets(2);
    expect(await send(direct)).toBe('answered');
    expect([opened.length, proxy.requests]).toEqual([2, []]);
  });
});

describe('the calls to an http upstream', () => {
  test('http calls are forwarded by the proxy in HTTP_PROXY, without its credentials', async () => {
    const client = createClient(plain.url, { HTTP_PROXY: withCredentials('name:password') });
    expect(await send(client, 'write')).toBe('answered');
    expect(proxy.requests).toEqual([`POST ${plain.url}/a`]);
    expect([plain.requests, plain.bodies]).toEqual([['POST /a'], ['{"a":1}']]);
  });

  test('http calls do not use the proxy in HTTPS_PROXY', async () => {
    expect(await send(createClient(plain.url, { HTTPS_PROXY: proxy.url }))).toBe('answered');
    expect(proxy.requests).toEqual([]);
  });

  test('http calls share as many sockets to the proxy as the client may have to an upstream', async () => {
    const options = { url: plain.url, proxy: readConfig({ HTTP_PROXY: proxy.url }).proxy, connections: 2 };
    const client = createUpstreamClient(options);
    clients.push(client);
    proxy.answer('hold');
    const calls = Array.from({ length: 5 }, () => send(client, 'read', 500));
    await Promise.all(calls);
    expect(proxy.requests).toHaveLength(2);
  });
});

test.each([
  ['name:password', 'name:password'],
  ['name', 'name:'],
  ['na%40me:p%3Ass%2Fw%23rd%25', 'na@me:p:ss/w#rd%'],
  ['name:p%C3%A4ss', 'name:päss'],
])('the proxy gets the credentials %s of its address as %s, and the upstream gets none', async (text, decoded) => {
  const authorization = `Basic ${Buffer.from(decoded).toString('base64')}`;
  const env = { HTTPS_PROXY: withCredentials(text), HTTP_PROXY: withCredentials(text) };
  for (const url of [secureUrl(), plain.url]) expect(await send(createClient(url, env))).toBe('answered');
  expect(proxy.credentials).toEqual([authorization, authorization]);
});

test.each([
  ['no_proxy', '*', 1],
  ['http_proxy', 'http://127.0.0.1:1', 0],
  ['https_proxy', 'http://127.0.0.1:1', 1],
])('the variable %s is read from the configuration only, and not again by undici', async (name, value, proxied) => {
  process.env[name] = value;
  try {
    const isHttps = proxied === 1;
    expect(await send(createClient(isHttps ? secureUrl() : plain.url, { HTTPS_PROXY: proxy.url }))).toBe('answered');
    expect(proxy.requests).toHaveLength(proxied);
    if (name !== 'https_proxy') return;
    expect(await send(createClient(plain.url, { HTTP_PROXY: proxy.url }))).toBe('answered');
    expect(await send(createClient(secureUrl(), { HTTP_PROXY: proxy.url }))).toBe('answered');
  } finally {
    delete process.env[name];
  }
});
