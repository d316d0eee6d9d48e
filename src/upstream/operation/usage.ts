import { PublicError } from '../../errors.ts';
import type { ActiveSpan } from '../../tracing/active-span.ts';
import type { Origin } from '../cache/cached-read.ts';
import { type CallRecorder, type EndedAttempt, PartRecorder } from '../client/call-recorder.ts';
import type { DecodeReporter } from '../decode/fields.ts';
import type { ValueKind } from '../decode/value-kind.ts';

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
  /** Runs one read or write. The requests that `work` sends are recorded with its argument. */
  step<T>(resource: string, work: StepWork<T>): Promise<T>;
};

/** How often a field could not be decoded, by what its values are. */
type UndecodableCounts = Readonly<Partial<Record<ValueKind, number>>>;

/** One for all operations, because an empty Map takes 200 bytes of each that waits. */
const nothingUndecodable: ReadonlyMap<string, UndecodableCounts> = new Map();

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
  /** The code of the error that it ended with. */
  readonly error: string | undefined;
};

/** The most attempts that an operation keeps for its log line. */
const maxAttempts = 50;

type StepResult<T> = { value: T; origin: Origin; ageMs?: number };

/** The work of a step. The requests that it sends are recorded with `recorder`. */
export type StepWork<T> = (recorder: CallRecorder) => Promise<StepResult<T>>;

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
  readonly startedAt = performance.now();
  attempts: EndedAttempt[] | undefined;
  #undecodable: Map<string, UndecodableCounts> | undefined;

  constructor({ explain = false, requestId, span }: UsageOptions) {
    this.steps = explain ? [] : undefined;
    this.requestId = requestId;
    this.span = span;
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

  step<T>(resource: string, work: StepWork<T>): Promise<T> {
    const isRecorded = this.steps !== undefined || this.span?.isRecording === true;
    return isRecorded ? this.#recordStep(resource, work) : work(this).then(toValue);
  }

  /** Measures and records the step, which is done only where it is read. */
  async #recordStep<T>(resource: string, work: StepWork<T>): Promise<T> {
    const recorder = new StepRecorder(this, resource);
    const started = performance.now();
    const end = (origin: Origin, ageMs?: number, error?: string) => {
      const ms = performance.now() - started;
      const { requests } = recorder;
      this.steps?.push({ resource, startedMs: started - this.startedAt, ms, origin, ageMs, requests, error });
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

/** Records the requests of one step of an operation. */
class StepRecorder extends PartRecorder {
  requests = 0;

  constructor(operation: CallRecorder, resource: string) {
    super(operation, 1, operation.span?.child(resource, 'internal'));
  }

  override sent(isRepeat: boolean): void {
    this.requests += 1;
    super.sent(isRepeat);
  }

  end(origin: Origin, error: string | undefined): void {
    this.span?.set({ 'contactgraph.cache.state': origin, 'contactgraph.requests': this.requests });
    this.span?.end(error);
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
