import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import type { Caller } from '../../src/auth/caller.ts';
import { Secret } from '../../src/crypto/secret.ts';
import type { Gateway, GatewayOptions } from '../../src/gateway.ts';
import { createUpstreamClient } from '../../src/upstream/client/client.ts';
import { createServiceCredential } from '../../src/upstream/credential/service-credential.ts';
import { scopes } from '../../src/upstream/wire/index.ts';
import { openGateway } from './build-gateway.ts';
import { type Answer, postQuery } from './gateway.ts';

/** One of the callers of a gateway. */
export type Principal = {
  caller: Caller;
  query(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
};

export type Principals = {
  emulator: Emulator;
  /** Authenticates a request by the subject in its header `x-principal`. */
  gateway: Gateway;
  /**
   * Adds a caller of the organization to which a client of the emulator belongs. The credential is that client's: when
   * `who` has fewer scopes than the client, only the gateway can be what refuses.
   */
  principal(client?: keyof Emulator['clients'], overrides?: Partial<Caller>): Principal;
  close(): Promise<void>;
};

/** Starts one gateway to which a test can add callers, over real sockets to the emulator. */
export async function startPrincipals(
  options: EmulatorOptions,
  stores: Pick<GatewayOptions, 'scrollSessionStore' | 'idempotencyStore' | 'callBudget'> = {},
  env: Record<string, string> = {},
): Promise<Principals> {
  const emulator = await startEmulator(options);
  const client = createUpstreamClient({ url: emulator.url });
  const callers = new Map<string, Caller>();
  const gateway = await openGateway({
    // The deadline is long because a busy machine runs several test files at once.
    env: { UPSTREAM_URL: emulator.url, OPERATION_DEADLINE_MS: '30000', ...env },
    client,
    authenticate: async (headers) => {
      const caller = callers.get(headers.get('x-principal') ?? '');
      if (caller === undefined) throw new Error('This test has no such principal.');
      return caller;
    },
    ...stores,
  });
  return {
    emulator,
    gateway,
    principal(name = 'manager', overrides = {}) {
      const { organizationId, clientKey, clientSecret } = emulator.clients[name];
      const id = `principal-${callers.size}`;
      const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
      const caller = { organizationId, subject: id, scopes, credential, ...overrides };
      callers.set(id, caller);
      return {
        caller,
        query: (query, variables, headers) => postQuery(gateway, query, variables, { 'x-principal': id, ...headers }),
      };
    },
    async close() {
      await gateway.close();
      await client.close();
      await emulator.close();
    },
  };
}
