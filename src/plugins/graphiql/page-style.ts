/** GraphiQL's own variables, as hue, saturation and lightness. */
const lightColors =
  '--color-info: 208, 100%, 36%; --color-warning: 36, 100%, 28%; --color-tertiary: 188, 100%, 24%; --color-success: 158, 60%, 26%; --color-primary: 320, 95%, 40%;';
const darkLineNumbers = 'color: #a6b0c3;';
/** The class of comments in the editor. */
const comment = '.mtk8';
const darkComment = 'color: #8fbf7f;';

/**
 * The style of the page, and what GraphiQL's own lacks.
 *
 * - GraphiQL moves a focused tab by a transform that it computes from an old layout, so that the first click misses the tab.
 * - It shows tabs in one line without a scrollbar, so that most of the examples would be hidden.
 * - The contrast of its muted text, of its names of types in the light theme, and of its line numbers and comments in the dark one is below 4.5, and
 *   its links in text have no line below.
 */
export const pageStyle = `
      html, body { height: 100%; margin: 0; overflow: hidden; color-scheme: light dark; color: CanvasText; background: Canvas; }
      body { display: flex; flex-direction: column; }
      h1.page-title { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
      #root { flex: 1; min-height: 0; }
      #root > .loading { margin: 0; padding: 2rem; font: 16px system-ui, sans-serif; }
      #root .graphiql-container { width: 100%; height: 100%; --alpha-secondary: .86; }
      #root .graphiql-tab { transform: none !important; }
      #root .graphiql-tabs { flex-wrap: wrap; row-gap: 2px; overflow: visible; }
      #root .graphiql-session-header { height: auto; align-items: start; }
      #root a[class^=graphiql-doc-explorer] { text-decoration: underline; }
      @media (prefers-color-scheme: light) { body:not(.graphiql-dark) #root .graphiql-container { ${lightColors} } }
      body.graphiql-light #root .graphiql-container { ${lightColors} }
      @media (prefers-color-scheme: dark) { body:not(.graphiql-light) #root .monaco-editor .line-numbers { ${darkLineNumbers} } }
      body.graphiql-dark #root .monaco-editor .line-numbers { ${darkLineNumbers} }
      #root .vs-dark ${comment} { ${darkComment} }`;
