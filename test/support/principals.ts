import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import type { Caller } from '../../src/auth/caller.ts';
import { readConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/crypto/secret.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { createUpstreamClient } from '../../src/upstream/client/client.ts';
import { createServiceCredential } from '../../src/upstream/credential/service-credential.ts';
import { scopes } from '../../src/upstream/wire/index.ts';
import { accelerators } from './config.ts';
import { type Answer, toAnswer } from './gateway.ts';

/** One of those who ask the same gateway. */
export type Principal = {
  caller: Caller;
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
};

export type Principals = {
  emulator: Emulator;
  /** Knows a principal by their subject, as `x-principal`. */
  gateway: Gateway;
  /**
   * Somebody of the organization that a client of the emulator belongs to. The credential is that client's, so that
   * what `who` says less than it can do, the gateway alone refuses.
   */
  principal(client?: keyof Emulator['clients'], who?: Partial<Caller>): Principal;
  close(): Promise<void>;
};

/** One gateway with as many callers as a test wants, over real sockets to the emulator. */
export async function startPrincipals(
  options: EmulatorOptions,
  stores: Pick<GatewayOptions, 'scrollSessionStore' | 'idempotencyStore'> = {},
  env: Record<string, string> = {},
): Promise<Principals> {
  const emulator = await startEmulator(options);
  const client = createUpstreamClient({ url: emulator.url });
  const callers = new Map<string, Caller>();
  const gateway = createGateway({
    // Patient, for machines that do much else.
    config: readConfig({ ...accelerators, UPSTREAM_URL: emulator.url, OPERATION_DEADLINE_MS: '30000', ...env }),
    client,
    authenticate: async (headers) => {
      const caller = callers.get(headers.get('x-principal') ?? '');
      if (caller === undefined) throw new Error('This test has no such principal.');
      return caller;
    },
    log: createLog('silent'),
    ...stores,
  });
  return {
    emulator,
    gateway,
    principal(name = 'manager', who = {}) {
      const { organizationId, clientKey, clientSecret } = emulator.clients[name];
      const id = `principal-${callers.size}`;
      const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
      const caller = { organizationId, subject: id, scopes, credential, ...who };
      callers.set(id, caller);
      return {
        caller,
        async ask(query, variables, headers) {
          const response = await gateway.fetch('http://gateway/graphql', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-principal': id, ...headers },
            body: JSON.stringify({ query, variables }),
          });
          return toAnswer(response);
        },
      };
    },
    async close() {
      await gateway.close();
      await client.close();
      await emulator.close();
    },
  };
}
