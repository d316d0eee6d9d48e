import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import { toHeaderList } from './request.ts';
import { writeFetchResponse } from './yoga-path.ts';

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
  await writeFetchResponse(response, answer);
}
