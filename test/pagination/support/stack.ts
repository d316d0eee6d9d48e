import { randomBytes } from 'node:crypto';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../emulator/emulator.ts';
import { createAead } from '../../../src/crypto/aead.ts';
import { type CursorCipher, createCursorCipher } from '../../../src/crypto/cursor-cipher.ts';
import { createLocalScrollSessionStore } from '../../../src/upstream/pagination/session-store.ts';
import { type Answer, startGateway, toAnswer } from '../../support/gateway.ts';
import { createLosableStore, type LosableStore } from './losable-store.ts';

/** Several gateways over one emulator, as replicas: they share the keys of their cursors. */
export type Stack = {
  emulator: Emulator;
  replicas: readonly Replica[];
  /** Drops all scroll sessions. */
  loseStores(): Promise<void>;
  /** Calls to the list of contacts since the log was last cleared. */
  listCalls(): number;
  close(): Promise<void>;
};

export type Replica = {
  store: LosableStore;
  query(query: string, variables: Record<string, unknown>, signal?: AbortSignal): Promise<Answer>;
};

export type StackOptions = {
  emulator?: EmulatorOptions;
  replicas?: number;
  /** Creates the store of each replica; by default all replicas share one. */
  storeOf?: () => LosableStore;
  env?: Record<string, string>;
  /** The cursor cipher of each replica; by default all replicas share one. */
  ciphers?: readonly CursorCipher[];
};

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { replicas: count = 1, ciphers = [], env = {} } = options;
  const emulator = await startEmulator({ contacts: 0, secondContacts: 50, edgeCases: false, ...options.emulator });
  const cipher = createCursorCipher(createAead([randomBytes(32)], 'cursor'));
  const common = newLocalStore();
  const stacks = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const store = options.storeOf?.() ?? common;
      const gateway = await startGateway({
        env: { OPERATION_DEADLINE_MS: '10000', ...env },
        shared: { emulator, cursorCipher: ciphers[index] ?? cipher, scrollSessionStore: store },
      });
      return { gateway, store };
    }),
  );
  const replicas = stacks.map(({ gateway: { gateway, logged }, store }) => ({
    store,
    async query(query: string, variables: Record<string, unknown>, signal?: AbortSignal) {
      logged.length = 0; // A long run would use much memory for its lines.
      const response = await gateway.fetch('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
        ...(signal && { signal }),
      });
      return toAnswer(response);
    },
  }));
  return {
    emulator,
    replicas,
    async loseStores() {
      for (const { store } of replicas) await store.lose();
    },
    listCalls: () => emulator.control.counts().contacts,
    async close() {
      for (const { gateway, store } of stacks) {
        await gateway.close();
        await store.close();
      }
      await emulator.close();
    },
  };
}

export function newLocalStore(): LosableStore {
  return createLosableStore(() => createLocalScrollSessionStore(64 * 1024 * 1024));
}
