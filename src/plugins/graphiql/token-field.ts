/** Whether callers of the endpoint have an access token: never, some of them, or all of them. */
export type TokenUse = 'none' | 'optional' | 'required';

/** The style of the form, which follows the colours of the browser's light or dark theme. */
export const tokenFieldStyle = `
      #access-token { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .5rem 1rem; font: 14px system-ui, sans-serif; color-scheme: light dark; color: CanvasText; background: Canvas; border-bottom: 1px solid GrayText; }
      #access-token #token { flex: 0 1 28rem; min-width: 8rem; font: inherit; padding: .25rem .5rem; }
      #access-token button { font: inherit; padding: .25rem .75rem; }`;

/** @returns the form for the access token; empty where callers have none */
export function tokenField(use: TokenUse): string {
  if (use === 'none') return '';
  const hint = use === 'required' ? 'The gateway answers only requests with a token.' : 'Some operations need a token.';
  return `
    <form id="access-token">
      <label for="token">Access token</label>
      <input id="token" type="password" autocomplete="off" spellcheck="false" required maxlength="8192" aria-describedby="token-hint">
      <label><input id="token-is-kept" type="checkbox"> Keep it until this browser tab is closed</label>
      <button type="submit">Use</button>
      <button type="reset">Forget</button>
      <span id="token-hint" role="status">${hint}</span>
    </form>`;
}

/**
 * The script of the form. It adds the token to the requests of the page that have no `authorization` header of their own, and lets
 * GraphiQL read the schema again when the token changes. The token is in memory only, so that it is gone when the page is
 * loaded again, unless the user asks for `sessionStorage`. Where a token is required and absent, a request is answered by the
 * page itself: with what to do, and without a 401.
 */
export function tokenScript(use: TokenUse): string {
  if (use === 'none') return '';
  return `
      const form = document.querySelector('#access-token');
      const [field, isKept, hint] = ['#token', '#token-is-kept', '#token-hint'].map((id) => form.querySelector(id));
      const hintWithoutToken = hint.textContent;
      let token;
      function useToken(text) {
        token = text;
        hint.textContent = token === '' ? hintWithoutToken : 'The token is used for all requests of this page.';
        document.querySelector('[aria-label^="Re-fetch GraphQL schema"]')?.click();
      }
      isKept.checked = sessionStorage.getItem('access-token') !== null;
      useToken(sessionStorage.getItem('access-token') ?? '');
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        const text = field.value.trim().replace(/^Bearer +/i, '');
        if (isKept.checked) sessionStorage.setItem('access-token', text);
        else sessionStorage.removeItem('access-token');
        field.value = '';
        useToken(text);
      });
      form.addEventListener('reset', () => {
        sessionStorage.removeItem('access-token');
        useToken('');
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
