import { createGraphQLError, processRegularResult } from 'graphql-yoga';
import { chooseResponseType, namesType } from '../http-message/accept.ts';
import { chooseDelivery } from '../http-message/incremental.ts';
import type { Plugin } from './plugin.ts';

/** The media types beside JSON in which Yoga can send a result. */
const streamTypes = ['text/event-stream', 'multipart/mixed'];

/**
 * Chooses the media type of the response on the Yoga path by the same rule as the fast path, and refuses a client that accepts
 * none before anything is executed: Yoga itself ignores weights, and would answer a mutation that it has executed with 406.
 */
export function useResponseType(): Plugin {
  return {
    onRequestParse({ request, serverContext }) {
      const accept = request.headers.get('accept');
      serverContext.delivery = chooseDelivery(accept);
      if (chooseResponseType(accept) !== undefined || acceptsStream(accept)) return;
      throw createGraphQLError('The response is application/json or application/graphql-response+json, in UTF-8.', {
        extensions: { http: { status: 406 } },
      });
    },
    onResultProcess({ request, setResultProcessor }) {
      const accept = request.headers.get('accept');
      const type = chooseResponseType(accept);
      if (type === undefined && acceptsStream(accept)) return;
      setResultProcessor(processRegularResult, type ?? 'application/json');
    },
  };
}

function acceptsStream(accept: string | null): boolean {
  return streamTypes.some((type) => namesType(accept, type));
}
