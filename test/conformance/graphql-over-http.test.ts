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

const authenticate = authenticateAsFixedCaller({
  organizationId: 'audited',
  subject: 'test',
  scopes: [],
  credential: createForwardedCredential({ token: new Secret('audited'), id: 'audited', expiresAt: undefined }),
});
const createAudited = (env: Record<string, string>) => buildGateway({ env, client, authenticate });
const development = createAudited({});
const production = createAudited({ NODE_ENV: 'production' });
const productionWithSchema = createAudited({ NODE_ENV: 'production', PUBLIC_SCHEMA: 'true' });
const plain = createAudited({ NODE_ENV: 'production', ACCELERATORS: 'none' });

/** These four audits send variables with an introspection query, which production refuses unless the schema is public. */
const introspecting = ['2EA1', '28B9', 'D6D5', '6A70'];

afterAll(() => client.close());

/** A page of another site cannot send this header, so the gateway asks for it where a form or an image could send the rest. */
const preflight = { 'graphql-require-preflight': '1' };

describe.each([
  ['the Yoga path in development', development.yogaPath, true],
  ['the fast path in development', createFastPath(development), true],
  ['the Yoga path in production', production.yogaPath, false],
  ['the fast path in production', createFastPath(production), false],
  ['the Yoga path in production with a public schema', productionWithSchema.yogaPath, true],
  ['the fast path in production with a public schema', createFastPath(productionWithSchema), true],
  ['a gateway without accelerators in production', plain.listener, false],
] as const)('GraphQL over HTTP, audited by graphql-http, on %s', (_, listener, isSchemaPublic) => {
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

  test.each(audits)('$id: $name', async ({ id, fn }) => {
    const result = await fn();
    if (introspecting.includes(id) && !isSchemaPublic) {
      expect(result.status).not.toBe('ok');
      return;
    }
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
