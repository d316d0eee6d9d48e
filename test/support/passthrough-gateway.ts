import { demo } from '../../emulator/demo.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { path } from '../../src/upstream/wire/index.ts';
import { openGateway } from './build-gateway.ts';
import { type Answer, postQuery } from './gateway.ts';

export type Passthrough = {
  gateway: Gateway;
  emulator: Emulator;
  client: UpstreamClient;
  /** Logs in at the upstream and returns its token. */
  logIn(client: { clientKey: string; clientSecret: string }): Promise<string>;
  query(authorization: string | undefined, text: string): Promise<Answer>;
  close(): Promise<void>;
};

/** The contact of the demo, and the scopes of the caller. */
export const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } viewer { scopes } }`;

/**
 * Starts an emulator and a gateway in passthrough mode, which forwards the tokens of its callers.
 *
 * @param options of the emulator; with `claims` its tokens name their organization and scopes
 */
export async function startPassthrough(options: EmulatorOptions = {}): Promise<Passthrough> {
  const emulator = await startEmulator({ contacts: 200, ...options });
  const client = createUpstreamClient({ url: emulator.url });
  const authenticate = authenticateByPassthrough();
  const gateway = await openGateway({ env: { UPSTREAM_URL: emulator.url }, client, authenticate });
  return {
    gateway,
    emulator,
    client,
    logIn: (client) => logIn(emulator, client),
    query: (authorization, text) => queryWithAuthorization(gateway, authorization, text),
    async close() {
      await gateway.close();
      await client.close();
      await emulator.close();
    },
  };
}

/** Logs in at the upstream as one of its clients, and returns the token. */
export async function logIn(
  { url }: Pick<Emulator, 'url'>,
  { clientKey, clientSecret }: { clientKey: string; clientSecret: string },
): Promise<string> {
  const response = await fetch(`${url}${path.login}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientKey, clientSecret }),
  });
  return ((await response.json()) as { token: string }).token;
}

/** Sends a query with an `Authorization` header, or without one. */
export function queryWithAuthorization(
  gateway: Pick<Gateway, 'fetch'>,
  authorization: string | undefined,
  text: string,
): Promise<Answer> {
  return postQuery(gateway, text, undefined, authorization === undefined ? {} : { authorization });
}
