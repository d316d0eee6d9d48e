import { hash } from 'node:crypto';
import { isAsyncIterable } from 'graphql-yoga';
import type { Plugin } from './plugin.ts';

/**
 * What a response depends on beside its address. A shared cache may not keep it, and the cache of a client asks before each
 * use.
 */
const headers = { 'cache-control': 'private, no-cache', vary: 'Authorization, X-Organization, Accept' };

/**
 * Gives the answer to a GET that names a stored document an `ETag`, and answers with 304 and without a body where the client
 * has the same answer already. Only an answer without errors is one that a client should keep. The operation is executed in
 * any case: what is saved is the transfer.
 */
export function useRevalidation(): Plugin {
  return {
    onResultProcess({ result, serverContext }) {
      if (Array.isArray(result) || isAsyncIterable(result) || result.errors !== undefined)
        serverContext.mayRevalidate = false;
    },
    async onResponse({ request, response, serverContext, setResponse, fetchAPI }) {
      if (serverContext.mayRevalidate !== true || response.status !== 200) return;
      const body = await response.text();
      // Weak, because a proxy or the server may compress the body.
      const etag = `W/"${hash('sha256', `${response.headers.get('content-type')}\n${body}`, 'base64url')}"`;
      const isSame = namesTag(request.headers.get('if-none-match'), etag);
      const kept = [...response.headers].filter(([name]) => !isSame || !/^content-/i.test(name));
      const all = { ...Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value])), ...headers, etag };
      setResponse(new fetchAPI.Response(isSame ? null : body, { status: isSame ? 304 : 200, headers: all }));
    },
  };
}

/** RFC 9110: `*`, or a list of tags of which one is the same but for its weakness. */
function namesTag(header: string | null, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.some((tag) => tag.replace(/^W\//, '') === etag.slice('W/'.length));
}
