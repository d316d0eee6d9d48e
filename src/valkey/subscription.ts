import { Redis } from 'ioredis';
import { isTimeout, reasonOf, valkeyOptions } from './connection.ts';

export type ValkeySubscription = {
  /** Whether what is published now is heard. An outage is noticed within a beat and an answer's time. */
  isUp(): boolean;
  close(): void;
};

export type ValkeySubscriptionOptions = {
  /** Of the server, as a URL or the path of a socket. */
  address: string;
  channel: string;
  onMessage: (text: string) => void;
  /** It is about to be up, for the first time or again: what was published before may have been missed. */
  onUp: () => void;
  /** Is told once why nothing is heard; the next time after it has been up again. */
  onOutage: (reason: string) => void;
  /** How often the server is asked whether it is there, in ms: one that is just gone says nothing, like one without news. */
  beatMs?: number;
};

/** Hears what is published, on a connection of its own, which comes back whenever the server does. */
export function subscribeToValkey({
  address,
  channel,
  onMessage,
  onUp,
  onOutage,
  beatMs = 1_000,
}: ValkeySubscriptionOptions): ValkeySubscription {
  // Whether it is subscribed again is not left to the client: it must be known when.
  const redis = new Redis(address, { ...valkeyOptions, autoResubscribe: false });
  let isUp = false;
  let isOut = false;
  let isBeating = false;

  function fail(error: unknown): void {
    isUp = false;
    if (!isOut) onOutage(reasonOf(error));
    isOut = true;
  }

  async function beat(): Promise<void> {
    if (isBeating || redis.status !== 'ready') return;
    isBeating = true;
    try {
      // Also before it subscribes: the client would not survive a strange answer to that.
      if (!/^pong\b/i.test(String(await redis.ping()))) throw new BadAnswer();
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
    if (channels !== 1) throw new BadAnswer();
    onUp();
    isUp = true;
    isOut = false;
  }

  redis
    .on('ready', beat)
    .on('close', () => {
      isUp = false;
    })
    .on('error', fail)
    .on('message', (_channel, text) => onMessage(text));
  const beating = setInterval(beat, beatMs).unref();
  return {
    isUp: () => isUp,
    close() {
      clearInterval(beating);
      redis.disconnect();
    },
  };
}

class BadAnswer extends Error {
  readonly code = 'BAD_ANSWER';
}
