import { AbortSource, type Signal } from './abort-signal.ts';

/** How long an operation may take: `signal` aborts at the deadline, or as soon as the client leaves. */
export type Deadline = {
  readonly signal: Signal;
  /** Aborts at the deadline only: for what goes on although nobody waits for it. */
  readonly timeoutSignal: Signal;
  /** When it passes, in ms on the monotonic clock. */
  readonly endsAt: number;
  /** The operation is over: releases the timer. */
  end(): void;
  /** Calls one thing, once, as soon as the operation is over, or its time. */
  onEnd(act: () => void): void;
};

/** @param ms time from now; the abort's reason is a TimeoutError then, and the client's own reason when it leaves */
export function createDeadline(ms: number, client: Signal): Deadline {
  const endsAt = performance.now() + ms;
  const controller = new AbortSource();
  const clock = new AbortSource();
  let isOver = false;
  let last: (() => void) | undefined;
  function finish(): void {
    isOver = true;
    last?.();
    last = undefined;
  }
  const onClientAbort = () => controller.abort(client.reason);
  const timer = setTimeout(() => {
    const reason = new DOMException('The deadline of the operation has passed.', 'TimeoutError');
    controller.abort(reason);
    clock.abort(reason);
    finish();
  }, ms);
  timer.unref();
  if (client.aborted) onClientAbort();
  else client.addEventListener('abort', onClientAbort);
  return {
    signal: controller.signal,
    timeoutSignal: clock.signal,
    endsAt,
    end() {
      clearTimeout(timer);
      client.removeEventListener('abort', onClientAbort);
      finish();
    },
    onEnd(act) {
      if (isOver) act();
      else last = act;
    },
  };
}
