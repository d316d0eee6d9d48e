import { describe, expect, test } from 'vitest';
import { Forbidden, Gone } from '../../../src/errors.ts';
import { undefinedIfScrollExpired } from '../../../src/upstream/pagination/scroll.ts';
import { CircuitOpen } from '../../../src/upstream/resilience/failure-kinds.ts';
import { body, failed, late, retried, slow, unavailable } from './support/retry.ts';

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
