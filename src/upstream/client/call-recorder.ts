import type { ActiveSpan } from '../../tracing/active-span.ts';
import type { EndpointName } from './endpoint-name.ts';

/** What an operation counts and records of the requests of one read or write. */
export type CallRecorder = {
  /** The id of the request whose operation it is; undefined for work without one. */
  readonly requestId: string | undefined;
  /** When the operation started, in ms on the monotonic clock. */
  readonly startedAt: number;
  /** Which attempt of its call the next request is, from 1. */
  readonly attempt: number;
  /** The span below which the spans of requests begin; undefined where nothing is traced. */
  readonly span: ActiveSpan | undefined;
  /** Where the attempts of a step are kept for the explanation that its client requested; undefined for nearly all operations. */
  readonly explained: ExplainedAttempt[] | undefined;
  /** Counts a request that is sent. */
  sent(isRepeat: boolean): void;
  /** Keeps an attempt that has ended, for the log line of a slow operation. */
  keep(attempt: EndedAttempt): void;
};

/** An attempt that has ended, as it is logged; times are whole ms. */
export type EndedAttempt = {
  readonly endpoint: EndpointName | 'other';
  readonly attempt: number;
  /** When it was sent, since the operation started. */
  readonly startedMs: number;
  readonly ms: number;
  /** How long it waited to be admitted before. */
  readonly waitedMs?: number;
  /** The code of its error. */
  readonly error?: string;
};

/** An attempt as it is explained to the client; times in ms, as they were measured. */
export type ExplainedAttempt = {
  /** Its method and the path of its endpoint, with a placeholder for each id. */
  readonly endpoint: string;
  /** When it was sent, since the operation started. */
  readonly startedMs: number;
  /** From when it was sent until its response was parsed, or it failed. */
  readonly ms: number;
  /** How long it waited before at the rate-limit gate and the concurrency limiter. */
  readonly waitedMs: number;
  /** The status of the response, or the class of its outcome: `2xx`, `timeout`, `unreachable` … */
  readonly status: number | string;
  /** The size of the body of a success in bytes, after decompression. */
  readonly bytes: number | undefined;
  /** The code of its error. */
  readonly error: string | undefined;
};

/** Records a part of what an operation sends. */
export class PartRecorder implements CallRecorder {
  readonly attempt: number;
  readonly span: ActiveSpan | undefined;
  readonly #whole: CallRecorder;

  constructor(whole: CallRecorder, attempt: number, span: ActiveSpan | undefined) {
    this.#whole = whole;
    this.attempt = attempt;
    this.span = span;
  }

  get requestId(): string | undefined {
    return this.#whole.requestId;
  }

  get startedAt(): number {
    return this.#whole.startedAt;
  }

  get explained(): ExplainedAttempt[] | undefined {
    return this.#whole.explained;
  }

  sent(isRepeat: boolean): void {
    this.#whole.sent(isRepeat);
  }

  keep(attempt: EndedAttempt): void {
    this.#whole.keep(attempt);
  }
}

/** Records the requests of a repeated call: those after a retry, with another token, and of a login for it. */
export class RepeatRecorder extends PartRecorder {
  /** @param first the recorder of the call that is repeated */
  constructor(first: CallRecorder, attempt: number) {
    super(first, attempt, first.span);
  }

  override sent(): void {
    super.sent(true);
  }
}
