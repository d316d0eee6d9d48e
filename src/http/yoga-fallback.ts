import type { IncomingMessage } from 'node:http';
import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import { toHeaderList } from './request.ts';
import { writeFetchResponse, type YogaContext } from './yoga-path.ts';

/** Answers a request whose body has already been read through Yoga. */
export async function respondThroughYoga(
  gateway: FastPathGateway,
  { message, response, body }: FastPathRequest,
): Promise<void> {
  const context: YogaContext & { req: IncomingMessage } = { req: message };
  const init = { method: 'POST', headers: toHeaderList(message.headers), body: new Uint8Array(body) };
  const answer = await gateway.fetch(`http://gateway${message.url}`, init, context);
  await writeFetchResponse(response, answer, context, gateway.writeAnswer);
}
