import type { Dispatcher } from 'undici';
import type { Signal } from '../../async/abort-signal.ts';
import { createTickBatcher } from '../../async/tick-batcher.ts';
import { type PublicError, toError, UpstreamBadResponse, UpstreamTimeout } from '../../errors.ts';
import { errorForFailure } from './errors.ts';

export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** An answer whose body is there, as it came. */
export type RawResponse = { readonly headers: ResponseHeaders; readonly bytes: Buffer };

export type DispatchOptions = {
  /** Ends it, also in the middle of a body. */
  signal: Signal;
  /** Ends it in the same way, after so many ms, and the signal goes on. */
  timeoutMs: number | undefined;
  /** Of a body that is wanted, as it comes. */
  maxBytes: number;
  /**
   * Judges an answer by its head: what is wrong with it, where its body is read only for the socket's sake.
   *
   * @throws where not even that is worth it
   */
  checkHead(status: number, headers: ResponseHeaders): PublicError | undefined;
};

/** An unwanted body is read to its end, so that the socket can be used again, unless it is longer than this. */
const maxUnwanted = 64 * 1024;

/**
 * Sends a request and collects its answer: undici's own events and one promise. `request` says the same in a few lines,
 * and its stream of the body costs every call a fifth more.
 *
 * @throws what `judge` gives, {UpstreamBadResponse} for a body that is too long, {UpstreamTimeout}, the signal's reason, an error of undici
 */
export function dispatchRequest(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: DispatchOptions,
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new Exchange(options, resolve, reject));
  });
}

/** Answers that are worked on in one turn, */
const answersOfTurn = 16;
/** if they are at most so long, in bytes: several large ones would all be parsed before the first of them is answered. */
const small = 64 * 1024;
const answer = createTickBatcher(answersOfTurn, (exchange: Exchange) => exchange.answer());

/** What one of its methods throws destroys the socket, and is the error that undici ends it with. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: DispatchOptions;
  readonly #resolve: (answered: RawResponse) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #onAbort = () => this.#end(toError(this.#options.signal.reason));
  readonly #timer: NodeJS.Timeout | undefined;
  #chunks: Buffer[] | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #headers: ResponseHeaders = {};
  #refusal: PublicError | undefined;
  #endedBy: Error | undefined;
  #length = 0;

  constructor(options: DispatchOptions, resolve: (answered: RawResponse) => void, reject: (reason: unknown) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    options.signal.addEventListener('abort', this.#onAbort);
    if (options.timeoutMs !== undefined) this.#timer = setTimeout(() => this.#end(timeoutError()), options.timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#endedBy !== undefined) controller.abort(this.#endedBy);
    else this.#controller = controller;
  }

  onResponseStart(_controller: unknown, status: number, headers: ResponseHeaders): void {
    if (status < 200) return; // there is another to come
    this.#headers = headers;
    this.#refusal = this.#options.checkHead(status, headers);
    this.#bound(Number(headers['content-length']));
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#length += chunk.length;
    this.#bound(this.#length);
    if (this.#refusal !== undefined) return;
    if (this.#chunks === undefined) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#leave();
    if (this.#refusal !== undefined) this.#fail(this.#refusal);
    else if (this.#length > small) this.answer();
    else answer(this);
  }

  /** Ends it well. */
  answer(): void {
    this.#resolve({ headers: this.#headers, bytes: this.#joined() });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(error);
  }

  #joined(): Buffer {
    const chunks = this.#chunks ?? [];
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, this.#length);
  }

  /** As long as it waits for a socket there is nothing to abort: it ends, and is not sent when its turn comes. */
  #end(reason: Error): void {
    this.#endedBy = reason;
    this.#fail(reason);
    this.#controller?.abort(reason);
  }

  #bound(length: number): void {
    const tooMuch = length > (this.#refusal === undefined ? this.#options.maxBytes : maxUnwanted);
    if (tooMuch) throw new UpstreamBadResponse('The upstream answered with more than the gateway accepts.');
  }

  /** What the head has said stands, however the body ends. */
  #fail(reason: unknown): void {
    this.#leave();
    const { signal } = this.#options;
    const error = this.#refusal ?? errorForFailure(reason, signal);
    // Other calls fail with the same object where it is the signal's reason.
    if (error !== signal.reason) error.wasSent = this.#controller !== undefined;
    this.#reject(error);
  }

  #leave(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#timer);
  }
}

function timeoutError(): UpstreamTimeout {
  const cause = new DOMException('The time of a try is over.', 'TimeoutError');
  return new UpstreamTimeout('The upstream did not answer in time.', { cause });
}
