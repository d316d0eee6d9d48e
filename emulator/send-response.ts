import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiResponse } from './dispatch.ts';
import { faultyResponse, paddedBody } from './fault-response.ts';
import type { FaultRule } from './faults.ts';

type CompleteResponse = Omit<ApiResponse, 'body'> & { body: string | Buffer };

/** Sends a complete response. */
export function sendResponse(response: ServerResponse, { status, headers, body }: CompleteResponse): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes);
}

/**
 * Sends the faulty response of a rule, or interrupts the connection.
 *
 * @param correct the response that the call has without the fault
 * @param signal aborts when the client disconnects, and ends the sending
 */
export async function sendFaulty(
  response: ServerResponse,
  rule: FaultRule,
  correct: ApiResponse,
  signal: AbortSignal,
): Promise<void> {
  const { kind, ms = 0 } = rule;
  if (ms > 0 && kind !== 'drip') await sleep(ms, undefined, { signal });
  const faulty = faultyResponse(rule, correct);
  if (faulty !== undefined) {
    sendResponse(response, faulty);
    // The response promised to keep the connection open, which is closed nevertheless.
    if (kind === 'close') response.socket?.end();
    return;
  }
  const body = Buffer.from(correct.body);
  const half = body.subarray(0, Math.ceil(body.length / 2));
  const head = { ...correct.headers, 'content-length': body.length };
  switch (kind) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang-body':
      response.writeHead(correct.status, head).write(half);
      return;
    case 'reset-body':
      response.writeHead(correct.status, head).write(half, () => response.socket?.resetAndDestroy());
      return;
    case 'truncate':
      response.writeHead(correct.status, head).write(half, () => response.socket?.destroySoon());
      return;
    case 'huge':
      return sendPadded(
        response.writeHead(200, { 'content-type': 'application/json' }),
        rule.bytes ?? 100_000_000,
        signal,
      );
    case 'drip':
      return sendSlowly(response.writeHead(correct.status, head), body, ms || 100, signal);
  }
}

function sendPadded(response: ServerResponse, bytes: number, signal: AbortSignal): Promise<void> {
  return pipeline(Readable.from(paddedChunks(bytes)), response, { signal });
}

function* paddedChunks(bytes: number): Generator<string | Buffer> {
  yield paddedBody.before;
  for (let sent = 0; sent < bytes; sent += paddedBody.chunk.length) yield paddedBody.chunk;
  yield paddedBody.after;
}

async function sendSlowly(response: ServerResponse, body: Buffer, ms: number, signal: AbortSignal): Promise<void> {
  for (const byte of body) {
    response.write(Buffer.of(byte));
    await sleep(ms, undefined, { signal });
  }
  response.end();
}
