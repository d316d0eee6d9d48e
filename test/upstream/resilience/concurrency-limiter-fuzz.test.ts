import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ClientGone, type PublicError, RateLimited } from '../../../src/errors.ts';
import type { ResponseBody } from '../../../src/upstream/client/body.ts';
import { withAttemptGuards } from '../../../src/upstream/resilience/attempt-guard.ts';
import { createConcurrencyLimiter } from '../../../src/upstream/resilience/concurrency-limiter.ts';
import { body, idle, settle, unavailable } from './support/concurrency-limiter.ts';

type Step = { act: 'call' | 'ok' | 'busy' | 'slow' | 'abort' | 'tick'; tenant: string; pick: number };

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('call', 'call', 'call', 'ok', 'busy', 'slow', 'abort', 'tick'),
  tenant: fc.constantFrom('a', 'b', 'c'),
  pick: fc.nat(),
});

test('in any sequence of events the limit is never exceeded, every call ends once, and calls of a tenant keep their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const limiter = createConcurrencyLimiter({ initial: 4, min: 2, max: 6, maxQueued: 5, maxWaitMs: 100 });
      const open: { end(error?: PublicError): void }[] = [];
      const sent: { tenant: string; serial: number }[] = [];
      const calls: { abort: AbortController; ends: number }[] = [];
      const send = withAttemptGuards([limiter], ({ tenant = '', path, signal }) => {
        const { limit, inFlight, hanging } = limiter.state();
        expect(inFlight - hanging).toBeLessThanOrEqual(limit);
        expect(inFlight).toBeLessThanOrEqual(6);
        sent.push({ tenant, serial: Number(path) });
        const { promise, resolve, reject } = Promise.withResolvers<ResponseBody>();
        open.push({ end: (error) => (error === undefined ? resolve(body) : reject(error)) });
        signal.addEventListener('abort', () => reject(new ClientGone('gone')));
        return promise;
      });
      const acts: Record<Step['act'], (step: Step) => unknown> = {
        call({ tenant }) {
          const call = { abort: new AbortController(), ends: 0 };
          const ended = () => {
            call.ends += 1;
          };
          const path = `${calls.push(call)}`;
          send({ kind: 'read', method: 'GET', path, tenant, signal: call.abort.signal }).then(ended, ended);
        },
        ok: ({ pick }) => open.splice(pick % (open.length + 1), 1)[0]?.end(),
        busy: ({ pick }) => open.splice(pick % (open.length + 1), 1)[0]?.end(unavailable),
        slow: ({ pick }) => open.splice(pick % (open.length + 1), 1)[0]?.end(new RateLimited('slow', 1)),
        abort: ({ pick }) => calls[pick % (calls.length + 1)]?.abort.abort(),
        tick: () => vi.advanceTimersByTimeAsync(30),
      };
      for (const step of steps) {
        await acts[step.act](step);
        if (step.pick % 2 === 0) await settle(); // Otherwise the next step happens in the same tick.
      }
      await settle();
      while (open.length > 0) {
        open.pop()?.end();
        await settle();
      }
      expect(calls.map(({ ends }) => ends)).toEqual(calls.map(() => 1));
      expect(limiter.state()).toMatchObject(idle);
      for (const of of ['a', 'b', 'c']) {
        const serials = sent.filter(({ tenant }) => tenant === of).map(({ serial }) => serial);
        expect(serials).toEqual(serials.toSorted((one, other) => one - other));
      }
    }),
    { numRuns: 300 },
  );
});
