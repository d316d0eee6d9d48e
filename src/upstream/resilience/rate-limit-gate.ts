import { LRUCache } from 'lru-cache';
import { abortable } from '../../async/abortable.ts';
import { RateLimited } from '../../errors.ts';
import type { UpstreamCall } from '../client/client.ts';
import type { AttemptGuard } from './attempt-guard.ts';
import { exponentialDelay, sleep } from './backoff.ts';
import { failureKindOf, RateLimitGateClosed } from './failure-kinds.ts';

/**
 * A gate for each credential that the upstream has asked for patience: it closes by a 429, and calls wait until it opens.
 * One goes first then, and only when it is answered the others follow, so that a hundred that waited do not earn a
 * hundred 429s more. Other credentials are not held up.
 *
 * `enter` throws {GateClosed} when it opens too late for the call, or too many wait.
 */
export type RateLimitGates = AttemptGuard<Gate | undefined> & {
  /** Gates that are closed, or were when somebody last came. */
  size(): number;
};

export type RateLimitGateOptions = {
  /** How long a gate is closed by a 429 that does not say, in ms: from once to twice this, twice as long by the next, */
  baseMs?: number;
  /** up to this. */
  capMs?: number;
  /** How long at most, whatever the upstream says, in ms. */
  maxClosedMs?: number;
  /** Those who waited go within so many ms, not all at once. */
  spreadMs?: number;
  /** When the one that goes first hears nothing for so many ms, another goes: a 429 comes soon. */
  firstMs?: number;
  /** Calls that may wait at one gate. */
  maxWaiting?: number;
  /** Gates that are known; the one that was passed longest ago is forgotten first. */
  maxGates?: number;
  /** From 0 to 1. */
  random?: () => number;
};

export function createRateLimitGates(options: RateLimitGateOptions = {}): RateLimitGates {
  const { spreadMs = 100, maxGates = 10_000, random = Math.random } = options;
  const gates = new LRUCache<string, Gate>({ max: maxGates });

  function open(id: string, gate: Gate): void {
    gate.open();
    if (gates.peek(id) === gate) gates.delete(id);
  }

  /** Calls that were under way when the gate closed bring their 429s later: these are no news. */
  function close(id: string, passed: Gate | undefined, retryAfter: number | undefined): void {
    const known = gates.get(id);
    const gate = known ?? createGate({ ...options, spreadMs, random });
    gates.set(id, gate);
    gate.close(retryAfter, known === undefined || known === passed);
  }

  /** @returns the gate that the call passed as the first; undefined when it follows another */
  async function wait(id: string, closed: Gate, call: UpstreamCall): Promise<Gate | undefined> {
    let gate: Gate | undefined = closed;
    while (gate !== undefined && (await gate.enter(call)) === 'follow') {
      await sleep(random() * spreadMs, call.signal);
      gate = gates.get(id); // it may have been closed again by somebody who was faster
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
      else passed.letAnotherGo();
    },
  };
}

/** One gate, from its first 429 until it is opened, which is its end. */
type Gate = {
  /** Waits for one's turn: to go first, or to follow when it was opened. @throws {RateLimitGateClosed} */
  enter(call: UpstreamCall): Promise<Turn>;
  /** @param isNews when it was the one that went first, or the gate is new: each time it is closed for longer */
  close(retryAfter: number | undefined, isNews: boolean): void;
  /** The one that went first was not answered. */
  letAnotherGo(): void;
  open(): void;
};

type Turn = 'first' | 'follow';
type Waiting = { readonly call: UpstreamCall; take(turn: Turn): void; leave(error: RateLimitGateClosed): void };

function createGate(options: RateLimitGateOptions & { spreadMs: number; random: () => number }): Gate {
  const { baseMs = 1_000, capMs = 30_000, maxClosedMs = 3_600_000, firstMs = 1_000, maxWaiting = 1_000 } = options;
  const { spreadMs, random } = options;
  const waiting = new Set<Waiting>();
  let opensAt = 0;
  let nextAt = 0; // when one may go first: as it opens, and later when nothing is heard of the one before
  let closings = 0;
  let timer: NodeJS.Timeout | undefined;

  const isTooLate = ({ endsAt }: UpstreamCall) => endsAt !== undefined && opensAt >= endsAt();

  /** As long as anybody waits there is a timer, so that nobody waits forever. */
  function wake(): void {
    clearTimeout(timer);
    if (waiting.size > 0) timer = setTimeout(letOneGo, Math.max(0, nextAt - performance.now()));
  }

  function letOneGo(): void {
    const [first] = waiting;
    if (first === undefined) return;
    waiting.delete(first);
    nextAt = performance.now() + firstMs;
    first.take('first');
    wake();
  }

  return {
    async enter(call) {
      if (waiting.size >= maxWaiting || isTooLate(call)) throw new RateLimitGateClosed(opensAt);
      const { promise, resolve, reject } = Promise.withResolvers<Turn>();
      const place = { call, take: resolve, leave: reject };
      waiting.add(place);
      wake();
      try {
        return await abortable(promise, call.signal);
      } finally {
        waiting.delete(place);
        if (waiting.size === 0) clearTimeout(timer);
      }
    },
    close(retryAfter = 0, isNews) {
      if (!isNews && retryAfter <= 0) return;
      const own = exponentialDelay(baseMs, closings, capMs / 2) * (1 + random());
      if (isNews) closings += 1;
      const ms = Math.min(maxClosedMs, retryAfter > 0 ? retryAfter * 1_000 : own);
      opensAt = Math.max(opensAt, performance.now() + ms + random() * spreadMs);
      nextAt = opensAt;
      for (const place of waiting) {
        if (!isTooLate(place.call)) continue;
        waiting.delete(place);
        place.leave(new RateLimitGateClosed(opensAt));
      }
      wake();
    },
    letAnotherGo() {
      if (performance.now() < opensAt) return; // closed again, by one that went before
      nextAt = performance.now();
      wake();
    },
    open() {
      clearTimeout(timer);
      for (const { take } of waiting) take('follow');
    },
  };
}
