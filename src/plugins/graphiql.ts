import type { Plugin } from 'graphql-yoga';
import { type Asset, assetBody, chooseEncoding, packAssets } from './graphiql/assets.ts';
import { type Page, type PageOptions, renderPage } from './graphiql/page.ts';

/** Options of the page, each with a default. */
export type GraphiQLOptions = Partial<PageOptions>;

const DEFAULTS: PageOptions = { endpoint: '/graphql', title: 'GraphiQL', tabs: [] };

/**
 * Answers a browser that opens the endpoint with a GraphiQL page that loads nothing from another host. The page is small
 * and is revalidated; its scripts and styles are under `<endpoint>/assets/`, named by their hash and cached without limit.
 * They are prepared for the first request of the page, so that a server without such requests does not pay for them.
 */
export function useGraphiQL(options: GraphiQLOptions = {}): Plugin {
  const settings = { ...DEFAULTS, ...options };
  const assetsPath = `${settings.endpoint}/assets/`;
  let preparing: Promise<{ page: Page; assets: Map<string, Asset> }> | undefined;

  async function prepare() {
    const packed = await packAssets();
    const assets = new Map(packed.map((asset) => [assetsPath + asset.file, asset]));
    return { page: renderPage(settings, packed), assets };
  }

  async function answer(request: Request, path: string): Promise<Response | undefined> {
    preparing ??= prepare();
    const { page, assets } = await preparing;
    const asset = assets.get(path);
    if (path === settings.endpoint) return respond(request, pageReply(page));
    return asset && respond(request, await assetReply(asset, request));
  }

  return {
    // Not async: nearly all requests are not for GraphiQL, and continue without waiting for a promise.
    onRequest({ request, url, endResponse }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
      const isForGraphiQL =
        url.pathname === settings.endpoint ? wantsHtml(request) : url.pathname.startsWith(assetsPath);
      return isForGraphiQL
        ? answer(request, url.pathname).then((response) => response && endResponse(response))
        : undefined;
    },
  };
}

type Reply = { body: string | Uint8Array<ArrayBuffer>; headers: Record<string, string> & { etag: string } };

const ALWAYS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' };

function pageReply({ html, etag, contentSecurityPolicy }: Page): Reply {
  const headers = {
    ...ALWAYS,
    'content-type': 'text/html; charset=utf-8',
    'content-length': `${Buffer.byteLength(html)}`,
    'content-security-policy': contentSecurityPolicy,
    'cache-control': 'no-cache',
    vary: 'accept',
    etag,
  };
  return { body: html, headers };
}

async function assetReply(asset: Asset, request: Request): Promise<Reply> {
  const encoding = chooseEncoding(request.headers.get('accept-encoding') ?? '');
  const body = await assetBody(asset, encoding);
  const headers = {
    ...ALWAYS,
    'content-type': asset.type,
    'content-length': `${body.byteLength}`,
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
    // A worker obeys the policy of its own script, not that of the page.
    'content-security-policy': "default-src 'none'",
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
    etag: `"${asset.hash}-${encoding}"`,
  };
  return { body, headers };
}

function respond(request: Request, { body, headers }: Reply): Response {
  if (matches(request.headers.get('if-none-match'), headers.etag)) {
    const { 'content-length': _, ...rest } = headers;
    return new Response(null, { status: 304, headers: rest });
  }
  return new Response(request.method === 'HEAD' ? null : body, { headers });
}

function wantsHtml({ headers }: Request): boolean {
  return headers.get('accept')?.includes('text/html') ?? false;
}

function matches(ifNoneMatch: string | null, etag: string): boolean {
  return ifNoneMatch?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;
}
