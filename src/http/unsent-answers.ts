import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientLimits } from '../config/client-limits.ts';

/** An answer whose client has not taken all of it. Times are of `performance.now()`, in ms. */
type Unsent = {
  /** Memory that it holds. Node frees a chunk when the system has taken all of it, so this shrinks in steps. */
  bytes: number;
  /** Bytes that the system had taken from the connection when the answer was written, and at the last check. */
  readonly takenAtFirst: number;
  taken: number;
  readonly writtenAt: number;
  progressAt: number;
};

/** The budget of memory for responses that clients have not read, for one server. */
export type UnsentAnswers = {
  /** The class of the server's responses: it counts what the system does not take at once, whichever path writes it. */
  Response: typeof ServerResponse<IncomingMessage>;
  /** Whether new requests are to be refused: more than half of the budget is in use. */
  isAboveHalf(): boolean;
  /** Closes connections whose clients take nothing, and above half of the budget those that take too long. */
  check(): void;
  /** Bytes that are held now. */
  bytes(): number;
};

/**
 * Bounds the memory of answers that clients do not take, or take slowly.
 *
 * - No progress for `writeTimeoutMs` while bytes are unsent closes the connection.
 * - Above half of the budget new requests are refused, and a check closes the clients that would need longer than
 *   `writeTimeoutMs` at their present speed.
 * - Above the budget the slowest client is closed at once.
 *
 * `socket.setTimeout` cannot do this: any byte that the client sends restarts it, and Yoga and Node's keep-alive set
 * it for their own purposes. Only answers that the system did not take at once are looked at, so idle connections
 * and answers that are sent at once cost nothing.
 *
 * @param onClose is called for each connection that is closed
 */
export function createUnsentAnswers(
  { maxUnsentBytes: maxBytes, writeTimeoutMs }: Pick<ClientLimits, 'maxUnsentBytes' | 'writeTimeoutMs'>,
  onClose: () => void,
): UnsentAnswers {
  let total = 0;
  const unsent = new Map<ServerResponse, Unsent>();

  class CountedResponse extends ServerResponse<IncomingMessage> {
    override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
      const isTaken = super.write(chunk, encoding as BufferEncoding, callback as () => void);
      if (this.writableLength > 0) record(this);
      return isTaken;
    }

    override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
      super.end(chunk, encoding as BufferEncoding, callback as () => void);
      if (this.writableLength > 0) record(this);
      return this;
    }
  }

  function record(response: ServerResponse): void {
    const now = performance.now();
    let answer = unsent.get(response);
    if (answer === undefined) {
      const taken = bytesTaken(response);
      answer = { bytes: 0, takenAtFirst: taken, taken, writtenAt: now, progressAt: now };
      unsent.set(response, answer);
      response.on('close', forget);
    }
    update(answer, response.writableLength);
    while (total > maxBytes && unsent.size > 0) closeSlowest(now);
  }

  function update(answer: Unsent, bytes: number): void {
    total += bytes - answer.bytes;
    answer.bytes = bytes;
  }

  function forget(this: ServerResponse): void {
    remove(this);
  }

  function remove(response: ServerResponse): void {
    total -= unsent.get(response)?.bytes ?? 0;
    unsent.delete(response);
  }

  function close(response: ServerResponse): void {
    remove(response);
    response.req.socket.destroy();
    onClose();
  }

  function closeSlowest(now: number, atLeastMs = 0): boolean {
    let slowest: ServerResponse | undefined;
    let [longestMs, mostBytes] = [atLeastMs, -1];
    for (const [response, answer] of unsent) {
      const ms = remainingMs(answer, now);
      if (ms < longestMs || (ms === longestMs && answer.bytes <= mostBytes)) continue;
      [slowest, longestMs, mostBytes] = [response, ms, answer.bytes];
    }
    if (slowest !== undefined) close(slowest);
    return slowest !== undefined;
  }

  return {
    Response: CountedResponse,
    isAboveHalf: () => total > maxBytes / 2,
    check() {
      const now = performance.now();
      for (const [response, answer] of unsent) {
        const taken = bytesTaken(response);
        update(answer, response.writableLength);
        // A pipelined answer waits for the one before it, and a stream for its source: neither waits for the client.
        if (taken !== answer.taken || response.socket === null || answer.bytes === 0) answer.progressAt = now;
        answer.taken = taken;
        if (now - answer.progressAt >= writeTimeoutMs) close(response);
      }
      while (total > maxBytes / 2 && closeSlowest(now, writeTimeoutMs));
    },
    bytes: () => total,
  };
}

/** Answers that are younger than this, in ms, have no speed yet. */
const speedlessMs = 1_000;

/** How long a client needs for the rest of its answer at its speed until now, in ms; a bound, not a measurement. */
function remainingMs({ bytes, taken, takenAtFirst, writtenAt }: Unsent, now: number): number {
  const elapsedMs = now - writtenAt;
  return elapsedMs < speedlessMs ? 0 : (bytes * elapsedMs) / Math.max(1, taken - takenAtFirst);
}

/**
 * Bytes that the system has taken from a connection. Node's public counters advance by whole chunks, and an answer is
 * one chunk, so a client that reads a large answer slowly would look like one that reads nothing. Node's own socket
 * time-out looks at the same field of the handle.
 */
function bytesTaken({ socket }: ServerResponse): number {
  const { _handle: handle } = (socket ?? {}) as Socket & { _handle?: Handle | null };
  return handle ? handle.bytesWritten - handle.writeQueueSize : 0;
}

type Handle = { readonly bytesWritten: number; readonly writeQueueSize: number };
