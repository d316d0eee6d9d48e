import { isUtf8 } from 'node:buffer';
import { GraphQLError } from 'graphql';
import { createGraphQLError, type GraphQLParams } from 'graphql-yoga';
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
      setRequestParser(parseBody);
    },
  };
}

/** Yoga's own parser would replace invalid UTF-8 by U+FFFD, and execute what the client did not send. */
async function parseBody(request: Request): Promise<GraphQLParams> {
  const body = await request.arrayBuffer().then(parseJson).catch(undefinedUnlessRefused);
  if (typeof body === 'object' && body !== null) return body;
  throw createGraphQLError('The body of a POST is a JSON object in UTF-8.', {
    extensions: { http: { status: 400 }, code: 'BAD_REQUEST' },
  });
}

function parseJson(bytes: ArrayBuffer): unknown {
  return isUtf8(bytes) ? JSON.parse(Buffer.from(bytes).toString('utf8')) : undefined;
}

/** Invalid JSON and an incomplete body have the same error; a body that Yoga refused as too large has its own. */
function undefinedUnlessRefused(error: unknown): undefined {
  if (error instanceof GraphQLError) throw error;
}

/** Whether a `Content-Type` header means JSON in UTF-8. */
export function isJsonInUtf8(contentType: string | null): boolean {
  return contentType !== null && /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType);
}
