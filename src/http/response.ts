import { processRegularResult } from 'graphql-yoga';
import { noStoreHeaders, requestIdHeader } from '../plugins/request-id.ts';
import type { SerializableResult } from '../plugins/result-pipeline.ts';
import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import type { MediaType } from './request.ts';
import { encodeUtf8 } from './utf8.ts';
import type { WholeAnswer } from './write-answer.ts';

const noStoreHeaderList = Object.entries(noStoreHeaders).flat();

/** A response without its request id; the requests that share an execution send the same bytes. */
export type SerializedResponse = WholeAnswer;

/**
 * Serializes a result like Yoga does; a result without errors directly, because Yoga searches it for extensions.
 *
 * @param further names and values in alternation of further headers
 * @param mayCompress whether the result holds no secret
 */
export function serializeResponse(
  result: SerializableResult,
  mediaType: MediaType,
  further: readonly string[],
  mayCompress: boolean,
): SerializedResponse {
  if (result.errors === undefined) {
    const headers = ['content-type', `${mediaType}; charset=utf-8`, ...noStoreHeaderList, ...further];
    const text = (result.stringify ?? JSON.stringify)(result);
    return { status: 200, headers, body: encodeUtf8(text), mayCompress };
  }
  // The only thing that Yoga's function does with its fetch API is to construct a Response.
  const fetchApi = { Response: RecordedResponse } as never;
  const { init, body } = processRegularResult(result, fetchApi, mediaType) as unknown as RecordedResponse;
  const headers = [...Object.entries({ ...init.headers, ...noStoreHeaders }).flat(), ...further];
  return { status: init.status, headers, body: encodeUtf8(body), mayCompress };
}

/** Writes a response with the request id of one request. */
export function writeResponse(
  { writeAnswer }: Pick<FastPathGateway, 'writeAnswer'>,
  { response, context }: FastPathRequest,
  serialized: SerializedResponse,
): void {
  writeAnswer(response, { ...serialized, headers: [...serialized.headers, requestIdHeader, context.requestId] });
}

/** Keeps the arguments of the constructor of a `Response`. */
class RecordedResponse {
  readonly body: string;
  readonly init: { status: number; headers: Record<string, string> };

  constructor(body: string, init: RecordedResponse['init']) {
    this.body = body;
    this.init = init;
  }
}
