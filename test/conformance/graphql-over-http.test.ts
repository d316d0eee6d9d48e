import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticateAsFixedCaller } from '../../src/auth/authenticate.ts';
import { Secret } from '../../src/crypto/secret.ts';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { createUpstreamClient } from '../../src/upstream/client/client.ts';
import { createForwardedCredential } from '../../src/upstream/credential/forwarded-credential.ts';
import { buildGateway } from '../support/build-gateway.ts';

/** No audit needs an upstream: nothing listens here. */
const client = createUpstreamClient({ url: 'http://127.0.0.1:1' });

const gateway = buildGateway({
  client,
  authenticate: authenticateAsFixedCaller({
    organizationId: 'audited',
    subject: 'test',
    scopes: [],
    credential: createForwardedCredential({ token: new Secret('audited'), id: 'audited', expiresAt: undefined }),
  }),
});

afterAll(() => client.close());

/** A page of another site cannot send this header, so the gateway asks for it where a form or an image could send the rest. */
const preflight = { 'graphql-require-preflight': '1' };

describe.each([
  ['the Yoga path', gateway],
  ['the fast path', createFastPath(gateway)],
])('GraphQL over HTTP, audited by graphql-http, on %s', (_, listener) => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await startHttpServer(listener, '127.0.0.1', 0);
  });
  afterAll(() => server.stop(0));

  const audits = serverAudits({
    url: () => `${server.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...preflight } }),
  });

  test('graphql-http has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  test.each(audits)('$id: $name', async ({ fn }) => {
    const result = await fn();
    const reason = 'reason' in result ? result.reason : undefined;
    expect({ status: result.status, reason }).toEqual({ status: 'ok', reason: undefined });
  });

  test('a GET without the header against CSRF is refused', async () => {
    const get = (headers: HeadersInit) => fetch(`${server.url}/graphql?query={__typename}`, { headers });

    const withoutHeader = await get({ accept: 'application/json' });
    expect(withoutHeader.status).toBe(403);
    expect(await withoutHeader.json()).not.toHaveProperty('data');

    const withHeader = await get({ accept: 'application/json', ...preflight });
    expect(await withHeader.json()).toEqual({ data: { __typename: 'Query' } });
  });
});
