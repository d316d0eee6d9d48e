import { PublicError } from '../../errors.ts';
import type { ActiveSpan } from '../../tracing/active-span.ts';
import type { Origin } from '../cache/cached-read.ts';
import type { CallRecorder, EndedAttempt } from '../client/call-recorder.ts';
import type { DecodeReporter } from '../decode/fields.ts';
import type { ValueKind } from '../decode/value-kind.ts';
import { type Step, StepRecorder, type StepResult, type StepWork } from './step.ts';

export type { Step, StepWork };

/** What an operation cost: for its log line, and for its explanation if the client requests one. */
export type UpstreamUsage = CallRecorder & {
  /** The number of requests that were sent, with all attempts. */
  readonly calls: number;
  /** The number of requests that were sent as first attempts: without retries, and without logins of the gateway. */
  readonly firstAttempts: number;
  /** The number of calls that no document shows in advance, as `addUnforeseen` has counted them. */
  readonly unforeseen: number;
  /** The work that the operation was estimated to cause before it began, in upstream calls. */
  expectedCalls: number;
  /** How often each field could not be decoded, by its path and by what the values are. */
  readonly undecodable: ReadonlyMap<string, UndecodableCounts>;
  /** Counts a field that could not be decoded. */
  countUndecodable(path: string, kind: ValueKind): void;
  /** The reads and writes in the order in which they ended; recorded only if an explanation is requested. */
  readonly steps: readonly Step[] | undefined;
  /** The attempts that ended late enough to be why the operation is slow, `maxAttempts` of them at most. */
  readonly attempts: readonly EndedAttempt[] | undefined;
  /** Drops the steps that were recorded, and records no more: the client does not request an explanation. */
  discardSteps(): void;
  /**
   * Counts calls that depend on the data or on the state of the upstream, and not on the document: further pages that fill
   * one page of a list, rows that are read again after a write.
   */
  addUnforeseen(calls: number): void;
  /** Begins the span of the operation, below that of its request. */
  startSpan(): void;
  /** How long the operation waited for fan-out admission, in ms; measured only if an explanation is requested. */
  readonly admissionMs: number;
  /** Measures how long an operation waits for fan-out admission. @returns the same promise, or one that settles like it */
  measureAdmission<T>(admission: Promise<T>): Promise<T>;
  /** Runs one read or write. The requests that `work` sends are recorded with its argument. */
  step<T>(resource: string, work: StepWork<T>): Promise<T>;
};

/** How often a field could not be decoded, by what its values are. */
type UndecodableCounts = Readonly<Partial<Record<ValueKind, number>>>;

/** One for all operations, because an empty Map takes 200 bytes of each that waits. */
const nothingUndecodable: ReadonlyMap<string, UndecodableCounts> = new Map();

/** The most attempts that an operation keeps for its log line. */
const maxAttempts = 50;

/**
 * A class instead of an object literal with getters: V8 gives each such literal a hidden class in the old generation, which
 * keeps the whole operation alive until the next full collection (ADR 20).
 */
class Usage implements UpstreamUsage, CallRecorder {
  readonly attempt = 1;
  readonly requestId: string | undefined;
  span: ActiveSpan | undefined;
  expectedCalls = 0;
  calls = 0;
  firstAttempts = 0;
  unforeseen = 0;
  steps: Step[] | undefined;
  admissionMs = 0;
  readonly startedAt = performance.now();
  attempts: EndedAttempt[] | undefined;
  #undecodable: Map<string, UndecodableCounts> | undefined;

  constructor({ explain = false, requestId, span }: UsageOptions) {
    this.steps = explain ? [] : undefined;
    this.requestId = requestId;
    this.span = span;
  }

  /** Attempts are kept with their step. */
  get explained(): undefined {
    return undefined;
  }

  get undecodable(): ReadonlyMap<string, UndecodableCounts> {
    return this.#undecodable ?? nothingUndecodable;
  }

  sent(isRepeat: boolean): void {
    this.calls += 1;
    if (!isRepeat) this.firstAttempts += 1;
  }

  discardSteps(): void {
    this.steps = undefined;
  }

  keep(attempt: EndedAttempt): void {
    this.attempts ??= [];
    if (this.attempts.length < maxAttempts) this.attempts.push(attempt);
  }

  startSpan(): void {
    this.span = this.span?.child('GraphQL Operation', 'internal');
  }

  countUndecodable(path: string, kind: ValueKind): void {
    this.#undecodable ??= new Map();
    const counts = this.#undecodable.get(path);
    this.#undecodable.set(path, { ...counts, [kind]: (counts?.[kind] ?? 0) + 1 });
  }

  addUnforeseen(calls: number): void {
    this.unforeseen += calls;
  }

  measureAdmission<T>(admission: Promise<T>): Promise<T> {
    if (this.steps === undefined) return admission;
    const startedAt = performance.now();
    return admission.finally(() => {
      this.admissionMs = performance.now() - startedAt;
    });
  }

  step<T>(resource: string, work: StepWork<T>): Promise<T> {
    const isRecorded = this.steps !== undefined || this.span?.isRecording === true;
    return isRecorded ? this.#recordStep(resource, work) : work(this).then(toValue);
  }

  /** Measures and records the step, which is done only where it is read. */
  async #recordStep<T>(resource: string, work: StepWork<T>): Promise<T> {
    const { steps } = this;
    const recorder = new StepRecorder(this, resource, steps === undefined ? undefined : []);
    const end = (origin: Origin, ageMs?: number, error?: string) => {
      steps?.push(recorder.toStep(origin, ageMs, error));
      recorder.end(origin, error === 'NOT_FOUND' ? undefined : error); // an absence is an answer
    };
    try {
      const { value, origin, ageMs } = await work(recorder);
      end(origin, ageMs);
      return value;
    } catch (error) {
      end('upstream', undefined, error instanceof PublicError ? error.code : 'INTERNAL');
      throw error;
    }
  }
}

/** Returns the reporter that counts the fields that could not be decoded. */
export function reporterOf(usage: UpstreamUsage): DecodeReporter {
  return { onUndecodable: (path, kind) => usage.countUndecodable(path, kind) };
}

/** What is known of an operation before its first upstream call. */
export type UsageOptions = {
  /** Whether steps are recorded; false by default. */
  explain?: boolean;
  /** The id of its request, which its upstream calls have, too. */
  requestId?: string | undefined;
  /** The span of its request, or of the operation. */
  span?: ActiveSpan | undefined;
};

/** Creates the usage of one operation. */
export function createUsage(options: UsageOptions = {}): UpstreamUsage {
  return new Usage(options);
}

function toValue<T>({ value }: StepResult<T>): T {
  return value;
}
