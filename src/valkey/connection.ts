import { Redis, type RedisOptions } from 'ioredis';

/** How long an answer may take, in ms: it saves a call to the upstream, which would hardly take longer. */
const answerMs = 250;

/** Of every connection. */
export const valkeyOptions = {
  commandTimeout: answerMs,
  connectTimeout: 2_000,
  disconnectTimeout: 100,
  // Nothing waits for a server that is not there; and what may have been done is never done again: a walk that is
  // saved a second time, later, would bring back a sid that has been used up in between.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (times) => Math.min(100 * times, 1_000),
  // A primary that has become a copy refuses to write: its name may lead to the new one by now.
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
} satisfies RedisOptions;

/** Runs scripts on a Valkey or Redis that may fail at any time; then there is no answer, soon, and no error. */
export type Valkey = {
  /** What `read` makes of the answer of a script over one key, texts as bytes; undefined when there is none, or `read` throws. */
  run<T>(
    script: string,
    key: string,
    args: readonly (string | number | Buffer)[],
    read: (answer: unknown) => T,
  ): Promise<T | undefined>;
  close(): void;
};

/**
 * @param address of the server, as a URL or the path of a socket
 * @param onOutage is told once why there are no answers; the next time after there has been one again
 */
export function connectValkey(address: string, onOutage: (reason: string) => void): Valkey {
  const redis = new Redis(address, valkeyOptions);
  let isOut = false;
  function fail(reason: string): undefined {
    if (!isOut) onOutage(reason);
    isOut = true;
  }
  redis.on('error', (error) => fail(reasonOf(error)));
  return {
    async run(script, key, args, read) {
      let answer: unknown;
      try {
        answer = await redis.callBuffer('EVAL', script, 1, key, ...args);
      } catch (error) {
        // Who is too slow is as good as gone: until it greets again, nothing more is sent, and nothing piles up.
        if (isTimeout(error) && redis.status === 'ready') redis.disconnect(true);
        return fail(reasonOf(error));
      }
      try {
        const understood = read(answer);
        isOut = false;
        return understood;
      } catch {
        return fail('BAD_ANSWER');
      }
    },
    close: () => redis.disconnect(),
  };
}

export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

/** A code or the kind of the error: its text could quote addresses, and its properties the command with its rows. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (isTimeout(error)) return 'TIMEOUT';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? error.name;
}
