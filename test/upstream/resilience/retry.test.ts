import { describe, expect, test, vi } from 'vitest';
import { RateLimited } from '../../../src/errors.ts';
import type { Send } from '../../../src/upstream/client/client.ts';
import { withRetry } from '../../../src/upstream/resilience/retry.ts';
import { body, failed, late, retried, slow, unavailable } from './support/retry.ts';

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
