import type { ResponseBody } from '../client/body.ts';
import type { Send, UpstreamCall } from '../client/client.ts';

/**
 * A guard that is called before each attempt of a call and after it. `Entry` is what `enter` passes to `leave`. A guard that
 * wrapped `Send` instead would cost each attempt another async function and promise.
 */
export type AttemptGuard<Entry = unknown> = {
  /**
   * Admits an attempt: at once, or by a promise where it has to wait.
   *
   * @throws where the attempt is rejected: nothing is sent then, and `leave` is not called
   */
  enter(call: UpstreamCall): Entry | Promise<Entry>;
  /** @param error the failure of the attempt; undefined where it succeeded */
  leave(entry: Entry, call: UpstreamCall, error: unknown): void;
};

/** Sends the attempts that all guards admit; the first guard is the outermost. Without a wait `send` is called synchronously. */
export function withAttemptGuards(guards: readonly AttemptGuard[], send: Send): Send {
  return (call) => {
    const attempt = new GuardedAttempt(guards, call);
    try {
      const wait = attempt.enter();
      return wait === undefined ? attempt.leaveWith(send(call)) : enterAfterWait(attempt, wait, send);
    } catch (error) {
      return Promise.reject(attempt.leave(error));
    }
  };
}

async function enterAfterWait(attempt: GuardedAttempt, first: Promise<unknown>, send: Send): Promise<ResponseBody> {
  const startedAt = performance.now();
  try {
    for (let wait: Promise<unknown> | undefined = first; wait !== undefined; wait = attempt.enter()) {
      attempt.passed(await wait);
    }
    attempt.call.waitedMs = performance.now() - startedAt;
    return attempt.leaveWith(send(attempt.call));
  } catch (error) {
    throw attempt.leave(error);
  }
}

/** One attempt and the guards that it has entered. */
class GuardedAttempt {
  readonly call: UpstreamCall;
  readonly #guards: readonly AttemptGuard[];
  readonly #entries: unknown[];
  #entered = 0;

  constructor(guards: readonly AttemptGuard[], call: UpstreamCall) {
    this.#guards = guards;
    this.#entries = new Array(guards.length);
    this.call = call;
  }

  /** @returns a promise to wait for before the next guard; undefined when all guards are entered */
  enter(): Promise<unknown> | undefined {
    for (let next = this.#next; next !== undefined; next = this.#next) {
      const entry = next.enter(this.call);
      if (entry instanceof Promise) return entry;
      this.passed(entry);
    }
    return undefined;
  }

  /** Records that the next guard has admitted it. */
  passed(entry: unknown): void {
    this.#entries[this.#entered] = entry;
    this.#entered += 1;
  }

  leaveWith(sent: Promise<ResponseBody>): Promise<ResponseBody> {
    return sent.then(
      (body) => {
        this.leave(undefined);
        return body;
      },
      (error: unknown) => {
        throw this.leave(error);
      },
    );
  }

  /** @returns the error */
  leave(error: unknown): unknown {
    for (let index = this.#entered - 1; index >= 0; index -= 1) {
      this.#guards[index]?.leave(this.#entries[index], this.call, error);
    }
    return error;
  }

  get #next(): AttemptGuard | undefined {
    return this.#guards[this.#entered];
  }
}
