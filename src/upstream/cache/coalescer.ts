import { AbortSource, type Signal } from '../../async/abort-signal.ts';
import { rejectAborted } from '../../async/abortable.ts';

/** How long a caller waits: until the signal aborts, at the latest until `endsAt()`, in ms on the monotonic clock. */
export type CallDeadline = { readonly signal: Signal; endsAt(): number };

/** Lets identical reads that are pending at the same time share one read and its result, which is the same object for all. */
export type Coalescer = {
  /**
   * Joins the pending read with this key, or starts one. Nothing is shared across keys: a key begins with the identity of the
   * caller, so that no caller gets what was read for another.
   *
   * If a caller's signal aborts, its promise rejects at once and the others continue to wait. When the last one aborts,
   * `shared.signal` aborts with the same reason, and the read can no longer be joined.
   *
   * @param tag what the read can be invalidated by
   * @param start starts the read; `shared` is the combined deadline of all callers that wait
   */
  share<T>(
    key: string,
    tag: string,
    deadline: CallDeadline,
    start: (shared: CallDeadline) => Promise<T>,
  ): SharedRead<T>;
  /**
   * Prevents that pending reads of a tag, or of all tags, are joined: they may have read the state before a write. The
   * callers that wait already get their results.
   */
  invalidate(tag?: string): void;
  /** The number of reads that can be joined. */
  readonly size: number;
};

/** The result of a read, and whether the read was pending already. */
export type SharedRead<T> = { result: Promise<T>; joined: boolean };

/** A pending read. `abort` is for the case that all its callers have aborted. */
type PendingRead = { readonly tag: string; readonly abort: AbortSource; callers: WaitingCaller[] };

/** A caller that waits for a pending read. */
type WaitingCaller = {
  readonly deadline: CallDeadline;
  onAbort(): void;
  resolve(value: unknown): void;
  reject(error: unknown): void;
};

/** Creates a coalescer, which has no state but the pending reads. */
export function createCoalescer(): Coalescer {
  const pending = new Map<string, PendingRead>();

  function remove(key: string, read: PendingRead): void {
    if (pending.get(key) === read) pending.delete(key);
  }

  function wait<T>(key: string, read: PendingRead, deadline: CallDeadline): Promise<T> {
    const { signal } = deadline;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    function onAbort(): void {
      signal.removeEventListener('abort', onAbort);
      read.callers = read.callers.filter((each) => each !== caller);
      resolve(rejectAborted(signal));
      if (read.callers.length > 0) return;
      remove(key, read); // First, so that no listener of the signal below can join the aborted read.
      read.abort.abort(signal.reason);
    }
    // Reads with the same key have results of the same type.
    const caller: WaitingCaller = { deadline, onAbort, resolve: resolve as WaitingCaller['resolve'], reject };
    // An array that grows by `push` reserves memory for 17 elements, and nearly every read has one caller (ADR 26).
    if (read.callers.length === 0) read.callers = [caller];
    else read.callers.push(caller);
    signal.addEventListener('abort', onAbort);
    return promise;
  }

  return {
    share(key, tag, deadline, start) {
      if (deadline.signal.aborted) return { result: rejectAborted(deadline.signal), joined: false };
      const joinable = pending.get(key);
      if (joinable !== undefined) return { result: wait(key, joinable, deadline), joined: true };
      const read: PendingRead = { tag, abort: new AbortSource(), callers: [] };
      pending.set(key, read);
      const result = wait<Awaited<ReturnType<typeof start>>>(key, read, deadline);
      startRead(start, read).then(
        (value) => {
          remove(key, read);
          for (const { resolve } of removeCallers(read)) resolve(value);
        },
        (error: unknown) => {
          remove(key, read);
          for (const { reject } of removeCallers(read)) reject(error);
        },
      );
      return { result, joined: false };
    },
    invalidate(tag) {
      for (const [key, read] of pending) if (tag === undefined || read.tag === tag) pending.delete(key);
    },
    get size() {
      return pending.size;
    },
  };
}

/** Starts the read. An exception of `start` becomes a rejection. */
function startRead<T>(start: (shared: CallDeadline) => Promise<T>, read: PendingRead): Promise<T> {
  try {
    return start({ signal: read.abort.signal, endsAt: () => latestEnd(read.callers) });
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Removes the callers of a read that is settled, and their abort listeners, and returns them. */
function removeCallers(read: PendingRead): readonly WaitingCaller[] {
  const { callers } = read;
  read.callers = [];
  for (const { deadline, onAbort } of callers) deadline.signal.removeEventListener('abort', onAbort);
  return callers;
}

/** A loop, because it runs for every call and an array of the times would be garbage. */
function latestEnd(callers: readonly WaitingCaller[]): number {
  let last = -Infinity;
  for (const { deadline } of callers) last = Math.max(last, deadline.endsAt());
  return last;
}
