/**
 * What one request reads of contacts, each once: whoever asks again gets the same promise, of a failure too.
 *
 * The upstream has no batch endpoints, so nothing is gathered: a call starts when it is asked for.
 */
export class Loader<T> {
  readonly #start: (cid: string) => Promise<T>;
  readonly #started = new Map<string, Promise<T>>();

  constructor(start: (cid: string) => Promise<T>) {
    this.#start = start;
  }

  load(cid: string): Promise<T> {
    const started = this.#started.get(cid);
    if (started !== undefined) return started;
    const promise = this.#start(cid);
    this.#started.set(cid, promise);
    return promise;
  }

  /** From now on it is asked for anew. */
  clear(cid: string): void {
    this.#started.delete(cid);
  }
}
