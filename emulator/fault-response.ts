import { gzipSync } from 'node:zlib';
import { envelope, envelopeField } from '../src/upstream/wire/index.ts';
import { type ApiResponse, jsonResponse, koEnvelope } from './dispatch.ts';
import type { FaultRule } from './faults.ts';

const envelopeStart = `{"${envelopeField.status}":"${envelope.ok}"`;
const badGatewayHtml =
  '<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

/**
 * Builds the complete response of a fault.
 *
 * @param correct the response that the call has without the fault
 * @returns undefined for the kinds of fault that interrupt the connection instead
 */
export function faultyResponse(
  rule: FaultRule,
  correct: ApiResponse,
): (Omit<ApiResponse, 'body'> & { body: string | Buffer }) | undefined {
  const { status, code, message = 'A fault that was asked for', bytes = 100_000_000 } = rule;
  const retry = rule.retryAfter === undefined ? {} : { 'retry-after': rule.retryAfter };
  const error = koEnvelope(new Date().toISOString(), message, code);
  switch (rule.kind) {
    case 'status':
      return withHeaders(jsonResponse(status ?? 500, error), retry);
    case 'ko':
      return withHeaders(jsonResponse(status ?? 200, error), retry);
    case 'html':
      return {
        status: status ?? 502,
        headers: { 'content-type': 'text/html', ...retry },
        body: badGatewayHtml,
      };
    case 'empty':
      return { status: status ?? 200, headers: { 'content-type': 'application/json', ...retry }, body: '' };
    case 'invalid-json':
      return { ...jsonResponse(status ?? 200, {}), body: `${envelopeStart},"more":{"name":"Ada",,}` };
    case 'body':
      return {
        status: status ?? 200,
        headers: { 'content-type': rule.contentType ?? 'application/json', ...retry },
        body: rule.body ?? '',
      };
    case 'redirect':
      return { status: status ?? 302, headers: { location: rule.location ?? 'http://other.example/' }, body: '' };
    case 'gzip-bomb':
      return withHeaders({ ...jsonResponse(status ?? 200, {}), body: gzipped(bytes) }, { 'content-encoding': 'gzip' });
    case 'content-type':
      return withHeaders(correct, { 'content-type': rule.contentType ?? 'text/plain; charset=utf-16' });
    case 'delay':
    case 'close':
      return correct;
    default:
      return undefined;
  }
}

/** The pieces of a JSON body of any size: `before`, any number of `chunk`s of whitespace, `after`. */
export const paddedBody = {
  before: `${envelopeStart},"pad":"`,
  after: '"}',
  chunk: Buffer.alloc(1_000_000, ' '),
} as const;

/** A gzip stream may hold several members, so one small compressed member is repeated to reach the size. */
function gzipped(bytes: number): Buffer {
  const count = Math.ceil(bytes / paddedBody.chunk.length);
  const member = gzipSync(paddedBody.chunk);
  return Buffer.concat([
    gzipSync(paddedBody.before),
    ...Array.from({ length: count }, () => member),
    gzipSync(paddedBody.after),
  ]);
}

function withHeaders<T extends { headers: ApiResponse['headers'] }>(response: T, headers: Record<string, string>): T {
  return { ...response, headers: { ...response.headers, ...headers } };
}
