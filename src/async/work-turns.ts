import { FairQueue } from './fair-queue.ts';
import { FifoQueue } from './fifo-queue.ts';

/** A piece of work. `run` returns how much it was, in units of about a microsecond. */
type Piece = { readonly owner: string; run(): number };

/**
 * Divides synchronous work among the turns of the event loop, so that no operation holds the loop until it is done: in each
 * turn as many pieces are run as fit into it, of one owner after the other. Between two turns sockets and timers are served.
 */
export class WorkTurns {
  readonly #maxWork: number;
  readonly #waiting = new FairQueue<string, Piece>(
    ({ owner }) => owner,
    () => new FifoQueue(),
  );
  #isScheduled = false;
  readonly #runTurn = () => this.#run();

  /** @param maxWork the work of one turn, after which the remaining pieces wait for the next one */
  constructor(maxWork: number) {
    this.#maxWork = maxWork;
  }

  /** The pieces that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Runs work in a later turn.
   *
   * @param owner the caller for whom it is done
   * @param workOf returns how much work it was, in units of about a microsecond
   * @returns what `work` returns or throws
   */
  run<T>(owner: string, work: () => T, workOf: () => number): Promise<Awaited<T>> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const run = () => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
      return workOf();
    };
    this.#waiting.push({ owner, run });
    this.#schedule();
    return promise as Promise<Awaited<T>>;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#runTurn);
  }

  #run(): void {
    let done = 0;
    // The piece is run before the next one is taken: what it adds for its owner comes behind the pieces of the others.
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      done += next.run();
      if (done >= this.#maxWork) break;
    }
    this.#isScheduled = false;
    if (this.#waiting.size > 0) this.#schedule();
  }
}

/** The turns of this process, which has one event loop. A turn takes 5 to 10 ms. */
export const workTurns = new WorkTurns(5_000);
