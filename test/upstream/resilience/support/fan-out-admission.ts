// Importing this module fakes the timers of each test of the file.
import { afterEach, beforeEach, vi } from 'vitest';
import {
  createFanOutAdmission,
  type FanOutAdmissionOptions,
} from '../../../../src/upstream/resilience/fan-out-admission.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Waits until all work is done that does not wait for a timer. */
export const settle = () => vi.advanceTimersByTimeAsync(0);

const stays = new AbortController().signal;

/** An admission of ten calls for each caller. The caller of an operation is the first letter of its name. */
export function admitting(options: Partial<FanOutAdmissionOptions> = {}) {
  const admission = createFanOutAdmission({ maxCallsPerCaller: 10, ...options });
  const inside = new Map<string, () => void>();
  const refused: Record<string, string> = {};
  return {
    admission,
    /** The admitted operations in the order of their admission. */
    inside: () => [...inside.keys()],
    /** The refused operations with the names of their errors. */
    refused,
    async enter(name: string, calls: number, signal: AbortSignal = stays) {
      admission.enter(name.slice(0, 1), calls, signal).then(
        (leave) => inside.set(name, leave),
        (error: Error) => {
          refused[name] = error.name;
        },
      );
      await settle();
    },
    async leave(...names: readonly string[]) {
      for (const name of names) {
        inside.get(name)?.();
        inside.delete(name);
      }
      await settle();
    },
  };
}
