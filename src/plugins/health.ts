import type { Plugin } from './plugin.ts';

/** `/livez`: the process runs. `/readyz`: it takes requests; 503 while it starts and once it drains. */
export function useHealth(isReady: () => boolean): Plugin {
  return {
    onRequest({ url, endResponse, fetchAPI }) {
      if (url.pathname !== '/livez' && url.pathname !== '/readyz') return;
      const ok = url.pathname === '/livez' || isReady();
      endResponse(
        new fetchAPI.Response(ok ? 'ok\n' : 'not ready\n', {
          status: ok ? 200 : 503,
          headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
        }),
      );
    },
  };
}
