import { hash } from 'node:crypto';
import { Cluster, type Redis } from 'ioredis';
import { closeCluster, createClusterClient, createServerClient, readAddress } from './clients.ts';
import { servesAllKeys } from './cluster-map.ts';
import { isClusterReply, isDatabaseRefusal } from './server-replies.ts';

/** How often it is checked at most during an outage of a cluster whether all its nodes answer again, in ms. */
const recoveryCheckMs = 1_000;

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
 * Connects to a server, to the primary that sentinels name, or to a cluster, and connects again whenever a connection is lost.
 *
 * @param address URL, or the path of the socket of a server
 * @param onOutage is called with the reason once for each outage
 * @param onRecovery is called once for each outage: with the first usable reply after it, or, for a cluster, when all nodes
 *   answer again
 */
export function connectValkey(
  address: string,
  onOutage: (reason: string) => void,
  onRecovery: () => void = () => undefined,
): Valkey {
  const parsed = readAddress(address);
  const availability = createAvailability(onOutage, onRecovery);
  return parsed.kind === 'cluster'
    ? connectCluster(createClusterClient(parsed), availability)
    : connectServer(createServerClient(parsed), availability);
}

/** Whether the last commands were answered. It reports each change once. */
type Availability = { fail(reason: string): void; recover(): void; isOut(): boolean };

function createAvailability(onOutage: (reason: string) => void, onRecovery: () => void): Availability {
  let isOut = false;
  return {
    fail(reason) {
      if (!isOut) onOutage(reason);
      isOut = true;
    },
    recover() {
      if (isOut) onRecovery();
      isOut = false;
    },
    isOut: () => isOut,
  };
}

/**
 * A node of a cluster whose address is that of one server is not used any more after the first reply that shows that it is one:
 * it would answer for some keys and refuse others.
 */
function connectServer(redis: Redis, { fail, recover }: Availability): Valkey {
  let isClusterNode = false;
  redis.on('error', (error) => {
    if (isDatabaseRefusal(error)) redis.disconnect(true); // ioredis would continue in database 0.
    fail(outageReason(error));
  });
  return createRunner(redis, {
    isUsable: () => !isClusterNode,
    onError(error) {
      isClusterNode ||= isClusterReply(error);
      // After a time-out nothing more is sent until the server accepts a new connection, so that no commands pile up.
      if (isTimeout(error) && redis.status === 'ready') redis.disconnect(true);
      fail(outageReason(error));
    },
    onReply: recover,
  });
}

/** While one node fails, others answer. So an outage ends when a check finds that all of them do, and not with a reply. */
function connectCluster(cluster: Cluster, { fail, recover, isOut }: Availability): Valkey {
  let failures = 0;
  let nodeReason: string | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  async function checkRecovery(): Promise<void> {
    if (!isOut() || performance.now() - checkedAt < recoveryCheckMs) return;
    checkedAt = performance.now();
    const failuresBefore = failures;
    const isComplete = await servesAllKeys(cluster).catch(() => false);
    if (isComplete && failures === failuresBefore) recover();
  }
  function onError(error: unknown): void {
    failures += 1;
    const reason = outageReason(error);
    fail(reason === 'Error' ? (nodeReason ?? reason) : reason);
  }
  cluster
    // At once, because a command for a node that is not connected yet is rejected.
    .on('+node', (node: Redis) => void (node.options.readOnly || node.connect().catch(() => undefined)))
    .on('node error', (error) => {
      nodeReason = outageReason(error);
    })
    .on('error', onError);
  return createRunner(cluster, { isUsable: () => true, onError, onReply: () => void checkRecovery() });
}

type RunnerEvents = { isUsable(): boolean; onError(error: unknown): void; onReply(): void };

function createRunner(client: Redis | Cluster, { isUsable, onError, onReply }: RunnerEvents): Valkey {
  const commands = new Map<string, ScriptCommand>();
  function commandOf(script: string): ScriptCommand {
    const command = commands.get(script) ?? defineScript(client, script);
    commands.set(script, command);
    return command;
  }
  return {
    async run(script, key, args, parse) {
      if (!isUsable()) return undefined;
      try {
        const result = parseOrThrow(parse, await commandOf(script)(key, ...args));
        onReply();
        return result;
      } catch (error) {
        onError(error);
        return undefined;
      }
    },
    close: () => (client instanceof Cluster ? closeCluster(client) : client.disconnect()),
  };
}

/** ioredis sends the script's hash and falls back to its text where the server does not have it (NOSCRIPT). */
function defineScript(redis: Redis | Cluster, lua: string): ScriptCommand {
  const name = `script-${hash('sha1', lua)}`;
  redis.defineCommand(name, { lua, numberOfKeys: 1 });
  const command: unknown = Reflect.get(redis, `${name}Buffer`);
  if (typeof command !== 'function') throw new TypeError('ioredis has not defined the command of a script.');
  return (...args) => Reflect.apply(command, redis, args);
}

function parseOrThrow<T>(parse: (reply: unknown) => T, reply: unknown): T {
  try {
    return parse(reply);
  } catch {
    throw new BadReply();
  }
}

/** Parses the reply of a script that only writes. @throws for any reply but "done" */
export function parseDone(reply: unknown): 'done' {
  if (String(reply) !== 'done') throw new Error('The script did not report that it is done.');
  return 'done';
}

/** A reply that the command cannot have. */
export class BadReply extends Error {
  readonly code = 'BAD_ANSWER';
}

/** Whether a command took longer than `commandTimeout`, or its socket was silent for so long. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && /^(?:Command timed out|Socket timeout)/.test(error.message);
}

/** The code or the class of an error. Its message could quote addresses, and its properties the command's arguments. */
export function outageReason(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (isTimeout(error)) return 'TIMEOUT';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? error.name;
}
