import { PublicError } from '../errors.ts';
import type { Origin } from './resilience/reads.ts';

/** What an operation cost, for its log line and for whoever asks it to explain itself. */
export type UpstreamUsage = {
  /** Requests that were sent, each try of a call. */
  readonly calls: number;
  readonly undecodable: Map<string, number>;
  /** What was read and written, in the order in which it ended; kept only for an operation that explains itself. */
  readonly steps: readonly Step[] | undefined;
  /** Does one read or write, which says of each request that it sends one, and how it was answered. */
  step<T>(resource: string, work: (count: () => void) => Promise<Done<T>>): Promise<T>;
};

/** One read or write, however it was answered. */
export type Step = {
  /** What of the upstream it was: never an id. */
  readonly resource: string;
  /** When it began, in ms after the operation, and how long it took. */
  readonly startedMs: number;
  readonly ms: number;
  readonly origin: Origin;
  /** How old the answer was, where it was kept. */
  readonly ageMs: number | undefined;
  /** Requests that this operation sent for it: none, where the answer was kept or another operation asked. */
  readonly requests: number;
  /** The code of the error that it ended with. */
  readonly error: string | undefined;
};

type Done<T> = { value: T; origin: Origin; ageMs?: number };

export function createUsage({ explain = false } = {}): UpstreamUsage {
  const began = performance.now();
  const steps: Step[] | undefined = explain ? [] : undefined;
  let calls = 0;
  const count = () => {
    calls += 1;
  };

  /** Notes the step, too: what nobody reads is not worth a clock. */
  async function explained<T>(resource: string, work: (count: () => void) => Promise<Done<T>>, to: Step[]): Promise<T> {
    let requests = 0;
    const started = performance.now();
    function end(origin: Origin, ageMs?: number, error?: string): void {
      const ms = performance.now() - started;
      to.push({ resource, startedMs: started - began, ms, origin, ageMs, requests, error });
    }
    try {
      const { value, origin, ageMs } = await work(() => {
        requests += 1;
        count();
      });
      end(origin, ageMs);
      return value;
    } catch (error) {
      end('upstream', undefined, error instanceof PublicError ? error.code : 'INTERNAL');
      throw error;
    }
  }

  return {
    get calls() {
      return calls;
    },
    undecodable: new Map(),
    steps,
    step: (resource, work) => (steps === undefined ? work(count).then(toValue) : explained(resource, work, steps)),
  };
}

function toValue<T>({ value }: Done<T>): T {
  return value;
}
