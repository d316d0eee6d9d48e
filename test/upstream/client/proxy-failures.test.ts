import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { createUpstreamClient } from '../../../src/upstream/client/client.ts';
import {
  clients,
  createClient,
  plain,
  proxy,
  secure,
  securePort,
  secureUrl,
  send,
  startProxy,
  withCredentials,
} from './support/proxied-client.ts';

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
    await startProxy();
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
