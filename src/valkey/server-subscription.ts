import type { Redis } from 'ioredis';
import type { ChannelListener, ValkeySubscription } from './channel.ts';
import { BadReply, isTimeout, outageReason } from './connection.ts';
import { isDatabaseRefusal } from './server-replies.ts';

/**
 * Receives the messages of a channel from one server, over a connection of its own that is restored whenever the server is back.
 *
 * @param redis a client without `autoResubscribe`: it does not report when it has subscribed again, and `onUp` must come before
 */
export function subscribeToServer(
  redis: Redis,
  { channel, onMessage, onUp, onOutage, onRecovery, beatMs }: ChannelListener,
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
      if (!/^pong\b/i.test(String(await redis.ping()))) throw new BadReply();
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
