import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from './build-gateway.ts';
import { postQuery } from './gateway.ts';
import { logIn } from './passthrough-gateway.ts';

// The stack of one test file whose tokens name no organization. Each test begins with a gateway that knows no token.

export let emulator: Emulator;
let client: UpstreamClient;
export let gateway: Gateway;
export let reasons: string[];
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50, secondContacts: 20 });
  client = createUpstreamClient({ url: emulator.url });
});
beforeEach(() => {
  emulator.control.reset();
  serve();
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

/** @param organizationId `ORGANIZATION_ID` */
export function serve(organizationId?: string): void {
  reasons = [];
  const onServiceUnavailable = (reason: string) => void reasons.push(reason);
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url, SWITCHED_OFF: 'cache,retry,rate-limit-gate' },
    client,
    authenticate: authenticateByPassthrough({ organizationId, onServiceUnavailable }),
  });
}

export const page = '{ contacts(first: 1) { nodes { organizationCid } } }';
export const query = (token: string, text: string, headers: Record<string, string> = {}) =>
  postQuery(gateway, text, undefined, { authorization: `Bearer ${token}`, ...headers });
export const routes = () => emulator.control.calls().map(({ route }) => route);
export const code = ({ errors }: Awaited<ReturnType<typeof query>>) => errors[0]?.extensions['code'];

export async function tokenOf(of: { clientKey: string; clientSecret: string }): Promise<string> {
  const token = await logIn(emulator, of);
  emulator.control.clearLog();
  return token;
}

export async function organizationOf(token: string, headers: Record<string, string> = {}) {
  const answer = await query(token, page, headers);
  return answer.data?.contacts?.nodes[0].organizationCid ?? code(answer);
}
