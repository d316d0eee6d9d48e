import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFanOutAdmission } from '../../../src/upstream/resilience/fan-out-admission.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Waits until all work is done that does not wait for a timer. */
const settle = () => vi.advanceTimersByTimeAsync(0);

type Step = { act: 'enter' | 'leave' | 'abort' | 'tick'; caller: string; pick: number };

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('enter', 'enter', 'leave', 'abort', 'tick'),
  caller: fc.constantFrom('a', 'b'),
  pick: fc.nat(),
});

/** An operation enters in the tick in which another of its caller is admitted: it must start after that one. */
const ENTERS_AS_CAPACITY_IS_RELEASED: Step[] = [
  { act: 'enter', caller: 'b', pick: 8 },
  { act: 'enter', caller: 'a', pick: 0 },
  { act: 'enter', caller: 'b', pick: 2 },
  { act: 'leave', caller: 'b', pick: 3 },
  { act: 'enter', caller: 'b', pick: 0 },
];

test('in any sequence of events the limit is never exceeded, operations of a caller keep their order, and no state is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const admission = createFanOutAdmission({ maxCallsPerCaller: 10, maxWaitMs: 100 });
      const open: { caller: string; calls: number; leave(): void }[] = [];
      const order: Record<string, number[]> = { a: [], b: [] };
      /** The sum of the calls of one caller, each time several of its operations are admitted. */
      const together: number[] = [];
      const asked: { abort: AbortController; ends: number }[] = [];
      const acts: Record<Step['act'], (step: Step) => unknown> = {
        enter({ caller, pick }) {
          const one = { abort: new AbortController(), ends: 0 };
          const serial = asked.push(one);
          const calls = (pick % 14) + 1;
          const end = () => {
            one.ends += 1;
          };
          admission.enter(caller, calls, one.abort.signal).then((leave) => {
            end();
            open.push({ caller, calls, leave });
            order[caller]?.push(serial);
            const own = open.filter((other) => other.caller === caller);
            if (own.length > 1) together.push(own.reduce((sum, { calls }) => sum + calls, 0));
          }, end);
        },
        leave: ({ pick }) => open.splice(pick % (open.length + 1), 1)[0]?.leave(),
        abort: ({ pick }) => asked[pick % (asked.length + 1)]?.abort.abort(),
        tick: () => vi.advanceTimersByTimeAsync(30),
      };
      for (const step of steps) {
        await acts[step.act](step);
        if (step.pick % 2 === 0) await settle(); // Otherwise the next step happens in the same tick.
      }
      await settle();
      while (open.length > 0) {
        open.pop()?.leave();
        await settle();
      }
      expect(Math.max(0, ...together)).toBeLessThanOrEqual(10);
      expect(asked.map(({ ends }) => ends)).toEqual(asked.map(() => 1));
      expect(admission.size).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
      for (const serials of Object.values(order))
        expect(serials).toEqual(serials.toSorted((one, other) => one - other));
    }),
    { numRuns: 300, examples: [[ENTERS_AS_CAPACITY_IS_RELEASED]] },
  );
});
