import {
  Conflict,
  Forbidden,
  Gone,
  NotFound,
  OutcomeUnknown,
  RateLimited,
  Unauthenticated,
  UpstreamAuth,
} from '../../errors.ts';
import type { UpstreamCall } from './client.ts';
import type { SendState } from './dispatch.ts';

/** A call that changes something. */
export type WriteCall = Pick<UpstreamCall, 'path' | 'query' | 'body'> & {
  /** Set where the upstream counts these calls by themselves: that there are too many says nothing about others. */
  quota?: string;
  /** What it is called where an operation explains itself. */
  resource: string;
  method: UpstreamCall['method'];
  /** Doing it twice is the same as doing it once. */
  repeatable: boolean;
  /** For a client that has to find out whether it was done. */
  advice: string;
};

/** Answers that leave no doubt: the upstream has refused, and nothing was done. */
const refusals = [Conflict, Forbidden, Gone, NotFound, RateLimited, Unauthenticated, UpstreamAuth];

/**
 * Makes a write, once: it is never sent again when a byte of it may have arrived.
 *
 * @throws what `send` throws, where nothing was done; else {OutcomeUnknown}
 */
export async function writeOnce<T>(
  { repeatable, advice }: WriteCall,
  send: (attempt: SendState) => Promise<T>,
): Promise<T> {
  const attempt = { isSent: false };
  try {
    return await send(attempt);
  } catch (error) {
    if (!attempt.isSent || refusals.some((refusal) => error instanceof refusal)) throw error;
    throw new OutcomeUnknown(`Whether this was done is unknown. ${advice}`, repeatable, { cause: error });
  }
}
