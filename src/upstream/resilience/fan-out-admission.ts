import type { Signal } from '../../async/abort-signal.ts';
import { abortable } from '../../async/abortable.ts';
import { Overloaded } from '../../errors.ts';

/**
 * Lets operations that fan out begin as there is room for their calls, each caller's in their order: a page of 50
 * contacts with two branches each makes a hundred calls at once. Sixty-four such pages, begun together, would wait for the
 * same sockets with all that they have in memory, and be answered together, late. What has begun is finished first (ADR 25).
 *
 * The room is each caller's own: nobody waits for somebody else's calls.
 */
export type FanOutAdmission = {
  /**
   * Waits until there is room for so many calls; where they are more than there ever is, until the caller has none.
   *
   * @returns what gives the room back, to be called once
   * @throws {Overloaded} when there was none in time, or too many wait already, the signal's error when nobody waits any more
   */
  enter(caller: string, calls: number, signal: Signal): Promise<() => void>;
  /** Callers who have room, or wait for some. */
  readonly size: number;
};

export type FanOutAdmissionOptions = {
  /** Calls that the operations of one caller may make together. */
  maxCallsPerCaller: number;
  maxWaitMs?: number;
  /** Operations of one caller that may wait. */
  maxWaiting?: number;
};

/** What one caller's operations have taken, and those that wait. */
type Lobby = { readonly caller: string; taken: number; readonly waiting: Waiting[] };
type Waiting = { readonly calls: number; end(isLetIn: boolean): void };

export function createFanOutAdmission({
  maxCallsPerCaller,
  maxWaitMs = 5_000,
  maxWaiting = 1_000,
}: FanOutAdmissionOptions): FanOutAdmission {
  const lobbies = new Map<string, Lobby>();

  function lobbyOf(caller: string): Lobby {
    const found = lobbies.get(caller);
    if (found !== undefined) return found;
    const lobby: Lobby = { caller, taken: 0, waiting: [] };
    lobbies.set(caller, lobby);
    return lobby;
  }

  function hasRoom({ taken }: Lobby, calls: number): boolean {
    return taken === 0 || taken + calls <= maxCallsPerCaller;
  }

  /** In their order: a large one would wait forever if small ones could overtake it. */
  function letIn(lobby: Lobby): void {
    const { caller, waiting } = lobby;
    for (let [next] = waiting; next !== undefined && hasRoom(lobby, next.calls); [next] = waiting) {
      waiting.shift();
      lobby.taken += next.calls;
      next.end(true);
    }
    if (lobby.taken === 0 && waiting.length === 0) lobbies.delete(caller);
  }

  function leave(lobby: Lobby, calls: number): void {
    lobby.taken -= calls;
    letIn(lobby);
  }

  async function wait(lobby: Lobby, calls: number, signal: Signal): Promise<void> {
    if (lobby.waiting.length >= maxWaiting) throw overloaded();
    const { promise, resolve: end } = Promise.withResolvers<boolean>();
    const waiting = { calls, end };
    lobby.waiting.push(waiting);
    const timer = setTimeout(end, maxWaitMs, false).unref();
    try {
      if (!(await abortable(promise, signal))) throw overloaded();
    } catch (error) {
      const place = lobby.waiting.indexOf(waiting);
      if (place < 0)
        leave(lobby, calls); // let in and aborted within one tick
      else {
        lobby.waiting.splice(place, 1);
        letIn(lobby); // who comes next may take less
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async enter(caller, calls, signal) {
      const lobby = lobbyOf(caller);
      if (lobby.waiting.length === 0 && hasRoom(lobby, calls)) lobby.taken += calls;
      else await wait(lobby, calls, signal);
      return () => leave(lobby, calls);
    },
    get size() {
      return lobbies.size;
    },
  };
}

function overloaded(): Overloaded {
  return new Overloaded('Too many lists are read at once.');
}
