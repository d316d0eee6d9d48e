import { expect, test } from 'vitest';
import { ClientGone, UpstreamTimeout } from '../../src/errors.ts';
import { abortable } from '../../src/upstream/abortable.ts';

const timedOut = new DOMException('over', 'TimeoutError');

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
