import { GraphQLError } from 'graphql';
import { createGraphQLError, type GraphQLParams } from 'graphql-yoga';
import { isPlainBody } from '../http-message/codings.ts';
import { JsonTooLarge } from '../http-message/json-limits.ts';
import { decodeUtf8, parseUnambiguousJson } from '../http-message/json-text.ts';
import { isJsonInUtf8 } from '../http-message/media-type.ts';
import type { Plugin } from './plugin.ts';

/** Accepts a POST only as JSON in UTF-8: the content types of HTML forms execute nothing. */
export function useJsonBody(): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
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
      setRequestParser(parseBody);
    },
  };
}

/** Yoga's own parser would replace invalid UTF-8 by U+FFFD, and execute what the client did not send. */
async function parseBody(request: Request): Promise<GraphQLParams> {
  const body = await request
    .arrayBuffer()
    .then((bytes) => parseJsonBody(new Uint8Array(bytes)))
    .catch(undefinedUnlessRefused);
  if (Array.isArray(body)) throw batchRefused();
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

/** Clients that send batches can be configured not to; the operations of one batch would share one deadline and one cost. */
function batchRefused(): GraphQLError {
  return createGraphQLError('A request holds one operation. Send the operations of a batch as requests of their own.', {
    extensions: { http: { status: 400 }, code: 'BAD_REQUEST' },
  });
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
