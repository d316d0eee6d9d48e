import { processRegularResult } from 'graphql-yoga';
import { noStoreHeaders, requestIdHeader } from '../plugins/request-id.ts';
import type { SerializableResult } from '../plugins/result-pipeline.ts';
import type { FastPathRequest } from './fast-path-gateway.ts';
import type { MediaType } from './request.ts';
import { encodeUtf8 } from './utf8.ts';

/** A response as bytes; the requests that share an execution send the same ones. */
export type SerializedResponse = {
  readonly status: number;
  /** Names and values in alternation, of all headers but the request id. */
  readonly headers: readonly string[];
  readonly body: Buffer;
};

/**
 * Serializes a result like Yoga does; a result without errors directly, because Yoga searches it for extensions.
 *
 * @param headers names and values in alternation of further headers
 */
export function serializeResponse(
  result: SerializableResult,
  mediaType: MediaType,
  headers: readonly string[],
): SerializedResponse {
  if (result.errors === undefined) {
    const text = (result.stringify ?? JSON.stringify)(result);
    return toSerialized(200, { 'content-type': `${mediaType}; charset=utf-8` }, headers, text);
  }
  // The only thing that Yoga's function does with its fetch API is to construct a Response.
  const fetchApi = { Response: RecordedResponse } as never;
  const { init, body } = processRegularResult(result, fetchApi, mediaType) as unknown as RecordedResponse;
  return toSerialized(init.status, init.headers, headers, body);
}

function toSerialized(
  status: number,
  own: Record<string, string>,
  further: readonly string[],
  text: string,
): SerializedResponse {
  const body = encodeUtf8(text);
  const all = { ...own, ...noStoreHeaders, 'content-length': String(body.length) };
  return { status, headers: [...Object.entries(all).flat(), ...further], body };
}

/** Writes a response with the request id of one request. */
export function writeResponse(
  { response, context }: FastPathRequest,
  { status, headers, body }: SerializedResponse,
): void {
  response.writeHead(status, [...headers, requestIdHeader, context.requestId]).end(body);
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
