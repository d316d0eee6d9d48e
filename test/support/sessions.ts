import { randomBytes } from 'node:crypto';
import { demo, second } from '../../emulator/demo.ts';
import type { Emulator } from '../../emulator/emulator.ts';
import { createCustomerSessions } from '../../src/auth/session.ts';
import { createAead } from '../../src/crypto/aead.ts';
import { path } from '../../src/upstream/wire/index.ts';
import { type Answer, startGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';
import { userErrors } from './write-gateway.ts';

/** Options for an operation without customer sessions. */
export const noSessions = {
  customerSessions: createCustomerSessions({
    aead: createAead([randomBytes(32)], 'session'),
    ttlMs: 1,
    maxMs: 1,
    organizationIds: [],
    findCredential: () => undefined,
  }),
  sessionAttempts: { count: async () => async () => undefined },
  sessionMayDelete: false,
};

/** A username with its password, of the contact of the demo. */
export const demoCredentials = { username: 'YYYYYZZZXXX1', password: demo.contactPassword };

export const sessionKey = () => randomBytes(32).toString('base64');

/** The environment of a gateway that is not in demo mode, so that a request without a token is anonymous. */
export const customerSessionEnvironment = (key = sessionKey()) => ({
  UPSTREAM_URL: 'http://127.0.0.1:1',
  UPSTREAM_CLIENT_KEY: demo.clientKey,
  UPSTREAM_CLIENT_SECRET: demo.clientSecret,
  ORGANIZATION_ID: demo.organizationId,
  ORGANIZATIONS_FILE: new URL('../../examples/organizations.json', import.meta.url).pathname,
  SESSION_KEYS: key,
});

export type QueryFunction = (
  query: string,
  variables?: Record<string, unknown>,
  headers?: Record<string, string>,
) => Promise<Answer>;

export type Sessions = TestGateway & {
  /** Issues a customer token at the upstream, as a backend would. */
  tokenFor(cid: string, hits?: number): Promise<string>;
  startSession(input: object, selection?: string, headers?: Record<string, string>): Promise<Answer>;
  /** Starts a customer session of the contact, and returns a function that sends queries with it. */
  queryAsContact(cid: string): Promise<QueryFunction & { session: string }>;
  withSession(session: string): QueryFunction;
};

export const sessionFields = `session expiresAt renewableUntil ${userErrors}`;

/** Starts a gateway with customer sessions that is logged in. Calls for sessions are removed from the log of the emulator. */
export async function startSessions(options: TestGatewayOptions = {}): Promise<Sessions> {
  const emulator = { contacts: 200, redeemLimit: { count: 100_000, seconds: 1 }, ...options.emulator };
  const env = { OPERATION_DEADLINE_MS: '20000', ...options.env };
  const stack = await startGateway({ ...options, emulator, env });
  const control = stack.emulator.control;
  const withSession = (session: string): QueryFunction => {
    return (query, variables, headers) =>
      stack.query(query, variables, { authorization: `Bearer ${session}`, ...headers });
  };
  const startSession: Sessions['startSession'] = (input, selection = sessionFields, headers = {}) =>
    stack.query(
      `mutation ($input: StartContactSessionInput!) { startContactSession(input: $input) { ${selection} } }`,
      { input },
      headers,
    );
  const tokenFor: Sessions['tokenFor'] = async (cid, hits = 1) => {
    const token = await issueToken(stack.emulator, cid, hits);
    control.clearLog();
    return token;
  };
  await stack.query('{ contacts(first: 1) { nodes { cid } } }', {}, { authorization: 'Bearer token' }); // logs in
  control.clearLog();
  return {
    ...stack,
    withSession,
    startSession,
    tokenFor,
    async queryAsContact(cid) {
      const organizationId = stack.emulator.find(cid)?.organizationCid;
      const { data, text } = await startSession({ token: await tokenFor(cid), organizationId });
      if (data?.startContactSession?.session == null) throw new Error(`No session: ${text}`);
      control.clearLog();
      const { session } = data.startContactSession;
      return Object.assign(withSession(session), { session });
    },
  };
}

/** Issues a customer token at the upstream that can be redeemed so many times. */
export async function issueToken({ url, find }: Emulator, cid: string, hits: number): Promise<string> {
  const { clientKey, clientSecret } = find(cid)?.organizationCid === second.organizationId ? second : demo;
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ clientKey, clientSecret });
  const { token: bearer } = await readToken(await fetch(url + path.login, { method: 'POST', headers, body }));
  const address = `${url}${path.issueToken(cid)}?expiration=3600&hits=${hits}`;
  return (await readToken(await fetch(address, { headers: { authorization: `Bearer ${bearer}` } }))).token;
}

async function readToken(response: Response): Promise<{ token: string }> {
  return (await response.json()) as { token: string };
}
