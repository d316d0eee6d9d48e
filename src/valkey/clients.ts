import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseValkeyAddress, type ValkeyAddress } from './address.ts';

/** Maximum time of one command, in ms. Valkey saves calls to the upstream, which take about as long. */
const commandTimeoutMs = 250;

/** How long a node of a cluster may be silent, in ms: it is disconnected before a command times out and another one is sent. */
const nodeSilenceMs = commandTimeoutMs - 20;

/** How often the map of a cluster is read, in ms, beside after each redirection. */
const slotsRefreshMs = 5_000;

const retryDelayMs = (attempts: number) => Math.min(100 * attempts, 1_000);

/** The options of every connection to Valkey. */
const connectionOptions = {
  commandTimeout: commandTimeoutMs,
  connectTimeout: 2_000,
  disconnectTimeout: 100,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  // A primary that became a replica rejects writes; its name may lead to the new primary by now.
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
} satisfies RedisOptions;

/**
 * The options of a connection to one server. No command waits for a server that is down, and none is sent twice: a scroll
 * session that is saved again later would restore a sid that another replica has used in between.
 */
export const serverOptions = {
  ...connectionOptions,
  enableOfflineQueue: false,
  retryStrategy: retryDelayMs,
} satisfies RedisOptions;

/** An address of one server, or of the sentinels that know it. */
export type ServerAddress = Exclude<ValkeyAddress, { kind: 'cluster' }>;
export type ClusterAddress = Extract<ValkeyAddress, { kind: 'cluster' }>;

/** The options in which connections differ. */
type Overrides = Pick<
  RedisOptions,
  'autoResubscribe' | 'commandTimeout' | 'lazyConnect' | 'retryStrategy' | 'sentinelRetryStrategy'
>;

/** Reads an address that the configuration has checked, or the path of the socket of a server. */
export function readAddress(text: string): ValkeyAddress {
  return parseValkeyAddress(text) ?? { kind: 'server', address: text };
}

/** Creates the client of one server, which with sentinels is the one that is the primary at the time of each connection. */
export function createServerClient(address: ServerAddress, overrides: Overrides = {}): Redis {
  if (address.kind === 'server') return new Redis(address.address, { ...serverOptions, ...overrides });
  return new Redis({
    ...serverOptions,
    ...address.options,
    sentinelRetryStrategy: retryDelayMs,
    sentinelCommandTimeout: 1_000,
    // Only the addresses of the configuration are used: those that sentinels announce may not be reachable from here.
    updateSentinels: false,
    // A primary that lost its replicas may have been replaced, and the sentinels know by what.
    reconnectOnError: ({ message }) => /^(?:READONLY|NOREPLICAS)/.test(message),
    ...overrides,
  });
}

/**
 * Creates the client of a cluster. It follows redirections, and fails as quickly as that of one server: a command whose node
 * is not connected is rejected, and a node that is silent for the time of one command is disconnected.
 */
export function createClusterClient({ nodes, options }: ClusterAddress): Cluster {
  return new Cluster(nodes, {
    enableOfflineQueue: false,
    // A cluster that serves a part of the keys is used for these.
    enableReadyCheck: false,
    clusterRetryStrategy: retryDelayMs,
    // The connection may have been lost after the command was executed.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    maxRedirections: 5,
    slotsRefreshInterval: slotsRefreshMs,
    // Host names are kept as they are, because certificates have names.
    dnsLookup: (host, callback) => callback(null, host),
    redisOptions: { ...connectionOptions, ...options, socketTimeout: nodeSilenceMs },
  });
}

/**
 * Closes the connections to all nodes. A TLS handshake that has failed and is closed reports a second error, which nothing in
 * ioredis listens to, and which would end the process.
 */
export function closeCluster(cluster: Cluster): void {
  for (const { stream } of cluster.nodes()) stream?.on('error', () => undefined);
  cluster.disconnect();
}
