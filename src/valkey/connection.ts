import { hash } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import { isClusterReply, isDatabaseRefusal } from './server-replies.ts';

/** Maximum time of one command, in ms. Valkey saves calls to the upstream, which take about as long. */
const commandTimeoutMs = 250;

/** The options of every connection to Valkey. */
export const valkeyOptions = {
  commandTimeout: commandTimeoutMs,
  connectTimeout: 2_000,
  disconnectTimeout: 100,
  // No command waits for a server that is down, and none is sent twice: a scroll session that is saved again later would
  // restore a sid that another replica has used in between.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (times) => Math.min(100 * times, 1_000),
  // A primary that became a replica rejects writes; its name may lead to the new primary by now.
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
} satisfies RedisOptions;

/** Runs scripts on a Valkey or Redis that may fail at any time: a failure is quick, and is no result instead of an error. */
export type Valkey = {
  /**
   * Runs a Lua script atomically over one key. Its text is sent once on each connection (EVAL), then its hash (EVALSHA).
   *
   * @param parse converts the reply, in which texts are bytes; it throws for a reply that the script cannot have made
   * @returns what `parse` returns, or undefined when the server did not answer in time or `parse` throws
   */
  run<T>(
    script: string,
    key: string,
    args: readonly ScriptArgument[],
    parse: (reply: unknown) => T,
  ): Promise<T | undefined>;
  close(): void;
};

type ScriptArgument = string | number | Buffer;
type ScriptCommand = (key: string, ...args: readonly ScriptArgument[]) => Promise<unknown>;

/**
 * Connects to a server, and connects again whenever the connection is lost. A node of a cluster is not used any more after
 * the first reply that shows that it is one: it would answer for some keys and refuse others.
 *
 * @param address URL of the server, or the path of its socket
 * @param onOutage is called with the reason once for each outage
 * @param onRecovery is called once for each outage, with the first usable reply after it
 */
export function connectValkey(
  address: string,
  onOutage: (reason: string) => void,
  onRecovery: () => void = () => undefined,
): Valkey {
  const redis = new Redis(address, valkeyOptions);
  const commands = new Map<string, ScriptCommand>();
  let isOut = false;
  let isCluster = false;
  function fail(reason: string): undefined {
    if (!isOut) onOutage(reason);
    isOut = true;
  }
  function recover(): void {
    if (isOut) onRecovery();
    isOut = false;
  }
  function commandOf(script: string): ScriptCommand {
    const command = commands.get(script) ?? defineScript(redis, script);
    commands.set(script, command);
    return command;
  }
  redis.on('error', (error) => {
    if (isDatabaseRefusal(error)) redis.disconnect(true); // ioredis would continue in database 0.
    fail(outageReason(error));
  });
  return {
    async run(script, key, args, parse) {
      if (isCluster) return undefined;
      let reply: unknown;
      try {
        reply = await commandOf(script)(key, ...args);
      } catch (error) {
        isCluster ||= isClusterReply(error);
        // After a time-out nothing more is sent until the server accepts a new connection, so that no commands pile up.
        if (isTimeout(error) && redis.status === 'ready') redis.disconnect(true);
        return fail(outageReason(error));
      }
      try {
        const result = parse(reply);
        recover();
        return result;
      } catch {
        return fail('BAD_ANSWER');
      }
    },
    close: () => redis.disconnect(),
  };
}

/** ioredis sends the script's hash and falls back to its text where the server does not have it (NOSCRIPT). */
function defineScript(redis: Redis, lua: string): ScriptCommand {
  const name = `script-${hash('sha1', lua)}`;
  redis.defineCommand(name, { lua, numberOfKeys: 1 });
  const command: unknown = Reflect.get(redis, `${name}Buffer`);
  if (typeof command !== 'function') throw new TypeError('ioredis has not defined the command of a script.');
  return (...args) => Reflect.apply(command, redis, args);
}

/** Parses the reply of a script that only writes. @throws for any reply but "done" */
export function parseDone(reply: unknown): 'done' {
  if (String(reply) !== 'done') throw new Error('The script did not report that it is done.');
  return 'done';
}

/** Whether a command took longer than `commandTimeout`. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

/** The code or the class of an error. Its message could quote addresses, and its properties the command's arguments. */
export function outageReason(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (isTimeout(error)) return 'TIMEOUT';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? error.name;
}
