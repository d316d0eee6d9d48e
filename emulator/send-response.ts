import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './dispatch.ts';
import { brokenAnswer, padding } from './fault-response.ts';
import type { FaultRule } from './faults.ts';

type Whole = Omit<Answer, 'body'> & { body: string | Buffer };

/** Sends an answer as it should be. */
export function send(response: ServerResponse, { status, headers, body }: Whole): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes);
}

/** Lets an answer go wrong. Ends early when the client goes away, which is what `signal` tells. */
export async function sendBroken(
  response: ServerResponse,
  rule: FaultRule,
  good: Answer,
  signal: AbortSignal,
): Promise<void> {
  const { kind, ms = 0 } = rule;
  if (ms > 0 && kind !== 'drip') await sleep(ms, undefined, { signal });
  const whole = brokenAnswer(rule, good);
  if (whole !== undefined) {
    send(response, whole);
    // Announced as a connection that stays, and closed all the same.
    if (kind === 'close') response.socket?.end();
    return;
  }
  const body = Buffer.from(good.body);
  const half = body.subarray(0, Math.ceil(body.length / 2));
  const head = { ...good.headers, 'content-length': body.length };
  switch (kind) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang-body':
      response.writeHead(good.status, head).write(half);
      return;
    case 'reset-body':
      response.writeHead(good.status, head).write(half, () => response.socket?.resetAndDestroy());
      return;
    case 'truncate':
      response.writeHead(good.status, head).write(half, () => response.socket?.destroySoon());
      return;
    case 'huge':
      return pour(response.writeHead(200, { 'content-type': 'application/json' }), rule.bytes ?? 100_000_000, signal);
    case 'drip':
      return drip(response.writeHead(good.status, head), body, ms || 100, signal);
  }
}

function pour(response: ServerResponse, bytes: number, signal: AbortSignal): Promise<void> {
  return pipeline(Readable.from(padded(bytes)), response, { signal });
}

function* padded(bytes: number): Generator<string | Buffer> {
  yield padding.before;
  for (let sent = 0; sent < bytes; sent += padding.chunk.length) yield padding.chunk;
  yield padding.after;
}

async function drip(response: ServerResponse, body: Buffer, ms: number, signal: AbortSignal): Promise<void> {
  for (const byte of body) {
    response.write(Buffer.of(byte));
    await sleep(ms, undefined, { signal });
  }
  response.end();
}
