import { Redis } from 'ioredis';
import type { HostAndPort } from './address.ts';
import type { ChannelListener, ValkeySubscription } from './channel.ts';
import { type ClusterAddress, closeCluster, createClusterClient, serverOptions } from './clients.ts';
import { readClusterMap } from './cluster-map.ts';
import { outageReason } from './connection.ts';
import { subscribeToServer } from './server-subscription.ts';

/**
 * Receives the messages of a channel from every primary of a cluster.
 *
 * A script publishes on the node that has its key, and the nodes pass messages on to each other, but do not report when they
 * could not. With a subscription to each primary, a message is received if its publisher and this process reach the same node;
 * what is passed on arrives a second time, and covers the moment in which a new primary is not known here yet.
 */
export function subscribeToCluster(address: ClusterAddress, listener: ChannelListener): ValkeySubscription {
  const cluster = createClusterClient(address);
  const subscriptions = new Map<string, ValkeySubscription>();
  let isOut = false;
  let isReading = false;

  /** Whether all subscriptions are up, without counting one that is just about to be. */
  function isUp(except?: string): boolean {
    return subscriptions.size > 0 && [...subscriptions].every(([name, { isUp }]) => name === except || isUp());
  }

  function fail(reason: string): void {
    if (!isOut) listener.onOutage(reason);
    isOut = true;
  }

  function announce(): void {
    listener.onUp();
    if (isOut) listener.onRecovery?.();
    isOut = false;
  }

  function subscribe(name: string, node: HostAndPort): void {
    const redis = new Redis({ ...serverOptions, ...address.options, ...node, autoResubscribe: false });
    const onUp = () => void (isUp(name) && announce());
    subscriptions.set(name, subscribeToServer(redis, { ...listener, onUp, onOutage: fail, onRecovery: undefined }));
  }

  async function update(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      const { primaries } = await readClusterMap(cluster);
      if (!isClosed) follow(primaries);
    } catch (error) {
      if (subscriptions.size === 0) fail(outageReason(error));
    } finally {
      isReading = false;
    }
  }

  function follow(primaries: ReadonlyMap<string, HostAndPort>): void {
    const wasUp = isUp();
    for (const [name, subscription] of subscriptions) {
      if (primaries.has(name)) continue;
      subscription.close();
      subscriptions.delete(name);
    }
    for (const [name, node] of primaries) if (!subscriptions.has(name)) subscribe(name, node);
    if (!wasUp && isUp()) announce();
  }

  let isClosed = false;
  cluster.on('ready', update).on('error', (error) => fail(outageReason(error)));
  const heartbeat = setInterval(update, listener.beatMs).unref();
  return {
    isUp: () => isUp(),
    close() {
      isClosed = true;
      clearInterval(heartbeat);
      closeCluster(cluster);
      for (const { close } of subscriptions.values()) close();
    },
  };
}
