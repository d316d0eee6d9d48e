import { IncomingMessage, type ServerResponse } from 'node:http';
import { parseDecimal } from '../http-message/decimal.ts';

/**
 * The size in bytes up to which a body is not refused for its declared length. If the budget is used up, a larger body is
 * refused instead.
 */
const smallBodyBytes = 65_536;

/** The budget of memory for request bodies, for one server. */
export type RequestBodies = {
  /** The class of the server's requests: it counts the bytes of a body as they arrive, whichever path reads them. */
  Request: typeof IncomingMessage;
  /**
   * Registers a request before its body is read.
   *
   * @returns false when its declared length does not fit into the budget; the caller then refuses the request
   */
  admit(request: IncomingMessage, response: ServerResponse): boolean;
  /** Bytes of bodies that are held now. */
  bytes(): number;
};

/**
 * The budget of bytes for the bodies of all requests together. A body counts from its first byte until the response is
 * closed, because an operation holds its body for as long as it runs.
 *
 * The bytes that arrived are counted, not the declared lengths: otherwise a few clients could reserve the whole budget
 * with headers alone. When a byte arrives that exceeds the budget, the largest unfinished body is refused, so that
 * clients who hold large bodies back do not keep small requests out.
 *
 * @param maxBytes the budget
 * @param refuse answers a request whose body does not fit, and ends its connection
 */
export function createRequestBodies(maxBytes: number, refuse: (response: ServerResponse) => void): RequestBodies {
  let total = 0;
  /** Requests whose bodies are not complete, with their responses. */
  const unfinished = new Map<CountedRequest, ServerResponse>();

  class CountedRequest extends IncomingMessage {
    bodyBytes = 0;

    /** Node's HTTP parser calls it with each piece of the body as it arrives, and with null at the end. */
    override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
      if (chunk === null) unfinished.delete(this);
      else if (unfinished.has(this)) {
        this.bodyBytes += chunk.length;
        total += chunk.length;
        if (total > maxBytes) refuseLargest();
      }
      return super.push(chunk, encoding);
    }
  }

  function release(request: CountedRequest): void {
    unfinished.delete(request);
    total -= request.bodyBytes;
    request.bodyBytes = 0;
  }

  function releaseOnClose(this: ServerResponse): void {
    release(this.req as CountedRequest);
  }

  function refuseLargest(): void {
    let largest: CountedRequest | undefined;
    for (const request of unfinished.keys()) {
      if (request.bodyBytes > (largest?.bodyBytes ?? 0)) largest = request;
    }
    const response = largest && unfinished.get(largest);
    if (largest === undefined || response === undefined) return;
    release(largest);
    refuse(response);
  }

  return {
    Request: CountedRequest,
    admit(request, response) {
      const length = parseDecimal(request.headers['content-length']) ?? 0;
      if (length === 0 && request.headers['transfer-encoding'] === undefined) return true;
      if (length > smallBodyBytes && length > maxBytes - total) return false;
      unfinished.set(request as CountedRequest, response);
      response.on('close', releaseOnClose);
      return true;
    },
    bytes: () => total,
  };
}
