import { beforeEach, describe, expect, test } from 'vitest';
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
  UpstreamAuth,
  UpstreamBadResponse,
  UpstreamTimeout,
  UpstreamUnavailable,
} from '../../../src/errors.ts';
import { calls, failing, later, reads, request, saying, upstream } from './support/cached-reads.ts';

describe('a response that is no longer stale is kept for a failure of the upstream', () => {
  beforeEach(async () => {
    await reads.read(request());
    await later(5_000);
  });

  test.each([
    new UpstreamUnavailable('down'),
    new UpstreamTimeout('slow'),
    new UpstreamBadResponse('odd'),
    new RateLimited('busy', 1),
    new Overloaded('full'),
  ])('an expired response is served when the upstream fails with %s', async (error) => {
    failing(error);
    expect(await reads.read(request())).toEqual({ value: 'first', origin: 'stale', ageMs: 5_000 });
    expect(calls).toBe(2);
    await later(6_000);
    await expect(reads.read(request())).rejects.toBe(error);
  });

  test.each([
    new Forbidden('no'),
    new Unauthenticated('who'),
    new UpstreamAuth('whose'),
    new NotFound('none'),
    new Gone('gone'),
    new Conflict('no'),
    new BadUserInput('what'),
    new ClientGone('left'),
    new Error('a mistake'),
  ])('an expired response is not served when the read fails with %s', async (error) => {
    failing(error);
    await expect(reads.read(request())).rejects.toBe(error);
  });

  test.each([new Forbidden('no'), new Unauthenticated('who'), new NotFound('none')])(
    'an expired response is dropped after the upstream answered with %s',
    async (error) => {
      failing(error);
      await expect(reads.read(request())).rejects.toBe(error);
      await later(500);
      failing(new UpstreamUnavailable('down'));
      await expect(reads.read(request())).rejects.toThrow(UpstreamUnavailable);
    },
  );

  test('a read that must be fresh fails when the upstream fails', async () => {
    failing(new UpstreamUnavailable('down'));
    await expect(reads.read(request({ mustBeFresh: true }))).rejects.toThrow(UpstreamUnavailable);
  });

  test('when the upstream hangs, a read whose deadline passes is served the expired response, and a read whose client leaves fails', async () => {
    upstream.says = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    for (const [reason, outcome] of [
      [new DOMException('over', 'TimeoutError'), { value: 'first' }],
      [new Error('left'), undefined],
    ] as const) {
      const leaving = new AbortController();
      const read = reads.read(request({ deadline: { signal: leaving.signal, endsAt: () => 0 } }));
      leaving.abort(reason);
      if (outcome === undefined) await expect(read).rejects.toThrow(ClientGone);
      else expect(await read).toMatchObject(outcome);
    }
  });

  test('a read that fails is served the newer response that another read stored in the meantime', async () => {
    let fail: (error: Error) => void = () => undefined;
    upstream.says = () =>
      new Promise((_, reject) => {
        fail = reject;
      });
    const read = reads.read(request());
    await later(0);
    saying('second');
    await reads.read(request({ mustBeFresh: true }));
    await later(10);
    fail(new UpstreamUnavailable('down'));
    expect(await read).toEqual({ value: 'second', origin: 'cache', ageMs: 10 });
  });

  test('a read that fails after a write is not served a response from before the write', async () => {
    let fail: (error: Error) => void = () => undefined;
    upstream.says = () =>
      new Promise((_, reject) => {
        fail = reject;
      });
    const read = reads.read(request());
    await reads.invalidate('x');
    fail(new UpstreamUnavailable('down'));
    await expect(read).rejects.toThrow(UpstreamUnavailable);
  });
});
