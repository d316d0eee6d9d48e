import { describe, expect, test, vi } from 'vitest';
import {
  BadUserInput,
  ClientGone,
  Conflict,
  Forbidden,
  Gone,
  NotFound,
  Overloaded,
  RateLimited,
  Unauthenticated,
  UpstreamBadResponse,
  UpstreamTimeout,
} from '../../../src/errors.ts';
import { CircuitOpen, RateLimitGateClosed } from '../../../src/upstream/resilience/failure-kinds.ts';
import { body, failed, late, retried, slow, unavailable } from './support/retry.ts';

describe('a read that fails is not repeated in some cases', () => {
  test.each([
    'ENOTFOUND',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'CRL_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'ERROR_IN_CERT_NOT_AFTER_FIELD',
    'UND_ERR_DESTROYED',
    'UND_ERR_CLOSED',
  ])('a read is not repeated after %s, which will not pass', async (code) => {
    const error = unavailable(code);
    const upstream = retried([error]);
    expect(await upstream.end()).toBe(error);
    expect(upstream.sent).toEqual([0]);
  });

  test.each([
    new CircuitOpen(),
    new RateLimitGateClosed(0),
    new Overloaded('full'),
    new UpstreamBadResponse('what'),
    new NotFound('no'),
    new Gone('no'),
    new Conflict('no'),
    new Forbidden('no'),
    new Unauthenticated('no'),
    new BadUserInput('no'),
    new ClientGone('left'),
    new TypeError('oops'),
  ])('a read is not repeated after $name', async (error) => {
    const upstream = retried([error]);
    expect(await upstream.end()).toBe(error);
    expect(upstream.sent).toEqual([0]);
  });

  test('a read without a credential, which has no rate-limit gate, is not repeated after a 429', async () => {
    const upstream = retried([slow]);
    expect(await upstream.end({ credentialId: undefined })).toBe(slow);
    expect(upstream.sent).toEqual([0]);
  });

  test('a read is not repeated once its operation has ended or its client has disconnected', async () => {
    for (const error of [late, failed, slow]) {
      const upstream = retried([error]);
      expect(await upstream.end({ signal: AbortSignal.abort() })).toBe(error);
      expect(upstream.sent).toEqual([0]);
    }
  });

  test.each([
    ['leaves', undefined, ClientGone],
    ['is out of time', new DOMException('over', 'TimeoutError'), UpstreamTimeout],
  ])('a read is not repeated when its client %s during the pause', async (_, reason, error) => {
    const upstream = retried([failed]);
    const client = new AbortController();
    setTimeout(() => client.abort(reason), 49);
    expect(await upstream.end({ signal: client.signal })).toBeInstanceOf(error);
    expect(upstream.sent).toEqual([0]);
    expect(performance.now()).toBeLessThan(50);
  });

  test.each([
    [failed, 50],
    [late, 50],
    [unavailable('ECONNRESET'), 0],
    [new RateLimited('slow', 3), 3_000],
  ])('a read is not repeated when the remaining time is not longer than the pause: %s', async (error, pauseMs) => {
    vi.advanceTimersByTime(10_000); // The clock must not start at the time of the call.
    const hurried = retried([error]);
    expect(await hurried.end({ endsAt: () => 10_000 + pauseMs })).toBe(error);
    expect(hurried.sent).toEqual([0]);
    expect(performance.now()).toBe(10_000);
    const inTime = retried([error]);
    expect(await inTime.end({ endsAt: () => 10_000 + pauseMs + 1 })).toBe(body);
  });
});
