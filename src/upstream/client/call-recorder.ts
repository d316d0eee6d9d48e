/** What an operation counts and records of the requests of one read or write. */
export type CallRecorder = {
  /** The id of the request whose operation it is; undefined for work without one. */
  readonly requestId: string | undefined;
  /** Which attempt of its call the next request is, from 1. */
  readonly attempt: number;
  /** Counts a request that is sent. */
  sent(isRepeat: boolean): void;
};

/** Records the requests of a repeated call: those after a retry, with another token, and of a login for it. */
export class RepeatRecorder implements CallRecorder {
  readonly attempt: number;
  readonly #first: CallRecorder;

  /** @param first the recorder of the call that is repeated */
  constructor(first: CallRecorder, attempt: number) {
    this.#first = first;
    this.attempt = attempt;
  }

  get requestId(): string | undefined {
    return this.#first.requestId;
  }

  sent(): void {
    this.#first.sent(true);
  }
}
