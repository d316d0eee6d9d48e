/** The part of `AbortSignal` that the gateway uses. The platform's own signals are of this type, too. */
export type Signal = {
  readonly aborted: boolean;
  /** Undefined until it aborts. */
  readonly reason: unknown;
  /** @throws its reason, once it has aborted */
  throwIfAborted(): void;
  /** A listener that is added twice is called once; one that is added after the abort is never called. */
  addEventListener(type: 'abort', listener: Listener): void;
  removeEventListener(type: 'abort', listener: Listener): void;
};

type Listener = () => void;

/**
 * A light `AbortController` for the signals of an operation, which creates about seven and adds about ten listeners. The
 * platform's controllers took 6 % of the CPU of an operation, because they support events of every kind.
 *
 * Controller and signal are one object. Most have one listener, which is a field. Further listeners are in a Set, because
 * an operation has one for each concurrent call, and removes them in any order.
 */
export class AbortSource implements Signal {
  aborted = false;
  reason: unknown = undefined;
  /** The listener that was added first. After its removal it is not replaced, which keeps the order of the others. */
  #first: Listener | undefined;
  #others: Set<Listener> | undefined;

  /** For code that may listen, but not abort. */
  get signal(): Signal {
    return this;
  }

  /** Calls all listeners in the order of their addition, except those removed meanwhile. Further calls have no effect. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    if (this.#first !== undefined) callListener(this.#first);
    if (this.#others !== undefined) for (const listener of this.#others) callListener(listener);
    // They are never called again, and must not stay in memory as long as the signal does.
    this.#first = undefined;
    this.#others = undefined;
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    if (this.aborted || listener === this.#first) return;
    if (this.#first === undefined && this.#others === undefined) this.#first = listener;
    else {
      this.#others ??= new Set();
      this.#others.add(listener);
    }
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    if (listener === this.#first) this.#first = undefined;
    else this.#others?.delete(listener);
  }
}

/** An error of a listener does not keep the others from being called: as on the platform, it is an uncaught exception. */
function callListener(listener: Listener): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
