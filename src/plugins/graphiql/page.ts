import { randomBytes } from 'node:crypto';
import { type HtmlReply, singleUseReply } from '../html-response.ts';
import type { AssetFile, AssetName } from './assets.ts';
import { explainStyle } from './explain-style.ts';
import { pageStyle } from './page-style.ts';
import { type TokenUse, tokenField, tokenFieldStyle, tokenScript } from './token-field.ts';

/** What the page shows and calls. */
export type PageOptions = {
  /** The path of the GraphQL endpoint for clients, with the base path; it is also the path of the page. */
  endpoint: string;
  title: string;
  /** The operations that are opened first; later the browser restores the tabs that were open. */
  tabs: readonly { query: string; variables: string }[];
  /** Whether the page has a field for an access token. */
  token: TokenUse;
  /** Whether the page has a panel that shows the upstream calls of operations. */
  explains: boolean;
};

/** Bytes of a nonce: it cannot be guessed. */
const nonceBytes = 16;

/**
 * Renders the page around GraphiQL, with a content security policy that permits no other host, and of scripts only those with
 * the nonce of this response.
 */
export function renderPage(options: PageOptions, assets: readonly AssetFile[]): HtmlReply {
  const nonce = randomBytes(nonceBytes).toString('base64');
  const urls = new Map(assets.map(({ name, file }) => [name, `${options.endpoint}/assets/${file}`]));
  const url = (name: AssetName) => urls.get(name) ?? '';
  const title = options.title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${title}</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(LOGO)}">
    <style>${pageStyle}${tokenFieldStyle}${explainStyle}
    </style>
  </head>
  <body class="no-focus-outline">
    <header>
      <h1 class="page-title">${title}</h1>
      <noscript>GraphiQL needs JavaScript.</noscript>${tokenField(options.token)}
    </header>
    <main id="root"><p class="loading" role="status">GraphiQL is loading …</p></main>
    <!-- Here it does not keep what stands before it from being painted. -->
    <link rel="stylesheet" href="${url('style')}">
    <script nonce="${nonce}" src="${url('script')}"></script>
    <script nonce="${nonce}" type="module">${startScript({ ...options, title }, url)}</script>
  </body>
</html>
`;
  return singleUseReply(html, contentSecurityPolicy(nonce));
}

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">
<path d="M9 23 16 8l8 13Z" fill="none" stroke="#0f766e" stroke-width="2.5"/>
<circle cx="16" cy="8" r="5" fill="#0f766e"/><circle cx="9" cy="23" r="5" fill="#14b8a6"/><circle cx="24" cy="21" r="5" fill="#f59e0b"/>
</svg>`;

function startScript(
  { endpoint, title, tabs, token, explains }: PageOptions,
  url: (name: AssetName) => string,
): string {
  const workers = { editorWorkerService: url('editorWorker'), json: url('jsonWorker'), graphql: url('graphqlWorker') };
  const props = {
    endpoint,
    title,
    logo: LOGO,
    defaultTabs: tabs.length > 0 ? tabs : undefined,
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: 'variables',
  };
  // GraphiQL adds a tab when none of the stored ones has the initial query and variables, so it gets those of the active tab. It
  // would also write each query, with its personal data, into the page's URL: the empty onEditQuery prevents that.
  const plugins = explains
    ? `
      import { explainPlugin } from '${url('explainPlugin')}';
      self.graphiqlPlugins = [explainPlugin];`
    : `
      self.graphiqlPlugins = [];`;
  return `
      import { makeAccessible } from '${url('accessibility')}';${plugins}
      makeAccessible(document.querySelector('#root'));${tokenScript(token)}
      const workers = ${toScript(workers)};
      const props = ${toScript(props)};
      self.MonacoEnvironment = { getWorkerUrl: (_, label) => workers[label] };
      const { tabs = [], activeTabIndex = 0 } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}');
      const { query, variables } = tabs[activeTabIndex] ?? props.defaultTabs?.[0] ?? {};
      YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
        ...props,
        initialQuery: query ?? undefined,
        initialVariables: variables ?? undefined,
        onEditQuery() {},
      });
    `;
}

/** JSON that cannot close the script element that contains it. */
function toScript(value: object): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'", // the editor places its lines and cursors with style attributes
    "font-src 'self' data:",
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
