import type { Signal } from '../../async/abort-signal.ts';
import { abortable } from '../../async/abortable.ts';
import { Overloaded } from '../../errors.ts';

/**
 * Starts operations that fan out only when there is capacity for their calls, each caller's in their order: a page of 50
 * contacts with two branches each makes a hundred calls at once. If 64 such pages started together, all of them would wait
 * for the same sockets with everything that they hold in memory, and would be answered late together (ADR 25).
 *
 * Each caller has a capacity of its own: no caller waits for the calls of another.
 */
export type FanOutAdmission = {
  /**
   * Waits until there is capacity for `calls`; for more calls than the capacity, until the caller has no other calls.
   *
   * @returns releases the capacity; to be called once
   * @throws {Overloaded} after `maxWaitMs`, or where `maxWaiting` operations wait already; the error of an aborted signal
   */
  enter(caller: string, calls: number, signal: Signal): Promise<() => void>;
  /** Callers with admitted or waiting operations. */
  readonly size: number;
};

/** The capacity of each caller and the limits of waiting; times in ms. */
export type FanOutAdmissionOptions = {
  /** Capacity: calls of all admitted operations of one caller. */
  maxCallsPerCaller: number;
  maxWaitMs?: number;
  /** Operations of one caller that may wait. */
  maxWaiting?: number;
};

/**
 * The admitted calls of one caller, and its operations that wait. An admitted operation stays in `waiting` until its
 * `enter` continues: otherwise an operation that comes in the same tick would start before it.
 */
type CallerQueue = { readonly caller: string; admittedCalls: number; readonly waiting: Waiting[] };
type Waiting = { readonly calls: number; isAdmitted: boolean; end(isAdmitted: boolean): void };

/** Creates the admission of all callers of one gateway. */
export function createFanOutAdmission({
  maxCallsPerCaller,
  maxWaitMs = 5_000,
  maxWaiting = 1_000,
}: FanOutAdmissionOptions): FanOutAdmission {
  const queues = new Map<string, CallerQueue>();

  function queueOf(caller: string): CallerQueue {
    const found = queues.get(caller);
    if (found !== undefined) return found;
    const queue: CallerQueue = { caller, admittedCalls: 0, waiting: [] };
    queues.set(caller, queue);
    return queue;
  }

  function hasCapacity({ admittedCalls }: CallerQueue, calls: number): boolean {
    return admittedCalls === 0 || admittedCalls + calls <= maxCallsPerCaller;
  }

  /** In their order: if small operations could overtake, a large one might wait forever. */
  function admitNext(queue: CallerQueue): void {
    for (const next of queue.waiting) {
      if (next.isAdmitted) continue;
      if (!hasCapacity(queue, next.calls)) break;
      next.isAdmitted = true;
      queue.admittedCalls += next.calls;
      next.end(true);
    }
    if (queue.admittedCalls === 0 && queue.waiting.length === 0) queues.delete(queue.caller);
  }

  function release(queue: CallerQueue, calls: number): void {
    queue.admittedCalls -= calls;
    admitNext(queue);
  }

  async function wait(queue: CallerQueue, calls: number, signal: Signal): Promise<void> {
    if (queue.waiting.length >= maxWaiting) throw overloaded();
    const { promise, resolve: end } = Promise.withResolvers<boolean>();
    const waiting: Waiting = { calls, isAdmitted: false, end };
    queue.waiting.push(waiting);
    admitNext(queue);
    const timer = setTimeout(end, maxWaitMs, false).unref();
    const remove = () => queue.waiting.splice(queue.waiting.indexOf(waiting), 1);
    try {
      if (!(await abortable(promise, signal))) throw overloaded();
      remove();
    } catch (error) {
      remove();
      release(queue, waiting.isAdmitted ? calls : 0); // the next operation may need less
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async enter(caller, calls, signal) {
      const queue = queueOf(caller);
      if (queue.waiting.length === 0 && hasCapacity(queue, calls)) queue.admittedCalls += calls;
      else await wait(queue, calls, signal);
      return () => release(queue, calls);
    },
    get size() {
      return queues.size;
    },
  };
}

function overloaded(): Overloaded {
  return new Overloaded('Too many lists are read at once.');
}
