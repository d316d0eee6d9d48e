import type { ExecutionResult } from 'graphql';
import { processRegularResult } from 'graphql-yoga';
import { noStoreHeaders, requestIdHeader } from '../plugins/request-id.ts';
import type { FastPathRequest } from './fast-path-gateway.ts';
import type { MediaType } from './request.ts';
import { encodeUtf8 } from './utf8.ts';

/** An answer, written; those who share it send the same bytes. */
export type SerializedResponse = {
  readonly status: number;
  /** Names and values by turns, of all headers but the id of the request. */
  readonly headers: readonly string[];
  readonly body: Buffer;
};

/** What Yoga's own processor makes of a result; of one without errors, which it would look for in many places, at once. */
export function serializeResponse(result: ExecutionResult, mediaType: MediaType): SerializedResponse {
  if (result.errors === undefined) {
    return toReply(200, { 'content-type': `${mediaType}; charset=utf-8` }, JSON.stringify(result));
  }
  // It only constructs one of those.
  const { init, body } = processRegularResult(result, { Response: Written } as never, mediaType) as unknown as Written;
  return toReply(init.status, init.headers, body);
}

function toReply(status: number, headers: Record<string, string>, text: string): SerializedResponse {
  const body = encodeUtf8(text);
  const all = { ...headers, ...noStoreHeaders, 'content-length': String(body.length) };
  return { status, headers: Object.entries(all).flat(), body };
}

export function writeResponse(
  { response, context }: FastPathRequest,
  { status, headers, body }: SerializedResponse,
): void {
  response.writeHead(status, [...headers, requestIdHeader, context.requestId]).end(body);
}

/** Keeps what a Response is made of. */
class Written {
  readonly body: string;
  readonly init: { status: number; headers: Record<string, string> };

  constructor(body: string, init: Written['init']) {
    this.body = body;
    this.init = init;
  }
}
