import { createHash } from 'node:crypto';
import { namesType } from '../http-message/accept.ts';
import { securityHeaders } from '../http-message/security-headers.ts';

/** A page or a file of a page, with the headers that belong to it. */
export type HtmlReply = {
  body: string | Uint8Array<ArrayBuffer>;
  headers: Record<string, string> & { etag?: string };
};

/** Headers of every page and of each of its files. */
export const pageHeaders = { ...securityHeaders, 'x-frame-options': 'DENY' };

/** @returns a page that browsers revalidate before each use */
export function pageReply(html: string, contentSecurityPolicy: string): HtmlReply {
  const etag = `"${createHash('sha256').update(html).digest('base64')}"`;
  return { body: html, headers: { ...htmlHeaders(html, contentSecurityPolicy), 'cache-control': 'no-cache', etag } };
}

/** @returns a page that is good for one use, because it contains a nonce of its policy */
export function singleUseReply(html: string, contentSecurityPolicy: string): HtmlReply {
  return { body: html, headers: { ...htmlHeaders(html, contentSecurityPolicy), 'cache-control': 'no-store' } };
}

function htmlHeaders(html: string, contentSecurityPolicy: string) {
  return {
    ...pageHeaders,
    'content-type': 'text/html; charset=utf-8',
    'content-length': `${Buffer.byteLength(html)}`,
    'content-security-policy': contentSecurityPolicy,
    vary: 'accept',
  };
}

/** Whether a request is one of a browser for a page: GET or HEAD, and its `Accept` header names HTML. */
export function wantsHtml({ method, headers }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && namesType(headers.get('accept'), 'text/html');
}

/** @returns 304 when the browser has the page already, else the page; without its body for HEAD */
export function respondWithPage(request: Request, { body, headers }: HtmlReply): Response {
  if (headers.etag !== undefined && matches(request.headers.get('if-none-match'), headers.etag)) {
    const { 'content-length': _, ...rest } = headers;
    return new Response(null, { status: 304, headers: rest });
  }
  return new Response(request.method === 'HEAD' ? null : body, { headers });
}

function matches(ifNoneMatch: string | null, etag: string): boolean {
  return ifNoneMatch?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;
}
