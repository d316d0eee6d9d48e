import { PublicError } from '../../errors.ts';
import type { Origin } from '../cache/cached-read.ts';

/** What an operation cost, for its log line and for whoever asks it to explain itself. */
export type UpstreamUsage = {
  /** Requests that were sent, each try of a call. */
  readonly calls: number;
  readonly undecodable: Map<string, number>;
  /** What was read and written, in the order in which it ended; kept only for an operation that explains itself. */
  readonly steps: readonly Step[] | undefined;
  /** Does one read or write, which says of each request that it sends one, and how it was answered. */
  step<T>(resource: string, work: (count: () => void) => Promise<StepResult<T>>): Promise<T>;
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

type StepResult<T> = { value: T; origin: Origin; ageMs?: number };

/**
 * A class, and none of its getters in a literal: V8 gives each object literal with a getter a hidden class of its own,
 * in the old generation, from where it keeps the whole operation alive until the next full collection (ADR 20).
 */
class Usage implements UpstreamUsage {
  calls = 0;
  readonly undecodable = new Map<string, number>();
  readonly steps: Step[] | undefined;
  readonly #began = performance.now();
  readonly #count = () => {
    this.calls += 1;
  };

  constructor(steps: Step[] | undefined) {
    this.steps = steps;
  }

  step<T>(resource: string, work: (count: () => void) => Promise<StepResult<T>>): Promise<T> {
    return this.steps === undefined ? work(this.#count).then(toValue) : this.#noted(resource, work, this.steps);
  }

  /** Notes the step, too: what nobody reads is not worth a clock. */
  async #noted<T>(resource: string, work: (count: () => void) => Promise<StepResult<T>>, to: Step[]): Promise<T> {
    let requests = 0;
    const started = performance.now();
    const end = (origin: Origin, ageMs?: number, error?: string) => {
      const ms = performance.now() - started;
      to.push({ resource, startedMs: started - this.#began, ms, origin, ageMs, requests, error });
    };
    try {
      const { value, origin, ageMs } = await work(() => {
        requests += 1;
        this.#count();
      });
      end(origin, ageMs);
      return value;
    } catch (error) {
      end('upstream', undefined, error instanceof PublicError ? error.code : 'INTERNAL');
      throw error;
    }
  }
}

export function createUsage({ explain = false } = {}): UpstreamUsage {
  return new Usage(explain ? [] : undefined);
}

function toValue<T>({ value }: StepResult<T>): T {
  return value;
}
