import { FairQueue } from '../../async/fair-queue.ts';
import { FifoQueue } from '../../async/fifo-queue.ts';

/** The tenant and the caller to which a call belongs. */
type Owned<Tenant> = { readonly tenant: Tenant; readonly caller: string };

/** The part of the queue that one caller may use. */
const shareOfCaller = 0.5;

/** The queue of calls: it serves tenants in turn, and the callers of each tenant in turn. */
export class CallQueue<Tenant, Call extends Owned<Tenant>> extends FairQueue<Tenant, Call> {
  readonly #maxSize: number;

  /** @param maxSize the maximum number of calls of all tenants */
  constructor(maxSize: number) {
    const maxPerCaller = Math.ceil(maxSize * shareOfCaller);
    const callerOf = ({ caller }: Call) => caller;
    super(
      ({ tenant }) => tenant,
      () => new FairQueue(callerOf, () => new FifoQueue(maxPerCaller)),
    );
    this.#maxSize = maxSize;
  }

  /**
   * Adds a call.
   *
   * @returns the call that is rejected for it: the new one where its caller has used up its share; where the queue is full,
   *   the newest call of the caller with the most calls in the tenant with the most calls
   */
  admit(call: Call): Call | undefined {
    if (!this.push(call)) return call;
    return this.size > this.#maxSize ? this.drop(call) : undefined;
  }
}
