import type { IncomingMessage } from 'node:http';
import type { Gateway } from '../server.ts';
import { createCoalescer } from '../upstream/resilience/coalescer.ts';
import type { MediaType, Params } from './plain-request.ts';
import type { Reply } from './reply.ts';

/** A request that may be answered together with others. */
export type Asked = {
  message: IncomingMessage;
  body: Buffer;
  params: Params;
  mediaType: MediaType;
  context: { requestId: string; startedAt?: number };
  /** Of whoever asks. */
  signal: AbortSignal;
};

/** Waits for the answer of an identical request that is being executed, or has this one executed. */
export type Share = (
  asked: Asked,
  start: (signal: AbortSignal) => Promise<Reply | undefined>,
) => Promise<Reply | undefined>;

/**
 * A document with one of these words is executed for each who sends it, though it may only stand in a comment: what
 * changes something, and lists, whose next page belongs to one reader.
 */
const ownWords = /\b(?:mutation|subscription|contacts)\b/;

const forever = () => Number.POSITIVE_INFINITY;

/**
 * Identical operations in flight share one execution and one body: the same token, character by character, and the same
 * bytes. That is narrower than the same caller, and known before anybody has looked at the token; whoever is refused is
 * refused together. Nothing is kept once the answer is out.
 */
export function createSharing(gateway: Gateway): Share {
  if (!gateway.sharesOperations) return ({ signal }, start) => start(signal);
  const { share } = createCoalescer();
  return async ({ message, body, params, mediaType, context, signal }, start) => {
    if (ownWords.test(params.query)) return start(signal);
    const { authorization = '', 'cache-control': freshness = '' } = message.headers;
    const key = `${authorization}\n${freshness}\n${mediaType}\n${body.toString('latin1')}`;
    const { result, joined } = share(key, '', { signal, endsAt: forever }, async (shared) => ({
      reply: await start(shared.signal),
      by: context,
    }));
    const { reply, by } = await result;
    if (joined && reply !== undefined) gateway.logJoined(context, by);
    return reply;
  };
}
