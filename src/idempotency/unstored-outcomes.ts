import { LRUCache } from 'lru-cache';
import { idempotencyRecordMs } from './store.ts';

/** What became of a write, until the server has confirmed that it stores it. */
export type Outcome = {
  /** The encrypted record that answers a repeated request; undefined when nothing was written, and the key is to be freed. */
  readonly record: Buffer | undefined;
  /** Sends the outcome. Sending it twice has the same effect as once. @param lifeMs the rest of its 24 hours */
  send(lifeMs: number): Promise<'done' | undefined>;
};

/** The outcomes that the server has not confirmed. They are sent again until it does, or until their 24 hours are over. */
export type UnstoredOutcomes = {
  /** Sends an outcome. Resolves after the first attempt, whether it succeeds or not. */
  store(key: string, outcome: Outcome): Promise<void>;
  /** Returns the outcome of a key that the server has not confirmed. */
  find(key: string): Outcome | undefined;
  /** Sends one outcome again; false if the server does not confirm it. */
  send(key: string): Promise<boolean>;
  /** Sends all outcomes once more. Those that the server does not confirm are given up. */
  close(): Promise<void>;
};

/** The options of `createUnstoredOutcomes`. */
export type UnstoredOutcomesOptions = {
  /** The maximum number of outcomes, and their bytes. Beyond either the oldest are given up. */
  max?: number;
  maxBytes?: number;
  /** The first pause between two attempts, in ms. It doubles with each failed attempt up to `maxRetryMs`. */
  retryMs?: number;
  maxRetryMs?: number;
  /** Called with the number of outcomes that are given up. */
  onGivenUp?: (count: number) => void;
};

/** Memory of an outcome in addition to its record, in bytes. */
const outcomeBytes = 600;

/** Creates the outcomes in the memory of this process. */
export function createUnstoredOutcomes({
  max = 10_000,
  maxBytes = 8 * 2 ** 20,
  retryMs = 100,
  maxRetryMs = 1_000,
  onGivenUp = () => undefined,
}: UnstoredOutcomesOptions = {}): UnstoredOutcomes {
  const outcomes = new LRUCache<string, Outcome>({
    ...{ max, maxSize: maxBytes, ttl: idempotencyRecordMs },
    sizeCalculation: ({ record }) => outcomeBytes + (record?.length ?? 0),
    dispose(_outcome, _key, reason) {
      if (reason === 'evict') onGivenUp(1);
    },
  });
  let pauseMs = retryMs;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function send(key: string): Promise<boolean> {
    const outcome = outcomes.peek(key);
    if (outcome === undefined) return true;
    if ((await outcome.send(outcomes.getRemainingTTL(key))) === undefined) return false;
    // The key may have been freed and used again meanwhile.
    if (outcomes.peek(key) === outcome) outcomes.delete(key);
    return true;
  }

  /** Sends the oldest first, and stops at the first failure, because the server is down for the others as well. */
  async function sendAll(): Promise<boolean> {
    outcomes.purgeStale();
    for (const key of [...outcomes.rkeys()]) if (!(await send(key))) return false;
    return true;
  }

  function retryLater(): void {
    if (isClosed) return;
    retry ??= setTimeout(async () => {
      const isDone = await sendAll();
      retry = undefined;
      pauseMs = isDone ? retryMs : Math.min(2 * pauseMs, maxRetryMs);
      if (outcomes.size > 0) retryLater();
    }, pauseMs).unref();
  }

  return {
    async store(key, outcome) {
      outcomes.set(key, outcome);
      if (!(await send(key))) retryLater();
    },
    find: (key) => outcomes.peek(key),
    send,
    async close() {
      isClosed = true;
      clearTimeout(retry);
      await sendAll();
      if (outcomes.size > 0) onGivenUp(outcomes.size);
      outcomes.clear();
    },
  };
}
