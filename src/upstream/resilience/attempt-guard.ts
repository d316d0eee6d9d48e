import type { ResponseBody } from '../client/body.ts';
import type { Send, UpstreamCall } from '../client/client.ts';

/**
 * What stands before a try and hears how it ended. `Visit` is what it remembers of one try from the one to the other; a
 * guard of its own that wraps `Send` would cost each try a function that waits, and a promise.
 */
export type AttemptGuard<Visit = unknown> = {
  /**
   * Lets a try through: at once, or later by a promise when it has to wait.
   *
   * @throws when it is refused: nothing is sent then, and it does not leave
   */
  enter(call: UpstreamCall): Visit | Promise<Visit>;
  /** @param error what the try has failed with; undefined when it succeeded */
  leave(visit: Visit, call: UpstreamCall, error: unknown): void;
};

/** Sends what all guards let through, the first of them outermost. Nothing waits before `send` unless a guard does. */
export function withAttemptGuards(guards: readonly AttemptGuard[], send: Send): Send {
  return (call) => {
    const passage = new Passage(guards, call);
    try {
      const wait = passage.enter();
      return wait === undefined ? passage.leaveWith(send(call)) : enterLater(passage, wait, send);
    } catch (error) {
      return Promise.reject(passage.leave(error));
    }
  };
}

async function enterLater(passage: Passage, first: Promise<unknown>, send: Send): Promise<ResponseBody> {
  try {
    for (let wait: Promise<unknown> | undefined = first; wait !== undefined; wait = passage.enter()) {
      passage.visit(await wait);
    }
    return passage.leaveWith(send(passage.call));
  } catch (error) {
    throw passage.leave(error);
  }
}

/** A try on its way through the guards. */
class Passage {
  readonly call: UpstreamCall;
  readonly #guards: readonly AttemptGuard[];
  readonly #visits: unknown[];
  #entered = 0;

  constructor(guards: readonly AttemptGuard[], call: UpstreamCall) {
    this.#guards = guards;
    this.#visits = new Array(guards.length);
    this.call = call;
  }

  /** @returns what it has to wait for before it may go on */
  enter(): Promise<unknown> | undefined {
    for (let next = this.#next; next !== undefined; next = this.#next) {
      const visit = next.enter(this.call);
      if (visit instanceof Promise) return visit;
      this.visit(visit);
    }
    return undefined;
  }

  /** The next guard has let it through. */
  visit(visit: unknown): void {
    this.#visits[this.#entered] = visit;
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
      this.#guards[index]?.leave(this.#visits[index], this.call, error);
    }
    return error;
  }

  get #next(): AttemptGuard | undefined {
    return this.#guards[this.#entered];
  }
}
