import { beforeEach, describe, expect, test, vi } from 'vitest';
import { errorForStatus } from '../../../src/upstream/client/errors.ts';
import { body, retried } from './support/retry.ts';

describe('Retry-After of a 503 is the shortest pause before a retry', () => {
  beforeEach(() => void vi.setSystemTime('2026-01-01T00:00:00Z'));
  const unavailableFor = (header: string) => errorForStatus(503, { 'retry-after': header });

  test.each([
    ['2', 2_050],
    ['Thu, 01 Jan 2026 00:00:03 GMT', 3_050],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 50],
    ['-5', 50],
    ['0', 50],
    ['soon', 50],
  ])('Retry-After of a 503 is the shortest pause: %s', async (header, ms) => {
    const upstream = retried([unavailableFor(header)]);
    expect(await upstream.end({ endsAt: () => 10_000 })).toBe(body);
    expect(upstream.sent).toEqual([0, ms]);
  });

  test.each(['10', '1000000000', 'Fri, 01 Jan 2100 00:00:00 GMT'])(
    'a Retry-After that is longer than the remaining time ends the call at once: %s',
    async (header) => {
      const error = unavailableFor(header);
      const upstream = retried([error]);
      expect(await upstream.end({ endsAt: () => 10_000 })).toBe(error);
      expect(performance.now()).toBe(0);
    },
  );

  test('a Retry-After of more than a minute ends the call, also without a deadline', async () => {
    for (const [header, sends] of [
      ['59', 2],
      ['60', 1],
      ['1000000000', 1],
    ] as const) {
      const upstream = retried([unavailableFor(header)]);
      await upstream.end();
      expect(upstream.sent).toHaveLength(sends);
    }
  });

  test('Retry-After and the random pause together are limited by maxPauseMs', async () => {
    for (const [maxPauseMs, sends] of [
      [2_050, 2],
      [2_049, 1],
    ] as const) {
      const upstream = retried([unavailableFor('2')], { maxPauseMs });
      await upstream.end();
      expect(upstream.sent).toHaveLength(sends);
    }
  });

  test('Retry-After of a 503 is in the extensions of the error', () => {
    expect(unavailableFor('7').extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', retryable: true, retryAfter: 7 });
    expect(errorForStatus(503).extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  });
});
