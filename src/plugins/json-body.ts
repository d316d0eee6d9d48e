import { GraphQLError } from 'graphql';
import { createGraphQLError, type GraphQLParams } from 'graphql-yoga';
import { isPlainBody } from '../http-message/codings.ts';
import { JsonTooLarge } from '../http-message/json-limits.ts';
import { decodeUtf8, parseUnambiguousJson } from '../http-message/json-text.ts';
import { isJsonInUtf8 } from '../http-message/media-type.ts';
import { createBatch } from './batch.ts';
import type { Plugin, ServerContext } from './plugin.ts';

/**
 * Accepts a POST only as JSON in UTF-8: the content types of HTML forms execute nothing.
 *
 * @param maxBatch the most operations of one body; 0 where a body is no list of operations
 */
export function useJsonBody(maxBatch: number): Plugin {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (request.method !== 'POST') return;
      if (!isJsonInUtf8(request.headers.get('content-type'))) {
        throw createGraphQLError('A POST needs the content type application/json, in UTF-8.', {
          extensions: { http: { status: 415 } },
        });
      }
      if (!isPlainBody(request.headers.get('content-encoding'), request.headers.get('transfer-encoding'))) {
        throw createGraphQLError('The body of a POST is sent without compression.', {
          extensions: { http: { status: 415, headers: { 'accept-encoding': 'identity' } } },
        });
      }
      setRequestParser((request) => parseBody(request, serverContext, maxBatch));
    },
  };
}

/** Yoga's own parser would replace invalid UTF-8 by U+FFFD, and execute what the client did not send. */
async function parseBody(
  request: Request,
  context: ServerContext,
  maxBatch: number,
): Promise<GraphQLParams | GraphQLParams[]> {
  const body = await request
    .arrayBuffer()
    .then((bytes) => parseJsonBody(new Uint8Array(bytes)))
    .catch(undefinedUnlessRefused);
  if (Array.isArray(body)) {
    if (maxBatch === 0 || !isBatch(body, maxBatch)) throw batchRefused(maxBatch);
    context.batch = createBatch(body);
    return body;
  }
  if (typeof body === 'object' && body !== null) return body;
  throw createGraphQLError(
    'The body of a POST is a JSON object in UTF-8, with unique names and without lone surrogates.',
    {
      extensions: { http: { status: 400 }, code: 'BAD_REQUEST' },
    },
  );
}

/** Parses the body of a request, on both paths. @throws {SyntaxError} and {JsonTooLarge} */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  return text === undefined ? undefined : parseUnambiguousJson(text);
}

function isBatch(body: readonly unknown[], maxBatch: number): body is GraphQLParams[] {
  const isObject = (entry: unknown) => typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  return body.length > 0 && body.length <= maxBatch && body.every(isObject);
}

/** Clients that send batches can be configured not to, or to send smaller ones. */
function batchRefused(maxBatch: number): GraphQLError {
  const message =
    maxBatch === 0
      ? 'A request holds one operation. Send the operations of a batch as requests of their own.'
      : `A batch holds 1 to ${maxBatch} operations, each as a JSON object. Divide a larger one among several requests.`;
  return createGraphQLError(message, { extensions: { http: { status: 400 }, code: 'BAD_REQUEST' } });
}

/** Invalid JSON and an incomplete body have the same error; what is refused for its size has its own. */
function undefinedUnlessRefused(error: unknown): undefined {
  if (error instanceof JsonTooLarge) throw jsonTooLarge(error);
  if (error instanceof GraphQLError) throw error;
}

/** The error of a request whose JSON is refused for its size: 413, with the limit. */
export function jsonTooLarge({ message }: JsonTooLarge): GraphQLError {
  return createGraphQLError(message, { extensions: { http: { status: 413 } } });
}
