import type { IncomingMessage } from 'node:http';
import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import { toHeaderList } from './request.ts';
import { clientLeft } from './respond.ts';
import { writeFetchResponse, type YogaContext } from './yoga-path.ts';

/**
 * Answers a request whose body has already been read through Yoga; it is aborted when the client leaves, as Yoga's own are.
 *
 * @param beforeAnswer is called when the operation has been executed, before anything of its answer is written
 */
export async function respondThroughYoga(
  gateway: FastPathGateway,
  { message, response, body }: FastPathRequest,
  beforeAnswer?: () => void,
): Promise<void> {
  const compression = { mayCompress: false };
  const context: YogaContext & { req: IncomingMessage } = { req: message, compression };
  const leaving = new AbortController();
  response.once('close', () => leaving.abort(clientLeft));
  const { signal } = leaving;
  const init = { method: 'POST', headers: toHeaderList(message.headers), body: new Uint8Array(body), signal };
  const answer = await gateway.fetch(`http://gateway${message.url}`, init, context);
  beforeAnswer?.();
  await writeFetchResponse(response, answer, compression, gateway);
}
