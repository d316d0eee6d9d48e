import type { Plugin } from 'graphql-yoga';
import { chooseCoding } from '../http-message/accept.ts';
import { type Asset, assetBody, packAssets } from './graphiql/assets.ts';
import { type PageOptions, renderPage } from './graphiql/page.ts';
import { type HtmlReply, pageHeaders, respondWithPage, wantsHtml } from './html-response.ts';

/** The paths of the page and of its files, without the base path, which the router has removed. */
const pagePath = '/graphql';
const assetsPath = `${pagePath}/assets/`;

/** Options of the page, each with a default. */
export type GraphiQLOptions = Partial<PageOptions>;

const DEFAULTS: PageOptions = { endpoint: '/graphql', title: 'GraphiQL', tabs: [], token: 'none', explains: false };

/**
 * Answers a browser that opens the endpoint with a GraphiQL page that loads nothing from another host. The page is small
 * and is good for one use; its scripts and styles are under `<endpoint>/assets/`, named by their hash and cached without limit.
 * They are prepared for the first request of the page, so that a server without such requests does not pay for them.
 */
export function useGraphiQL(options: GraphiQLOptions = {}): Plugin {
  const settings = { ...DEFAULTS, ...options };
  let preparing: { render: Promise<() => HtmlReply>; assets: Promise<Map<string, Asset>> } | undefined;

  function prepare() {
    const { files, assets } = packAssets();
    return {
      render: files.then((all) => () => renderPage(settings, all)),
      assets: assets.then((all) => new Map(all.map((asset) => [assetsPath + asset.file, asset]))),
    };
  }

  async function answer(request: Request, path: string): Promise<Response | undefined> {
    preparing ??= prepare();
    if (path === pagePath) return respondWithPage(request, (await preparing.render)());
    const asset = (await preparing.assets).get(path);
    return asset && respondWithPage(request, await assetReply(asset, request));
  }

  return {
    // Not async: nearly all requests are not for GraphiQL, and continue without waiting for a promise.
    onRequest({ request, url, endResponse }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
      const isForGraphiQL = url.pathname === pagePath ? wantsHtml(request) : url.pathname.startsWith(assetsPath);
      return isForGraphiQL
        ? answer(request, url.pathname).then((response) => response && endResponse(response))
        : undefined;
    },
  };
}

async function assetReply(asset: Asset, request: Request): Promise<HtmlReply> {
  const encoding = chooseCoding(request.headers.get('accept-encoding'), ['br', 'gzip']);
  const body = await assetBody(asset, encoding);
  const headers = {
    ...pageHeaders,
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
