import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';

/** The call that a response belongs to, and the status of the response. */
export type RewrittenCall = { readonly method: string; readonly path: string; readonly status: number };

/** Changes the text of a response, and its status if it returns one. */
export type Rewrite = (
  text: string,
  call: RewrittenCall,
) => string | { readonly status: number; readonly text: string };

/** An upstream that forwards each request to another one, and changes the responses. */
export type RewritingUpstream = RawUpstream & {
  /** Changes responses from now on. */
  rewrite(change: Rewrite): void;
};

/** Starts an upstream in front of the emulator, for spellings that the emulator never writes. */
export async function startRewritingUpstream(target: string): Promise<RewritingUpstream> {
  let change: Rewrite = (text) => text;
  const upstream = await startRawUpstream((request, response) => {
    void forward(request.method ?? 'GET', request.url ?? '/');

    async function forward(method: string, path: string): Promise<void> {
      const nth = upstream.requests.lastIndexOf(`${method} ${path}`);
      const { authorization = '', 'content-type': contentType = '' } = request.headers;
      const answer = await fetch(target + path, {
        method,
        headers: { ...(authorization && { authorization }), ...(contentType && { 'content-type': contentType }) },
        ...(method === 'GET' ? {} : { body: upstream.bodies[nth] ?? '' }),
      });
      const changed = change(await answer.text(), { method, path, status: answer.status });
      const { status, text } = typeof changed === 'string' ? { status: answer.status, text: changed } : changed;
      response.writeHead(status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      response.end(text);
    }
  });
  return {
    ...upstream,
    rewrite(next) {
      change = next;
    },
  };
}
