import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { NotFound } from '../../../src/errors.ts';
import { errorForStatus } from '../../../src/upstream/client/errors.ts';
import { CircuitOpen } from '../../../src/upstream/resilience/failure-kinds.ts';
import { withRetry } from '../../../src/upstream/resilience/retry.ts';
import { body, failed, late, retried, slow, unavailable } from './support/retry.ts';

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
