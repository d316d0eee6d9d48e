// A company's HTTP proxy between the gateway and the hosts that it calls: HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { createUpstreamClient, type LiveUpstreamClient } from '../../../src/upstream/client/client.ts';
import { makeCertificates } from '../../faults/support/certificates.ts';
import { type HttpProxy, startHttpProxy } from '../../support/http-proxy.ts';
import { type RawUpstream, startRawUpstream } from '../../support/raw-upstream.ts';

const { authority, good } = makeCertificates();
setDefaultCACertificates([authority]);

let proxy: HttpProxy;
let plain: RawUpstream;
let secure: Server & { requests: number };
let securePort = 0;
const clients: LiveUpstreamClient[] = [];
beforeEach(async () => {
  proxy = await startHttpProxy();
  plain = await startRawUpstream((_, response) => response.setHeader('content-type', 'application/json').end('{}'));
  secure = Object.assign(createServer(good), { requests: 0 });
  secure.on('request', (request, response) => {
    secure.requests += 1;
    request.resume();
    response.setHeader('content-type', 'application/json').end('{}');
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  securePort = (secure.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await proxy.close();
  await plain.close();
  secure.close();
  secure.closeAllConnections();
});

function createClient(url: string, env: Record<string, string>): LiveUpstreamClient {
  const client = createUpstreamClient({ url, proxy: readConfig(env).proxy });
  clients.push(client);
  return client;
}

/** Sends a call, and returns the error of a failure. */
function send(client: LiveUpstreamClient, kind: 'read' | 'write' = 'read', timeoutMs?: number): Promise<unknown> {
  const { signal } = new AbortController();
  const call = kind === 'read' ? ({ method: 'GET' } as const) : ({ method: 'POST', body: { a: 1 } } as const);
  return client.send({ kind, ...call, path: '/a', signal }, timeoutMs).then(
    () => 'answered',
    (error: unknown) => error,
  );
}

const secureUrl = () => `https://127.0.0.1:${securePort}`;
const withCredentials = (text: string) => `http://${text}@127.0.0.1:${proxy.port}`;

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

describe('NO_PROXY', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['*', '127.0.0.1', true],
    ['other.example, 127.0.0.1', '127.0.0.1', true],
    ['other.example 127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1:PORT', '127.0.0.1', true],
    ['*:PORT', '127.0.0.1', true],
    ['127.0.0.1:1', '127.0.0.1', false],
    ['127.0.0.1:1,127.0.0.1:PORT', '127.0.0.1', true],
    ['27.0.0.1', '127.0.0.1', false],
    ['127.0.0.0/8', '127.0.0.1', false],
    ['localhost', '127.0.0.1', false],
    ['localhost', 'localhost', true],
    ['LOCALHOST.', 'localhost', true],
    ['', 'localhost', false],
    ['api.upstream.invalid', 'api.upstream.invalid', true],
    ['upstream.invalid', 'api.upstream.invalid', true],
    ['.upstream.invalid', 'api.upstream.invalid', true],
    ['*.upstream.invalid', 'api.upstream.invalid', true],
    ['*.upstream.invalid', 'upstream.invalid', false],
    ['.upstream.invalid', 'upstream.invalid', true],
    ['stream.invalid', 'api.upstream.invalid', false],
    ['.upstream.invalid:1', 'api.upstream.invalid', false],
  ])('with the value %j the host %s is called directly: %s', async (noProxy, host, isDirect) => {
    proxy.tunnelTo(securePort);
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const env = { HTTPS_PROXY: proxy.url, [name]: noProxy.replace('PORT', String(securePort)) };
      await send(createClient(`https://${host}:${securePort}`, env));
      expect(proxy.requests.length > 0).toBe(!isDirect);
      proxy.requests.length = 0;
    }
  });

  test('NO_PROXY is not extended by loopback addresses', async () => {
    await send(createClient(plain.url, { HTTP_PROXY: proxy.url }));
    expect(proxy.requests).toHaveLength(1);
  });
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

describe('a failure of the proxy is UPSTREAM_UNAVAILABLE', () => {
  const unavailable = { code: 'UPSTREAM_UNAVAILABLE', message: 'The upstream cannot be reached.' };
  const secrets = /127\.0\.0\.1|name|password/;

  test.each([400, 403, 404, 407, 500, 502, 503, 504])(
    'a proxy that refuses a tunnel with the status %i has sent nothing',
    async (status) => {
      const client = createClient(secureUrl(), { HTTPS_PROXY: withCredentials('name:password') });
      proxy.answer(status);
      for (const kind of ['read', 'write'] as const) {
        const error = await send(client, kind);
        expect(error).toMatchObject({ ...unavailable, wasSent: false });
        expect(error).toMatchObject({ cause: { message: `the proxy refused with status ${status}` } });
        expect(JSON.stringify((error as { extensions: object }).extensions)).not.toMatch(secrets);
      }
      expect(proxy.requests).toHaveLength(2);
      proxy.answer('pass');
      expect(await send(client)).toBe('answered');
      expect(secure.requests).toBe(1);
    },
  );

  test.each(['cut', 'cut after connect'] as const)(
    'a proxy that closes the connection while a tunnel is opened (%s) has sent nothing',
    async (mode) => {
      const client = createClient(secureUrl(), { HTTPS_PROXY: proxy.url });
      proxy.answer(mode);
      expect(await send(client, 'write')).toMatchObject({ ...unavailable, wasSent: false });
      expect(proxy.requests).toHaveLength(1);
      proxy.answer('pass');
      expect(await send(client, 'write')).toBe('answered');
      expect(secure.requests).toBe(1);
    },
  );

  test('a proxy that cannot be reached has sent nothing', async () => {
    await proxy.close();
    for (const url of [secureUrl(), plain.url]) {
      const error = await send(createClient(url, { HTTP_PROXY: proxy.url }), 'write');
      expect(error).toMatchObject({ ...unavailable, wasSent: false });
    }
    proxy = await startHttpProxy();
  });

  test('a proxy that answers CONNECT late has sent nothing, and later calls are answered', async () => {
    const client = createClient(secureUrl(), { HTTPS_PROXY: proxy.url });
    proxy.answer('hold');
    expect(await send(client, 'write', 100)).toMatchObject({ code: 'UPSTREAM_TIMEOUT', wasSent: false });
    proxy.answer('pass');
    expect(await send(client, 'write')).toBe('answered');
    expect(secure.requests).toBe(1);
  });

  test('a proxy that never answers CONNECT holds the one socket of a client no longer than the time-out of CONNECT', async () => {
    const { proxy: config } = readConfig({ HTTPS_PROXY: proxy.url });
    const client = createUpstreamClient({ url: secureUrl(), proxy: config, connections: 1 });
    clients.push(client);
    proxy.answer('hold');
    expect(await send(client, 'write')).toMatchObject({ ...unavailable, wasSent: false });
    proxy.answer('pass');
    expect(await send(client, 'write')).toBe('answered');
  }, 15_000);

  test('a proxy that refuses to forward a write because of its credentials has sent nothing', async () => {
    const client = createClient(plain.url, { HTTP_PROXY: withCredentials('name:password') });
    proxy.answer(407);
    expect(await send(client, 'write')).toMatchObject({ ...unavailable, wasSent: false });
    expect(plain.requests).toEqual([]);
    proxy.answer('pass');
    expect(await send(client, 'write')).toBe('answered');
  });

  test('the outcome of a write is unknown when the proxy answers with 502, as the upstream could have done', async () => {
    const client = createClient(plain.url, { HTTP_PROXY: proxy.url });
    proxy.answer(502);
    expect(await send(client, 'write')).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', wasSent: true });
  });

  test('a certificate of another host in the tunnel is UPSTREAM_UNAVAILABLE', async () => {
    proxy.tunnelTo(securePort);
    const client = createClient(`https://upstream.invalid:${securePort}`, { HTTPS_PROXY: proxy.url });
    expect(await send(client, 'write')).toMatchObject({ ...unavailable, wasSent: false });
    expect(secure.requests).toBe(0);
  });
});
