import { isUtf8 } from 'node:buffer';
import { GraphQLError } from 'graphql';
import { createGraphQLError, type GraphQLParams } from 'graphql-yoga';
import type { Plugin } from './plugin.ts';

/** Takes a POST as JSON in UTF-8 and as nothing else: what a form can send executes nothing, and bytes mean one thing. */
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

/** Yoga's own parser turns bytes that are no UTF-8 into U+FFFD, and goes on with what nobody sent. */
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

/** Invalid JSON and a client that left within its body are alike; a body that Yoga refused as too large is not. */
function undefinedUnlessRefused(error: unknown): undefined {
  if (error instanceof GraphQLError) throw error;
}

export function isJsonInUtf8(contentType: string | null): boolean {
  return contentType !== null && /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType);
}
