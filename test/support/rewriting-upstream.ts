import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';

/** An upstream that forwards each request to another one, and changes the text of the responses. */
export type RewritingUpstream = RawUpstream & {
  /** Changes responses from now on. */
  rewrite(change: (text: string) => string): void;
};

/** Starts an upstream in front of the emulator, for spellings that the emulator never writes. */
export async function startRewritingUpstream(target: string): Promise<RewritingUpstream> {
  let change = (text: string) => text;
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
      const text = change(await answer.text());
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
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
