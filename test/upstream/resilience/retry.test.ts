import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  BadUserInput,
  ClientGone,
  Conflict,
  Forbidden,
  Gone,
  NotFound,
  Overloaded,
  PublicError,
  RateLimited,
  Unauthenticated,
  UpstreamBadResponse,
  UpstreamTimeout,
  UpstreamUnavailable,
} from '../../../src/errors.ts';
import type { ResponseBody } from '../../../src/upstream/client/body.ts';
import type { Send, UpstreamCall } from '../../../src/upstream/client/client.ts';
import { errorForStatus } from '../../../src/upstream/client/errors.ts';
import { undefinedIfScrollExpired } from '../../../src/upstream/pagination/scroll.ts';
import { CircuitOpen, RateLimitGateClosed } from '../../../src/upstream/resilience/failure-kinds.ts';
import { type RetryOptions, withRetry } from '../../../src/upstream/resilience/retry.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const body: ResponseBody = { bytes: Buffer.from('{}'), json: {} };

function unavailable(code: string): UpstreamUnavailable {
  return new UpstreamUnavailable('no', { cause: Object.assign(new Error(code), { code }) });
}

const failed = new UpstreamUnavailable('failed');
const late = new UpstreamTimeout('late');
const slow = new RateLimited('slow', undefined);

/** An upstream that fails with `errors` in their order and then succeeds; `sent` has the times of the calls in ms. */
function retried(errors: readonly Error[], { leaves = true, ...options }: RetryOptions & { leaves?: boolean } = {}) {
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

describe('a read that fails is repeated', () => {
  test('a read is repeated at most twice when the upstream fails, after a random pause that doubles', async () => {
    const passing = retried([failed, failed]);
    expect(await passing.end()).toBe(body);
    expect(passing.sent).toEqual([0, 50, 150]);
    const lasting = retried([failed, failed, failed]);
    expect(await lasting.end()).toBe(failed);
    expect(lasting.sent).toEqual([0, 50, 150]);
  });

  test('a read is repeated once after a time-out, also when another attempt fails in another way', async () => {
    const passing = retried([late]);
    expect(await passing.end()).toBe(body);
    expect(passing.sent).toEqual([0, 50]);
    for (const errors of [
      [late, late],
      [failed, late, late],
      [late, failed, late],
    ]) {
      const lasting = retried(errors);
      expect(await lasting.end()).toBe(late);
      expect(lasting.sent).toHaveLength(errors.length);
    }
  });

  test('the pause before a repeated read is between nothing and the whole bound', async () => {
    const hasty = retried([failed, failed], { random: () => 0 });
    await hasty.end();
    expect(hasty.sent).toEqual([0, 0, 0]);
    const patient = retried([failed, failed, failed, failed, failed], { random: () => 1, retries: 5 });
    await patient.end();
    expect(patient.sent).toEqual([0, 100, 300, 700, 1_500, 2_500]); // The longest pause is a second.
  });

  test.each(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])(
    'a read is repeated at once, the first time, after a lost connection: %s',
    async (code) => {
      const error = unavailable(code);
      const once = retried([error]);
      expect(await once.end()).toBe(body);
      expect(once.sent).toEqual([0, 0]);
      const again = retried([error, error]);
      await again.end();
      expect(again.sent).toEqual([0, 0, 100]);
    },
  );

  test('a read that is repeated without a pause is sent in the same tick', async () => {
    const next = vi.fn<Send>().mockRejectedValueOnce(unavailable('EPIPE')).mockResolvedValue(body);
    const made = withRetry()(next)({ kind: 'read', method: 'GET', path: '/a', signal: new AbortController().signal });
    await new Promise(setImmediate); // This function is not faked.
    expect(next).toHaveBeenCalledTimes(2);
    expect(await made).toBe(body);
  });

  test.each(['EAI_AGAIN', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'HPE_INVALID_CONSTANT'])(
    'a read is repeated after %s, which may pass',
    async (code) => {
      const upstream = retried([unavailable(code)]);
      expect(await upstream.end()).toBe(body);
      expect(upstream.sent).toEqual([0, 50]);
    },
  );

  test('a read is repeated at once after a 429, at most twice, because the rate-limit gate does the waiting', async () => {
    const upstream = retried([slow, new RateLimited('slow', 5), slow]);
    expect(await upstream.end()).toBe(slow);
    expect(upstream.sent).toEqual([0, 0, 0]);
  });
});

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

describe('a write is repeated only if it was not sent', () => {
  const write = { kind: 'write', method: 'PUT' } as const;

  test('a write is repeated while no byte of it has left', async () => {
    const upstream = retried([unavailable('ECONNREFUSED'), unavailable('UND_ERR_CONNECT_TIMEOUT')], { leaves: false });
    expect(await upstream.end(write)).toBe(body);
    expect(upstream.sent).toEqual([0, 50, 150]);
  });

  test.each([failed, late, slow, unavailable('ECONNRESET')])(
    'a write is not repeated once it was sent: %s',
    async (error) => {
      const upstream = retried([error]);
      expect(await upstream.end(write)).toBe(error);
      expect(upstream.sent).toEqual([0]);
    },
  );

  test('a write is not repeated after an error that does not say whether it was sent', async () => {
    const error = new TypeError('oops');
    const upstream = retried([error], { leaves: false });
    expect(await upstream.end(write)).toBe(error);
    expect(upstream.sent).toEqual([0]);
  });

  test('a write with the method GET is not repeated once it was sent', async () => {
    const upstream = retried([failed]);
    expect(await upstream.end({ ...write, method: 'GET' })).toBe(failed);
    expect(upstream.sent).toEqual([0]);
  });
});

describe('the next page of a scroll is requested again only if the request was not sent', () => {
  test('the next page of a scroll is requested again while no byte of the request has left', async () => {
    const upstream = retried([unavailable('ECONNREFUSED')], { leaves: false });
    expect(await upstream.end({ kind: 'scroll' })).toBe(body);
    expect(upstream.sent).toHaveLength(2);
  });

  test.each([failed, late, slow, unavailable('ECONNRESET')])(
    'a page of a scroll may be lost once its request was sent, so the scroll counts as expired: %s',
    async (error) => {
      const upstream = retried([error]);
      const end = await upstream.end({ kind: 'scroll' });
      expect(end).toBeInstanceOf(Gone);
      expect(end).toMatchObject({ cause: error });
      expect(undefinedIfScrollExpired(end)).toBeUndefined();
      expect(upstream.sent).toEqual([0]);
    },
  );

  test('a page of a scroll fails with the original error where a read would not be repeated', async () => {
    for (const [error, given] of [
      [new CircuitOpen(), {}],
      [new Forbidden('no'), {}],
      [unavailable('CERT_HAS_EXPIRED'), {}],
      [failed, { endsAt: () => 0 }],
      [failed, { signal: AbortSignal.abort() }],
    ] as const) {
      expect(await retried([error]).end({ kind: 'scroll', ...given })).toBe(error);
    }
    const broke = { earn: () => undefined, spend: () => false };
    expect(await retried([failed], { budget: broke }).end({ kind: 'scroll' })).toBe(failed);
  });
});

describe('the retry budget bounds the number of sent calls', () => {
  const errors = [
    failed,
    late,
    slow,
    unavailable('ECONNRESET'),
    unavailable('EAI_AGAIN'),
    errorForStatus(503, { 'retry-after': '1' }),
  ];
  const outcome = fc.constantFrom(...errors, new CircuitOpen(), new NotFound('no'), undefined);

  /** Makes `calls` calls, and returns how often they were sent in total. */
  async function sendsOf(calls: number, outcomeOf: (call: number) => Error | undefined) {
    let sends = 0;
    let call = 0;
    const send = withRetry()(async () => {
      sends += 1;
      const error = outcomeOf(call);
      if (error !== undefined) throw error;
      return body;
    });
    for (; call < calls; call += 1) {
      const made = send({
        kind: 'read',
        method: 'GET',
        path: '/a',
        signal: new AbortController().signal,
        credentialId: 'one',
      });
      made.catch(() => undefined);
      await vi.runAllTimersAsync();
    }
    return sends;
  }

  test('a call is sent three times at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 6 }), fc.boolean(), async (outcomes, leaves) => {
        const errorsOf = outcomes.map((error) => error ?? failed);
        const { sent, end } = retried(errorsOf, { leaves });
        await end();
        expect(sent.length).toBeLessThanOrEqual(3);
      }),
    );
  });

  test('a thousand calls that all fail are sent 1,200 times at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.constantFrom(...errors)), async (stream) => {
        const sends = await sendsOf(1_000, () => stream.next().value);
        expect(sends).toBeLessThanOrEqual(1_200);
        expect(sends).toBeGreaterThan(1_050); // Otherwise no call would be repeated.
      }),
      { numRuns: 5 },
    );
  });

  test('a thousand calls of which one in a hundred fails once are sent at most 1,050 times, and all succeed', async () => {
    const failing = new Set<number>();
    const sends = await sendsOf(1_000, (call) => {
      if (call % 100 !== 7 || failing.has(call)) return undefined;
      failing.add(call);
      return failed;
    });
    expect(sends).toBe(1_010);
  });

  test('only first attempts fill the retry budget, and each repeat is taken from it', async () => {
    const budget = { earn: vi.fn(), spend: vi.fn(() => false).mockReturnValueOnce(true) };
    const upstream = retried([failed, failed, failed], { budget });
    expect(await upstream.end()).toBe(failed);
    expect(upstream.sent).toHaveLength(2);
    expect(budget.earn).toHaveBeenCalledTimes(1);
    expect(budget.spend).toHaveBeenCalledTimes(2);
  });
});
