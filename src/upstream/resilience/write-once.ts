import { OutcomeUnknown, PublicError } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import type { UpstreamCall } from '../client/client.ts';
import { failureKindOf } from './failure-kinds.ts';

/** A call that changes something. */
export type WriteCall = Pick<UpstreamCall, 'path' | 'query' | 'body'> & {
  /** Set where the upstream has a separate rate limit for these calls: their 429s say nothing about other calls. */
  quota?: string;
  /** Its name in the explanation of an operation. */
  resource: string;
  method: UpstreamCall['method'];
  /** Doing it twice is the same as doing it once. */
  repeatable: boolean;
  /** How a client finds out whether it was done; part of the error message. */
  advice: string;
};

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
    if (nothingSent || failureKindOf(error).refusesWrite) throw error;
    throw new OutcomeUnknown(`Whether this was done is unknown. ${advice}`, repeatable, { cause: error });
  }
}
