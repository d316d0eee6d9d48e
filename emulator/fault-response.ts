import { gzipSync } from 'node:zlib';
import { envelope, envelopeField } from '../src/upstream/wire.ts';
import { type Answer, json, ko } from './dispatch.ts';
import type { FaultRule } from './faults.ts';

const opening = `{"${envelopeField.status}":"${envelope.ok}"`;
const html = '<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

/** The whole, but wrong, answer of a fault; `undefined` for the kinds that break the connection instead. */
export function brokenAnswer(
  rule: FaultRule,
  good: Answer,
): (Omit<Answer, 'body'> & { body: string | Buffer }) | undefined {
  const { status, code, message = 'A fault that was asked for', bytes = 100_000_000 } = rule;
  const retry = rule.retryAfter === undefined ? {} : { 'retry-after': rule.retryAfter };
  const error = ko(new Date().toISOString(), message, code);
  switch (rule.kind) {
    case 'status':
      return withHeaders(json(status ?? 500, error), retry);
    case 'ko':
      return withHeaders(json(status ?? 200, error), retry);
    case 'html':
      return { status: status ?? 502, headers: { 'content-type': 'text/html', ...retry }, body: html };
    case 'empty':
      return { status: status ?? 200, headers: { 'content-type': 'application/json', ...retry }, body: '' };
    case 'invalid-json':
      return { ...json(status ?? 200, {}), body: `${opening},"more":{"name":"Ada",,}` };
    case 'body':
      return {
        status: status ?? 200,
        headers: { 'content-type': rule.contentType ?? 'application/json', ...retry },
        body: rule.body ?? '',
      };
    case 'redirect':
      return { status: status ?? 302, headers: { location: rule.location ?? 'http://other.example/' }, body: '' };
    case 'gzip-bomb':
      return withHeaders({ ...json(status ?? 200, {}), body: gzipped(bytes) }, { 'content-encoding': 'gzip' });
    case 'content-type':
      return withHeaders(good, { 'content-type': rule.contentType ?? 'text/plain; charset=utf-16' });
    case 'delay':
    case 'close':
      return good;
    default:
      return undefined;
  }
}

/** Opening and end of a body that is JSON, but for its size. */
export const padding = {
  before: `${opening},"pad":"`,
  after: '"}',
  chunk: Buffer.alloc(1_000_000, ' '),
} as const;

/** Members of gzip may follow each other: a bomb is made of one small one, repeated. */
function gzipped(bytes: number): Buffer {
  const count = Math.ceil(bytes / padding.chunk.length);
  const member = gzipSync(padding.chunk);
  return Buffer.concat([
    gzipSync(padding.before),
    ...Array.from({ length: count }, () => member),
    gzipSync(padding.after),
  ]);
}

function withHeaders<T extends { headers: Answer['headers'] }>(answer: T, headers: Record<string, string>): T {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
