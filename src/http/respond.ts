import { AbortSource } from '../async/abort-signal.ts';
import { executeRequest } from './execute-request.ts';
import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import type { RequestParams } from './request.ts';
import { writeResponse } from './response.ts';

/** The reason of an abort; one for all requests, because creating such an error is expensive. */
export const clientLeft = new DOMException('The client closed the connection.', 'AbortError');

/** Executes one request for itself and writes its response; the execution is aborted when the client leaves. */
export async function respond(
  gateway: FastPathGateway,
  request: FastPathRequest,
  params: RequestParams,
): Promise<void> {
  const abortSource = new AbortSource();
  const abort = () => abortSource.abort(clientLeft);
  request.response.once('close', abort);
  const response = await executeRequest(gateway, { ...request, params, signal: abortSource.signal });
  request.response.off('close', abort);
  if (!abortSource.aborted) writeResponse(gateway, request, response);
}
