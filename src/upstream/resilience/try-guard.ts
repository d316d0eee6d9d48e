import type { Send, UpstreamCall } from '../client.ts';

/**
 * What stands before a try and hears how it ended. `Visit` is what it remembers of one try from the one to the other; a
 * guard of its own that wraps `Send` would cost each try a function that waits, and a promise.
 */
export type TryGuard<Visit = unknown> = {
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
export function throughGuards(guards: readonly TryGuard[], send: Send): Send {
  return async (call) => {
    const visits = new Array<unknown>(guards.length);
    let entered = 0;
    let failure: unknown;
    try {
      for (; entered < guards.length; entered += 1) {
        const visit = guards[entered]?.enter(call);
        visits[entered] = visit instanceof Promise ? await visit : visit;
      }
      return await send(call);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      while (entered > 0) {
        entered -= 1;
        guards[entered]?.leave(visits[entered], call, failure);
      }
    }
  };
}
