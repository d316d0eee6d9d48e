import { createGraphQLError } from 'graphql-yoga';
import type { Plugin } from './plugin.ts';

/** Size of a request body, in bytes; Yoga enforces it while it reads. */
export const maxBodyBytes = 1_000_000;

/** Length of a document: parsing takes time and memory that grow with it, so it is refused before. */
const maxDocumentLength = 15_000;

/** Refuses what is too big before anything reads it, and bodies that are not JSON in UTF-8. */
export function useLimits(): Plugin {
  return {
    onRequestParse({ request }) {
      if (request.method !== 'POST' || isJsonInUtf8(request.headers.get('content-type'))) return;
      throw createGraphQLError('A POST needs the content type application/json, in UTF-8.', {
        extensions: { http: { status: 415 } },
      });
    },
    onParams({ params }) {
      if (typeof params.query !== 'string' || params.query.length <= maxDocumentLength) return;
      throw createGraphQLError(`A document is at most ${maxDocumentLength} characters long.`, {
        extensions: { http: { status: 413 } },
      });
    },
  };
}

function isJsonInUtf8(contentType: string | null): boolean {
  return contentType !== null && /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType);
}
