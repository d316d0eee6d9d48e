import type { Plugin } from 'graphql-yoga';
import { pageReply, respondWithPage, wantsHtml } from './html-response.ts';

/**
 * Answers a browser that opens `/`, or the endpoint where GraphiQL is switched off, with a short page that says what is
 * there and how it is called. Clients that accept no HTML are not affected.
 *
 * @param endpoint the path of the graph for clients, with the base path
 */
export function useLandingPage(hasGraphiQL: boolean, endpoint: string): Plugin {
  const page = pageReply(
    render(hasGraphiQL, endpoint),
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  );
  return {
    onRequest({ request, url: { pathname }, endResponse }) {
      const isOpened = pathname === '/' || (pathname === '/graphql' && !hasGraphiQL);
      if (isOpened && wantsHtml(request)) endResponse(respondWithPage(request, page));
    },
  };
}

function render(hasGraphiQL: boolean, endpoint: string): string {
  const graphiQL = hasGraphiQL
    ? `<p><a href="${endpoint}">Open GraphiQL</a> to read the schema and to try queries.</p>`
    : '<p>GraphiQL and introspection are switched off on this server. Ask its operators for the schema.</p>';
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Contactgraph</title>
    <style>body { max-width: 40rem; margin: 10vh auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color-scheme: light dark; color: CanvasText; background: Canvas; }</style>
  </head>
  <body>
    <h1>Contactgraph</h1>
    <p>This is a GraphQL API for programs. They send <code>POST ${endpoint}</code> with a JSON body
    <code>{"query": "…", "variables": {…}}</code> and an access token in the <code>Authorization</code> header.</p>
    ${graphiQL}
  </body>
</html>
`;
}
