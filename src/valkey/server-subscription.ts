import type { Redis } from 'ioredis';
import type { ChannelListener, ValkeySubscription } from './channel.ts';
import { BadReply, isTimeout, outageReason } from './connection.ts';
import { isDatabaseRefusal } from './server-replies.ts';

/**
 * Receives the messages of a channel from one server, over a connection of its own that is restored whenever the server is back.
 *
 * @param redis a client without `autoResubscribe`: it does not report when it has subscribed again, and `onUp` must come before
 * @param isAlive is called at each heartbeat
 */
export function subscribeToServer(
  redis: Redis,
  { channel, onMessage, onUp, onOutage, onRecovery, beatMs }: ChannelListener,
  isAlive: (redis: Redis) => Promise<boolean> = answersPing,
): ValkeySubscription {
  let isUp = false;
  let isOut = false;
  let isBeating = false;

  function fail(error: unknown): void {
    isUp = false;
    if (!isOut) onOutage(outageReason(error));
    isOut = true;
  }

  async function beat(): Promise<void> {
    if (isBeating || redis.status !== 'ready') return;
    isBeating = true;
    try {
      // Also before subscribing: an unexpected reply to SUBSCRIBE would break ioredis.
      if (!(await isAlive(redis))) throw new BadReply();
      if (!isUp) await subscribe();
    } catch (error) {
      if (isTimeout(error) && redis.status === 'ready') redis.disconnect(true);
      fail(error);
    } finally {
      isBeating = false;
    }
  }

  async function subscribe(): Promise<void> {
    const channels = await redis.subscribe(channel);
    if (channels !== 1) throw new BadReply();
    onUp();
    isUp = true;
    if (isOut) onRecovery?.();
    isOut = false;
  }

  redis
    .on('ready', beat)
    .on('close', () => {
      isUp = false;
    })
    .on('error', (error) => {
      if (isDatabaseRefusal(error)) redis.disconnect(true);
      fail(error);
    })
    .on('message', (_channel, text) => onMessage(text));
  const heartbeat = setInterval(beat, beatMs).unref();
  return {
    isUp: () => isUp,
    close() {
      clearInterval(heartbeat);
      redis.disconnect();
    },
  };
}

async function answersPing(redis: Redis): Promise<boolean> {
  return /^pong\b/i.test(String(await redis.ping()));
}

/**
 * A primary that is cut off from the sentinels still answers a PING, while others publish on the one that has replaced it. But it
 * refuses to write if it is configured with `min-replicas-to-write`, and the client then asks the sentinels again.
 */
export async function acceptsWrites(redis: Redis): Promise<boolean> {
  return (await redis.set('contactgraph:heartbeat', '1', 'PX', 60_000)) === 'OK';
}
