import type { Signal } from '../async/abort-signal.ts';
import type { Deadline } from '../async/deadline.ts';
import type { CallDeadline } from '../upstream/cache/coalescer.ts';
import type { Send } from '../upstream/client/client.ts';
import type { TokenCall } from '../upstream/credential/credential.ts';
import type { DecodeReporter } from '../upstream/decode/fields.ts';
import { reporterOf, type StepWork, type UpstreamUsage } from '../upstream/operation/usage.ts';

type OperationDeadline = Pick<Deadline, 'signal' | 'endsAt'>;

/** The token calls of one operation. It is a class, because one is created for each request (ADR 20). */
export class OperationTokenCall implements TokenCall, CallDeadline {
  readonly send: Send;
  readonly #deadline: OperationDeadline;
  readonly #usage: UpstreamUsage;

  constructor(send: Send, deadline: OperationDeadline, usage: UpstreamUsage) {
    this.send = send;
    this.#deadline = deadline;
    this.#usage = usage;
  }

  get deadline(): CallDeadline {
    return this;
  }

  get signal(): Signal {
    return this.#deadline.signal;
  }

  endsAt(): number {
    return this.#deadline.endsAt;
  }

  get reporter(): DecodeReporter {
    return reporterOf(this.#usage);
  }

  step<T>(work: StepWork<T>): Promise<T> {
    return this.#usage.step('service', work);
  }
}
