/** How long an operation may take: `signal` aborts at the deadline, or as soon as the client leaves. */
export type Deadline = {
  readonly signal: AbortSignal;
  /** The operation is over: releases the timer. */
  end(): void;
};

/** @param ms time from now; the abort's reason is a TimeoutError then, and the client's own reason when it leaves */
export function createDeadline(ms: number, client: AbortSignal): Deadline {
  const controller = new AbortController();
  const onClientAbort = () => controller.abort(client.reason);
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The deadline of the operation has passed.', 'TimeoutError'));
  }, ms);
  timer.unref();
  if (client.aborted) onClientAbort();
  else client.addEventListener('abort', onClientAbort, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      client.removeEventListener('abort', onClientAbort);
    },
  };
}
