import { expect, test } from 'vitest';
import { abortable } from '../../src/async/abortable.ts';
import { ClientGone, UpstreamTimeout } from '../../src/errors.ts';

const timedOut = new DOMException('over', 'TimeoutError');

test('a failure of work whose caller has already aborted is not an unhandled rejection', async () => {
  const work = Promise.withResolvers<never>();
  await expect(abortable(work.promise, AbortSignal.abort())).rejects.toThrow(ClientGone);
  work.reject(new Error('late')); // An unhandled rejection would end the test run.
  await new Promise(setImmediate);
});

test.each([
  ['its client leaves', undefined, ClientGone],
  ['its deadline passes', timedOut, UpstreamTimeout],
])('a wait is rejected when %s, before or during the wait', async (_, reason, error) => {
  const work = new Promise<never>(() => undefined);
  await expect(abortable(work, AbortSignal.abort(reason))).rejects.toThrow(error);
  const waiting = new AbortController();
  const waited = abortable(work, waiting.signal);
  waiting.abort(reason);
  await expect(waited).rejects.toThrow(error);
});
