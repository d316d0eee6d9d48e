import type { Origin } from '../cache/cached-read.ts';
import { type CallRecorder, type ExplainedAttempt, PartRecorder } from '../client/call-recorder.ts';

/** One read or write. */
export type Step = {
  /** The kind of read or write, without any id. */
  readonly resource: string;
  /** When it started, in ms after the operation. */
  readonly startedMs: number;
  /** How long it took. */
  readonly ms: number;
  readonly origin: Origin;
  /** The age of a cached response. */
  readonly ageMs: number | undefined;
  /** The number of requests that this operation sent for it: 0 for a cached response and for another operation's read. */
  readonly requests: number;
  /** Those requests that reached the upstream's client, in the order in which they ended. */
  readonly attempts: readonly ExplainedAttempt[];
  /** The code of the error that it ended with. */
  readonly error: string | undefined;
};

/** What a step returns, and where it comes from. */
export type StepResult<T> = { value: T; origin: Origin; ageMs?: number };

/** The work of a step. The requests that it sends are recorded with `recorder`. */
export type StepWork<T> = (recorder: CallRecorder) => Promise<StepResult<T>>;

/** Records the requests of one step of an operation. */
export class StepRecorder extends PartRecorder {
  requests = 0;
  readonly #resource: string;
  readonly #startedAt = performance.now();
  readonly #attempts: ExplainedAttempt[] | undefined;

  /** @param attempts keeps the attempts of an operation that is explained */
  constructor(operation: CallRecorder, resource: string, attempts: ExplainedAttempt[] | undefined) {
    super(operation, 1, operation.span?.child(resource, 'internal'));
    this.#resource = resource;
    this.#attempts = attempts;
  }

  override get explained(): ExplainedAttempt[] | undefined {
    return this.#attempts;
  }

  override sent(isRepeat: boolean): void {
    this.requests += 1;
    super.sent(isRepeat);
  }

  /** Describes the step, which has ended now. */
  toStep(origin: Origin, ageMs: number | undefined, error: string | undefined): Step {
    const startedMs = this.#startedAt - this.startedAt;
    const ms = performance.now() - this.#startedAt;
    const { requests } = this;
    return { resource: this.#resource, startedMs, ms, origin, ageMs, requests, attempts: this.#attempts ?? [], error };
  }

  end(origin: Origin, error: string | undefined): void {
    this.span?.set({ 'contactgraph.cache.state': origin, 'contactgraph.requests': this.requests });
    this.span?.end(error);
  }
}
