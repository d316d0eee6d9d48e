import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import { toHeaderList } from './request.ts';

/** Answers a request whose body has already been read through Yoga. */
export async function respondThroughYoga(
  gateway: FastPathGateway,
  { message, response, body }: FastPathRequest,
): Promise<void> {
  const answer = await gateway.fetch(`http://gateway${message.url}`, {
    method: 'POST',
    headers: toHeaderList(message.headers),
    body: new Uint8Array(body),
  });
  const text = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': text.length }).end(text);
}
