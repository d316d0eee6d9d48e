import {
  Conflict,
  Forbidden,
  Gone,
  NotFound,
  OutcomeUnknown,
  PublicError,
  RateLimited,
  Unauthenticated,
  UpstreamAuth,
} from '../../errors.ts';
import type { ResponseBody } from './body.ts';
import type { UpstreamCall } from './client.ts';

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
 * Sends a write and reads its response. The write is never sent again once a byte of it has left.
 *
 * @param read throws a refusal (a KO envelope) or {UpstreamBadResponse}
 * @throws what `send` or `read` throws where nothing was done; else {OutcomeUnknown}
 */
export async function writeOnce<T>(
  { repeatable, advice }: WriteCall,
  send: () => Promise<ResponseBody>,
  read: (json: unknown) => T,
): Promise<T> {
  let hasResponse = false;
  try {
    const { json } = await send();
    hasResponse = true;
    return read(json);
  } catch (error) {
    const nothingSent = !hasResponse && error instanceof PublicError && !error.wasSent;
    if (nothingSent || refusals.some((refusal) => error instanceof refusal)) throw error;
    throw new OutcomeUnknown(`Whether this was done is unknown. ${advice}`, repeatable, { cause: error });
  }
}
