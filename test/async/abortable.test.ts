import { expect, test } from 'vitest';
import { abortable } from '../../src/async/abortable.ts';
import { ClientGone, UpstreamTimeout } from '../../src/errors.ts';

const timedOut = new DOMException('over', 'TimeoutError');

test('work that fails when nobody waits for it any more harms nobody', async () => {
  const work = Promise.withResolvers<never>();
  await expect(abortable(work.promise, AbortSignal.abort())).rejects.toThrow(ClientGone);
  work.reject(new Error('late')); // unheard, it would end the run
  await new Promise(setImmediate);
});

test.each([
  ['has left', undefined, ClientGone],
  ['is out of time', timedOut, UpstreamTimeout],
])('whoever %s, before or while waiting, is told so', async (_, reason, error) => {
  const work = new Promise<never>(() => undefined);
  await expect(abortable(work, AbortSignal.abort(reason))).rejects.toThrow(error);
  const waiting = new AbortController();
  const waited = abortable(work, waiting.signal);
  waiting.abort(reason);
  await expect(waited).rejects.toThrow(error);
});
