import { vi } from 'vitest';
import { PublicError, RateLimited, UpstreamTimeout, UpstreamUnavailable } from '../../../../src/errors.ts';
import type { ResponseBody } from '../../../../src/upstream/client/body.ts';
import type { Send, UpstreamCall } from '../../../../src/upstream/client/client.ts';
import { type RetryOptions, withRetry } from '../../../../src/upstream/resilience/retry.ts';
import './fake-clock.ts';

/** The response of a call that succeeds. */
export const body: ResponseBody = { bytes: Buffer.from('{}'), json: {} };

/** Returns the error of a call that failed with this code of Node, OpenSSL or undici. */
export function unavailable(code: string): UpstreamUnavailable {
  return new UpstreamUnavailable('no', { cause: Object.assign(new Error(code), { code }) });
}

/** The error of a 5xx. */
export const failed = new UpstreamUnavailable('failed');

/** The error of an attempt that timed out. */
export const late = new UpstreamTimeout('late');

/** The error of a 429 without `Retry-After`. */
export const slow = new RateLimited('slow', undefined);

/** An upstream that fails with `errors` in their order and then succeeds; `sent` has the times of the calls in ms. */
export function retried(
  errors: readonly Error[],
  { leaves = true, ...options }: RetryOptions & { leaves?: boolean } = {},
) {
  const began = performance.now();
  const left = [...errors];
  const sent: number[] = [];
  const next: Send = async () => {
    sent.push(performance.now() - began);
    const error = left.shift();
    if (error === undefined) return body;
    if (error instanceof PublicError) error.wasSent = leaves;
    throw error;
  };
  const send = withRetry({ random: () => 0.5, ...options })(next);
  /** Advances the clock until a call has settled, and returns its result. */
  async function end(given: Partial<UpstreamCall> = {}) {
    const made = send({
      kind: 'read',
      method: 'GET',
      path: '/a',
      signal: new AbortController().signal,
      credentialId: 'one',
      ...given,
    }).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    return made;
  }
  return { sent, end };
}
