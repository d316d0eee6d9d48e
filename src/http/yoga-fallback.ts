import type { Gateway } from '../gateway.ts';
import type { FastPathRequest } from './pending-request.ts';

/** Lets Yoga's own door answer a request whose body has been read. */
export async function respondThroughYoga(
  gateway: Gateway,
  { message, response, body }: FastPathRequest,
): Promise<void> {
  const headers = Object.entries(message.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value.toString()]],
  );
  const answer = await gateway.fetch(`http://gateway${message.url}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  const text = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': text.length }).end(text);
}
