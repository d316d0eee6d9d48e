import { Redis } from 'ioredis';
import { isTimeout, outageReason, valkeyOptions } from './connection.ts';
import { isDatabaseRefusal } from './server-replies.ts';

/** A subscription to one channel. */
export type ValkeySubscription = {
  /** Whether messages published now are received. An outage is noticed after one heartbeat and one command time-out. */
  isUp(): boolean;
  close(): void;
};

/** The options of a subscription. */
export type ValkeySubscriptionOptions = {
  /** URL of the server, or the path of its socket. */
  address: string;
  channel: string;
  onMessage: (text: string) => void;
  /** Called just before the subscription is up, first or again: earlier messages may have been missed. */
  onUp: () => void;
  /** Called with the reason once for each outage, which ends when the subscription is up again. */
  onOutage: (reason: string) => void;
  /** Called once for each outage, when the subscription is up again. */
  onRecovery?: (() => void) | undefined;
  /** Heartbeat interval in ms. A server that has disappeared is as silent as one without messages, so it is pinged. */
  beatMs?: number;
};

/** Receives the messages of a channel, over a connection of its own that is restored whenever the server is back. */
export function subscribeToValkey({
  address,
  channel,
  onMessage,
  onUp,
  onOutage,
  onRecovery,
  beatMs = 1_000,
}: ValkeySubscriptionOptions): ValkeySubscription {
  // ioredis does not report when it has subscribed again, and `onUp` must come before that.
  const redis = new Redis(address, { ...valkeyOptions, autoResubscribe: false });
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

class BadReply extends Error {
  readonly code = 'BAD_ANSWER';
}
