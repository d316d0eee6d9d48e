import { AbortSource, type Signal } from './abort-signal.ts';

/** The deadline of an operation: `signal` aborts when it passes, or as soon as the client disconnects. */
export type Deadline = {
  readonly signal: Signal;
  /** Aborts at the deadline only: for work that continues after the client has disconnected. */
  readonly timeoutSignal: Signal;
  /** When it passes, in ms on the monotonic clock (`performance.now()`). */
  readonly endsAt: number;
  /** Ends the operation: releases the timer. */
  end(): void;
  /** Adds a function that is called, once, when the operation ends or its deadline passes. */
  onEnd(callback: () => void): void;
};

/**
 * Creates the deadline of one of several operations of a request: it passes with that of the request, and the operation may
 * end before the others.
 */
export function createSharedDeadline({ signal, timeoutSignal, endsAt, onEnd }: Deadline): Deadline {
  const callbacks: (() => void)[] = [];
  let isOver = false;
  function end(): void {
    isOver = true;
    for (const callback of callbacks.splice(0)) callback();
  }
  onEnd(end);
  return {
    ...{ signal, timeoutSignal, endsAt, end },
    onEnd(callback) {
      if (isOver) callback();
      else callbacks.push(callback);
    },
  };
}

/**
 * @param ms time until the deadline, whose abort has a TimeoutError as its reason
 * @param client aborts when the client disconnects; `signal` then aborts with the same reason
 */
export function createDeadline(ms: number, client: Signal): Deadline {
  const endsAt = performance.now() + ms;
  const operation = new AbortSource();
  const timeout = new AbortSource();
  let isOver = false;
  let onEnd: (() => void) | undefined;
  function finish(): void {
    isOver = true;
    onEnd?.();
    onEnd = undefined;
  }
  const onClientAbort = () => operation.abort(client.reason);
  const timer = setTimeout(() => {
    const reason = new DOMException('The deadline of the operation has passed.', 'TimeoutError');
    operation.abort(reason);
    timeout.abort(reason);
    finish();
  }, ms);
  timer.unref();
  if (client.aborted) onClientAbort();
  else client.addEventListener('abort', onClientAbort);
  return {
    signal: operation.signal,
    timeoutSignal: timeout.signal,
    endsAt,
    end() {
      clearTimeout(timer);
      client.removeEventListener('abort', onClientAbort);
      finish();
    },
    onEnd(callback) {
      if (isOver) callback();
      else {
        const others = onEnd;
        onEnd = () => {
          others?.();
          callback();
        };
      }
    },
  };
}
