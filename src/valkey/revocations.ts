import { parseDone, type Valkey } from './connection.ts';
import { subscribeToValkey } from './subscription.ts';

/** The connections and times of the shared revocations. */
export type ValkeyRevocationsOptions = {
  valkey: Valkey;
  /** The address of the same server, for the subscription. */
  address: string;
  onRevoked: (hash: string) => void;
  /** Called just before messages are received, first or again: earlier ones may have been missed. */
  onListening: () => void;
  /** Called with the reason once for each outage of the subscription. */
  onOutage: (reason: string) => void;
  onRecovery?: () => void;
  beatMs?: number;
  retryMs?: number;
  /** The maximum number of revocations that wait for the server; beyond it the oldest is given up. */
  maxUnsent?: number;
};

/** Keys begin with the version of the stored format. They end with the hash of a token, and expire with it. */
const prefix = 'contactgraph:revoked:1:';
const channel = 'contactgraph:revoke:1';

/** The shortest and the longest time for which a revocation is stored, in ms: clocks differ, and a claim may be any number. */
const minStoredMs = 2 * 60_000;
const maxStoredMs = 366 * 24 * 60 * 60_000;

/** Arguments: ms to live, the channel, the message for all replicas. */
const recordScript = `
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 'done'`;

const findScript = `return redis.call('EXISTS', KEYS[1])`;

/** Stores revoked tokens in Valkey until they expire, and tells all replicas at once. */
export function createValkeyRevocations({
  valkey,
  address,
  onRevoked,
  onListening,
  onOutage,
  onRecovery,
  beatMs = 1_000,
  retryMs = 1_000,
  maxUnsent = 10_000,
}: ValkeyRevocationsOptions) {
  /** Revocations that the server has not confirmed, with the time until which they are stored. */
  const unsent = new Map<string, number>();
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const subscription = subscribeToValkey({
    ...{ address, channel, onMessage: onRevoked, onUp: onListening, onOutage, onRecovery, beatMs },
  });

  async function send(hash: string, expiresAtMs: number): Promise<boolean> {
    const storedMs = Math.min(maxStoredMs, Math.max(minStoredMs, Math.ceil(expiresAtMs - Date.now()) + minStoredMs));
    const done = await valkey.run(recordScript, prefix + hash, [storedMs, channel, hash], parseDone);
    if (done === undefined) return false;
    return unsent.delete(hash);
  }

  function retryLater(): void {
    if (isClosed) return;
    retry ??= setTimeout(async () => {
      for (const [hash, expiresAtMs] of unsent) if (!(await send(hash, expiresAtMs))) break;
      retry = undefined;
      if (unsent.size > 0) retryLater();
    }, retryMs).unref();
  }

  return {
    async record(hash: string, expiresAtMs: number): Promise<void> {
      unsent.set(hash, expiresAtMs);
      const [oldest] = unsent.keys();
      if (unsent.size > maxUnsent && oldest !== undefined) unsent.delete(oldest);
      if (!(await send(hash, expiresAtMs))) retryLater();
    },
    find: (hash: string): Promise<boolean | undefined> => valkey.run(findScript, prefix + hash, [], parseExists),
    isListening: subscription.isUp,
    close(): void {
      isClosed = true;
      clearTimeout(retry);
      subscription.close();
      valkey.close();
    },
  };
}

function parseExists(reply: unknown): boolean {
  if (reply !== 0 && reply !== 1) throw new Error('The server did not say whether a key exists.');
  return reply === 1;
}
