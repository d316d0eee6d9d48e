/** A subscription to one channel. */
export type ValkeySubscription = {
  /** Whether messages published now are received. An outage is noticed after one heartbeat and one command time-out. */
  isUp(): boolean;
  close(): void;
};

/** What is received, and how often the connection is checked. */
export type ChannelListener = {
  channel: string;
  onMessage: (text: string) => void;
  /** Called just before the subscription is up, first or again: earlier messages may have been missed. */
  onUp: () => void;
  /** Called with the reason once for each outage, which ends when the subscription is up again. */
  onOutage: (reason: string) => void;
  /** Called once for each outage, when the subscription is up again. */
  onRecovery?: (() => void) | undefined;
  /** Heartbeat interval in ms. A server that has disappeared is as silent as one without messages, so it is pinged. */
  beatMs: number;
};
