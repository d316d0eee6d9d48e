// An upstream below a path of its host: each call has the path once, whatever its spelling, and no id leaves it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createUpstreamClient } from '../../src/upstream/client/client.ts';
import { type RawUpstream, startRawUpstream } from '../support/raw-upstream.ts';

let raw: RawUpstream;
beforeAll(async () => {
  raw = await startRawUpstream((_, response) => {
    response.setHeader('content-type', 'application/json').end('{}');
  });
});
afterAll(() => raw.close());

test.each([
  ['', ''],
  ['/', ''],
  ['/prefix', '/prefix'],
  ['/prefix/', '/prefix'],
  ['/a/v1.2/c/', '/a/v1.2/c'],
])('the base path %j precedes the path of each call as %j', async (suffix, prefix) => {
  const { upstreamUrl = '' } = readConfig({ UPSTREAM_URL: raw.url + suffix });
  const client = createUpstreamClient({ url: upstreamUrl });
  const { signal } = new AbortController();
  const read = { kind: 'read', method: 'GET', signal } as const;
  await client.send({ ...read, path: '/v2/customers/1' });
  expect(raw.requests.at(-1)).toBe(`GET ${prefix}/v2/customers/1`);
  const count = raw.requests.length;
  for (const path of ['/v2/../1', '/v2/%2e%2e', '//host', '/v2/.']) {
    await expect(client.send({ ...read, path })).rejects.toThrow();
  }
  expect(raw.requests).toHaveLength(count);
  await client.close();
});
