/** Whether callers of the endpoint have an access token: never, some of them, or all of them. */
export type TokenUse = 'none' | 'optional' | 'required';

/** The style of the form, which follows the colours of the browser's light or dark theme. */
export const tokenFieldStyle = `
      #access-token { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .5rem 1rem; font: 14px system-ui, sans-serif; color-scheme: light dark; color: CanvasText; background: Canvas; border-bottom: 1px solid GrayText; }
      #access-token input { flex: 0 1 28rem; min-width: 8rem; font: inherit; padding: .25rem .5rem; }
      #access-token button { font: inherit; padding: .25rem .75rem; }`;

/** @returns the form for the access token; empty where callers have none */
export function tokenField(use: TokenUse): string {
  if (use === 'none') return '';
  const hint = use === 'required' ? 'The gateway answers only requests with a token.' : 'Some operations need a token.';
  return `
    <form id="access-token">
      <label for="token">Access token</label>
      <input id="token" type="password" autocomplete="off" spellcheck="false" required maxlength="8192" aria-describedby="token-hint">
      <button type="submit">Use</button>
      <button type="reset">Forget</button>
      <span id="token-hint" role="status">${hint} The token is kept until this browser tab is closed.</span>
    </form>`;
}

/**
 * The script of the form. It keeps the token in `sessionStorage`, adds it to the requests of the page that have no
 * `authorization` header of their own, and loads the page again when the token changes, so that GraphiQL reads the schema.
 * Where a token is required and absent, a request is answered by the page itself: with what to do, and without a 401.
 */
export function tokenScript(use: TokenUse): string {
  if (use === 'none') return '';
  return `
      const form = document.querySelector('#access-token');
      const token = sessionStorage.getItem('access-token') ?? '';
      if (token !== '') form.querySelector('#token-hint').textContent = 'The token is used for all requests of this browser tab.';
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        sessionStorage.setItem('access-token', form.querySelector('#token').value.trim().replace(/^Bearer +/i, ''));
        location.reload();
      });
      form.addEventListener('reset', () => {
        sessionStorage.removeItem('access-token');
        location.reload();
      });
      const send = self.fetch;
      self.fetch = (input, init = {}) => {
        const headers = new Headers(init.headers);
        if (headers.has('authorization')) return send(input, init);
        if (token !== '') headers.set('authorization', 'Bearer ' + token);
        else if (${use === 'required'}) return Promise.resolve(Response.json({ errors: [{ message: 'Write an access token into the field at the top of this page.' }] }));
        return send(input, { ...init, headers });
      };`;
}
