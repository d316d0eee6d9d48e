// The hosts that are called without the company's HTTP proxy: NO_PROXY.
import { describe, expect, test } from 'vitest';
import { createClient, plain, proxy, securePort, send } from './support/proxied-client.ts';

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
