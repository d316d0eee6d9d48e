import type { Dispatcher } from 'undici';
import type { Signal } from '../../async/abort-signal.ts';
import { createTickBatcher } from '../../async/tick-batcher.ts';
import { NotFound, type PublicError, toError, UpstreamBadResponse, UpstreamTimeout } from '../../errors.ts';
import { parseDecimal } from '../../http-message/decimal.ts';
import { errorForFailure } from './errors.ts';
import { explainProxyError, ProxyRefusal } from './proxy.ts';

/** The headers of a response by their names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A complete response with its body as received. */
export type RawResponse = { readonly status: number; readonly headers: ResponseHeaders; readonly bytes: Buffer };

/** The limits of one request, and the check of its response. */
export type DispatchOptions = {
  /** An abort ends the request, also in the middle of a body. */
  signal: Signal;
  /** After this time the request fails with {UpstreamTimeout}; the signal is not aborted. */
  timeoutMs: number | undefined;
  /** The maximum size of the body of a success, as received. */
  maxBytes: number;
  /**
   * Decides by its status and headers whether a response is an error.
   *
   * @returns the error, or nothing for a success. It does not apply to a success without a body, of which the headers say
   *   nothing
   * @throws {PublicError} if the socket must be closed instead of reused
   */
  checkHead(status: number, headers: ResponseHeaders): PublicError | undefined;
  /** Refines the error of a 404 by its body. The body of any other error is read only so that the socket can be reused. */
  checkAbsence(error: NotFound, response: RawResponse): PublicError;
};

/** The body of an error is read to its end, so that the socket can be reused, unless it is longer than this, in bytes. */
const maxUnwanted = 64 * 1024;

/**
 * Sends a request and collects its response, with undici's events and one promise. undici's `request` needs fewer lines, but
 * its stream of the body costs each call a fifth more CPU.
 *
 * @throws {PublicError} that of `checkHead`, {UpstreamBadResponse} for a body that is too long, {UpstreamTimeout}, {ClientGone},
 * or {UpstreamUnavailable}; its `wasSent` says whether a byte of the request had left
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

/** The number of short responses that are processed in one tick. */
const responsesPerTick = 16;
/** The length of a short response, in bytes. A longer one is processed alone, so that it does not delay the others. */
const shortBytes = 64 * 1024;
const resolveInBatch = createTickBatcher(responsesPerTick, (exchange: Exchange) => exchange.resolve());

/** An error that a method throws destroys the socket, and undici passes it to `onResponseError`. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: DispatchOptions;
  readonly #resolve: (answered: RawResponse) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #onAbort = () => this.#end(toError(this.#options.signal.reason));
  readonly #timer: NodeJS.Timeout | undefined;
  #chunks: Buffer[] | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #headers: ResponseHeaders = {};
  #status = 0;
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
    if (status < 200) return; // An informational response precedes the real one.
    this.#headers = headers;
    this.#status = status;
    this.#refusal = this.#options.checkHead(status, headers);
    this.#bound(parseDecimal(headers['content-length']?.toString()) ?? 0);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#length += chunk.length;
    this.#bound(this.#length);
    if (this.#refusal !== undefined && !(this.#refusal instanceof NotFound)) return;
    if (this.#chunks === undefined) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#leave();
    const isEmptySuccess = this.#length === 0 && this.#status < 300;
    if (this.#refusal instanceof NotFound) {
      this.#refusal = this.#options.checkAbsence(this.#refusal, this.#response());
    }
    if (this.#refusal !== undefined && !isEmptySuccess) this.#fail(this.#refusal);
    else if (this.#length > shortBytes) this.resolve();
    else resolveInBatch(this);
  }

  /** Resolves the promise with the response. */
  resolve(): void {
    this.#resolve(this.#response());
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(error);
  }

  #response(): RawResponse {
    return { status: this.#status, headers: this.#headers, bytes: this.#joined() };
  }

  #joined(): Buffer {
    const chunks = this.#chunks ?? [];
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, this.#length);
  }

  /** A request that still waits for a socket cannot be aborted: it fails now, and `onRequestStart` does not send it later. */
  #end(reason: Error): void {
    this.#endedBy = reason;
    this.#fail(reason);
    this.#controller?.abort(reason);
  }

  #bound(length: number): void {
    const tooMuch = length > (this.#refusal === undefined ? this.#options.maxBytes : maxUnwanted);
    if (tooMuch) throw new UpstreamBadResponse('The upstream answered with more than the gateway accepts.');
  }

  /** An error of the head is kept, however the body ends. */
  #fail(reason: unknown): void {
    this.#leave();
    const { signal } = this.#options;
    const failure = explainProxyError(reason);
    const error = this.#refusal ?? errorForFailure(failure, signal);
    // The reason of the signal is one object for all calls of the operation, of which some were sent and others were not.
    if (error !== signal.reason) {
      error.wasSent = this.#controller !== undefined && !(failure instanceof ProxyRefusal);
      if (this.#status > 0) error.upstreamStatus = this.#status;
    }
    this.#reject(error);
  }

  #leave(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#timer);
  }
}

function timeoutError(): UpstreamTimeout {
  const cause = new DOMException('The time of an attempt is over.', 'TimeoutError');
  return new UpstreamTimeout('The upstream did not answer in time.', { cause });
}
