import type { ChannelListener, ValkeySubscription } from './channel.ts';
import { createServerClient, readAddress } from './clients.ts';
import { subscribeToCluster } from './cluster-subscription.ts';
import { acceptsWrites, subscribeToServer } from './server-subscription.ts';

/** The options of a subscription. `address` is a URL, or the path of the socket of a server. */
export type ValkeySubscriptionOptions = Omit<ChannelListener, 'beatMs'> & { address: string; beatMs?: number };

/** Receives the messages of a channel, over connections of its own that are restored whenever a server is back. */
export function subscribeToValkey({
  address,
  beatMs = 1_000,
  ...options
}: ValkeySubscriptionOptions): ValkeySubscription {
  const parsed = readAddress(address);
  const listener = { ...options, beatMs };
  if (parsed.kind === 'cluster') return subscribeToCluster(parsed, listener);
  const redis = createServerClient(parsed, { autoResubscribe: false });
  return parsed.kind === 'sentinel'
    ? subscribeToServer(redis, listener, acceptsWrites)
    : subscribeToServer(redis, listener);
}
