import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { processRegularResult } from 'graphql-yoga';
import { notToBeKept, requestIdHeader } from '../plugins/arrival.ts';
import type { MediaType } from './plain-request.ts';

/** An answer, written; those who share it send the same bytes. */
export type Reply = { status: number; headers: Record<string, string>; body: Buffer };

/** What Yoga's own processor makes of a result; of one without errors, which it would look for in many places, at once. */
export function replyOf(result: ExecutionResult, mediaType: MediaType): Reply {
  if (result.errors === undefined) {
    const headers = { 'content-type': `${mediaType}; charset=utf-8` };
    return { status: 200, headers, body: Buffer.from(JSON.stringify(result)) };
  }
  // It only constructs one of those.
  const { init, body } = processRegularResult(result, { Response: Written } as never, mediaType) as unknown as Written;
  return { status: init.status, headers: init.headers, body: Buffer.from(body) };
}

export function writeReply(
  response: ServerResponse,
  { status, headers, body }: Reply,
  { requestId }: { requestId: string },
): void {
  const all = { ...headers, ...notToBeKept, [requestIdHeader]: requestId, 'content-length': body.length };
  response.writeHead(status, all).end(body);
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
