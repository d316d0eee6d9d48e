import { LRUCache } from 'lru-cache';
import { abortable } from '../../async/abortable.ts';
import { RateLimited } from '../../errors.ts';
import type { UpstreamCall } from '../client/client.ts';
import type { AttemptGuard } from './attempt-guard.ts';
import { exponentialDelay, sleep } from './backoff.ts';
import { failureKindOf, RateLimitGateClosed } from './failure-kinds.ts';

/**
 * A gate for each credential that the upstream has answered with a 429: the 429 closes it, and calls wait until it opens.
 * Then one call goes first, and only when it is answered do the others follow, so that a hundred waiting calls do not cause
 * a hundred further 429s. Calls of other credentials do not wait.
 *
 * `enter` throws {RateLimitGateClosed} where the gate opens too late for the call, or too many calls wait.
 */
export type RateLimitGates = AttemptGuard<Gate | undefined> & {
  /** Gates that have not been opened by an answered call yet. */
  size(): number;
};

/** The options of the rate-limit gates. */
export type RateLimitGateOptions = {
  /** A 429 without Retry-After closes a gate for a random time between this and twice this, in ms. Each further 429 doubles it. */
  baseMs?: number;
  /** The longest time that a 429 without Retry-After closes a gate, in ms. */
  capMs?: number;
  /** The waiting calls are spread over this time in ms. */
  spreadMs?: number;
  /** If the first call has no response within this time in ms, another one is sent, because a 429 would have arrived by then. */
  firstMs?: number;
  /** Calls that may wait at one gate. */
  maxWaiting?: number;
  /** The maximum number of gates; the least recently used one is dropped first. */
  maxGates?: number;
  /** Returns a random number from 0 to 1. */
  random?: () => number;
};

/** Creates the gates of all credentials of one upstream. */
export function createRateLimitGates(options: RateLimitGateOptions = {}): RateLimitGates {
  const { spreadMs = 100, maxGates = 10_000, random = Math.random } = options;
  const gates = new LRUCache<string, Gate>({ max: maxGates });

  function open(id: string, gate: Gate): void {
    gate.open();
    if (gates.peek(id) === gate) gates.delete(id);
  }

  /** The 429s of calls that were pending when the gate closed arrive later: they do not close it for longer. */
  function close(id: string, passed: Gate | undefined, retryAfter: number | undefined): void {
    const existing = gates.get(id);
    const gate = existing ?? createGate({ ...options, spreadMs, random });
    gates.set(id, gate);
    gate.close(retryAfter, existing === undefined || existing === passed);
  }

  /** @returns the gate that the call passed as the first; undefined where it follows another call */
  async function wait(id: string, closed: Gate, call: UpstreamCall): Promise<Gate | undefined> {
    let gate: Gate | undefined = closed;
    while (gate !== undefined && (await gate.enter(call)) === 'follow') {
      await sleep(random() * spreadMs, call.signal);
      gate = gates.get(id); // a faster call may have closed it again
    }
    return gate;
  }

  return {
    size: () => gates.size,
    enter(call) {
      const { credentialId: id } = call;
      const gate = id === undefined ? undefined : gates.get(id);
      return id === undefined || gate === undefined ? undefined : wait(id, gate, call);
    },
    leave(passed, { credentialId: id }, error) {
      if (id === undefined) return;
      if (error instanceof RateLimited) close(id, passed, error.retryAfter);
      else if (passed === undefined) return;
      else if (error === undefined || failureKindOf(error).upstream === 'alive') open(id, passed);
      else passed.releaseAnother();
    },
  };
}

/** One gate, from its first 429 until it is opened; it is not used again then. */
type Gate = {
  /** Waits until the call may go first, or may follow because the gate was opened. @throws {RateLimitGateClosed} */
  enter(call: UpstreamCall): Promise<Order>;
  /** @param isNews the 429 is of the call that went first, or of a new gate: the gate closes for longer each time */
  close(retryAfter: number | undefined, isNews: boolean): void;
  /** The call that went first was not answered. */
  releaseAnother(): void;
  open(): void;
};

type Order = 'first' | 'follow';
type WaitingCall = { readonly call: UpstreamCall; take(order: Order): void; leave(error: RateLimitGateClosed): void };

function createGate(options: RateLimitGateOptions & { spreadMs: number; random: () => number }): Gate {
  const { baseMs = 1_000, capMs = 30_000, firstMs = 1_000, maxWaiting = 1_000 } = options;
  const { spreadMs, random } = options;
  const waiting = new Set<WaitingCall>();
  let opensAt = 0;
  let nextAt = 0; // when a call may go first: when the gate opens, or `firstMs` after the previous one
  let closings = 0;
  let timer: NodeJS.Timeout | undefined;

  const opensTooLate = ({ endsAt }: UpstreamCall) => endsAt !== undefined && opensAt >= endsAt();

  /** As long as a call waits there is a timer, so that no call waits forever. */
  function scheduleNext(): void {
    clearTimeout(timer);
    if (waiting.size > 0) timer = setTimeout(releaseFirst, Math.max(0, nextAt - performance.now()));
  }

  function releaseFirst(): void {
    const [first] = waiting;
    if (first === undefined) return;
    waiting.delete(first);
    nextAt = performance.now() + firstMs;
    first.take('first');
    scheduleNext();
  }

  return {
    async enter(call) {
      if (waiting.size >= maxWaiting || opensTooLate(call)) throw new RateLimitGateClosed(opensAt);
      const { promise, resolve, reject } = Promise.withResolvers<Order>();
      const entry = { call, take: resolve, leave: reject };
      waiting.add(entry);
      scheduleNext();
      try {
        return await abortable(promise, call.signal);
      } finally {
        waiting.delete(entry);
        if (waiting.size === 0) clearTimeout(timer);
      }
    },
    close(retryAfter = 0, isNews) {
      if (!isNews && retryAfter <= 0) return;
      const own = exponentialDelay(baseMs, closings, capMs / 2) * (1 + random());
      if (isNews) closings += 1;
      const ms = retryAfter > 0 ? retryAfter * 1_000 : own;
      opensAt = Math.max(opensAt, performance.now() + ms + random() * spreadMs);
      nextAt = opensAt;
      for (const entry of waiting) {
        if (!opensTooLate(entry.call)) continue;
        waiting.delete(entry);
        entry.leave(new RateLimitGateClosed(opensAt));
      }
      scheduleNext();
    },
    releaseAnother() {
      if (performance.now() < opensAt) return; // closed again by an earlier call
      nextAt = performance.now();
      scheduleNext();
    },
    open() {
      clearTimeout(timer);
      for (const { take } of waiting) take('follow');
    },
  };
}
