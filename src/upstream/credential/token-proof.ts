import type { Signal } from '../../async/abort-signal.ts';
import { abortable } from '../../async/abortable.ts';
import { Conflict, Forbidden, Gone, NotFound, Unauthenticated } from '../../errors.ts';
import { AddressNotFound } from '../client/errors.ts';

/** What is known of a token that only the upstream can verify. */
export type TokenKnowledge = {
  isAccepted(): boolean;
  /** Whether the upstream has refused the token a moment ago, or for good. */
  isRefused(): boolean;
  /** Is called when an answer of the upstream proves that the token is genuine. */
  onProven(): void;
};

/**
 * Makes one call at a time with a token until the upstream has answered one of them. Anyone can invent a token, so one that
 * is forged must not cost a call for each field of its operations.
 */
export class TokenProof {
  readonly #token: TokenKnowledge;
  #isGiven = false;
  #previous: Promise<void> = Promise.resolve();

  constructor(token: TokenKnowledge) {
    this.#token = token;
  }

  /** Whether the upstream has accepted the token: from then on its calls wait for no other call. */
  isGiven(): boolean {
    this.#isGiven ||= this.#token.isAccepted();
    return this.#isGiven;
  }

  /**
   * Makes a call after the calls before it, unless one of them shows that the token is not valid. Where one of them proves the
   * token, all further calls start at once.
   *
   * @param send makes the call; it throws {Forbidden} for a genuine token only
   * @throws {Unauthenticated} without a call if the token has been refused, or what `send` throws
   */
  async call<T>(send: () => Promise<T>, signal: Signal): Promise<T> {
    const previous = this.#previous;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#previous = promise;
    try {
      await abortable(previous, signal);
      if (!this.isGiven() && !this.#token.isRefused()) return await this.#callAlone(send);
    } finally {
      // A call that was aborted while it waited must not let the next one overtake the pending one.
      void previous.then(resolve);
    }
    if (this.isGiven()) return send();
    throw invalidToken();
  }

  async #callAlone<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (provesToken(error)) this.#token.onProven();
      throw error;
    }
  }
}

/** Whether the upstream has answered what a call is about, and so must have accepted its token. */
function provesToken(error: unknown): boolean {
  const isAnswer = [Forbidden, NotFound, Gone, Conflict].some((each) => error instanceof each);
  return isAnswer && !(error instanceof AddressNotFound);
}

/** Returns the error for a caller's own token that the upstream refuses. */
export function invalidToken(cause?: unknown): Unauthenticated {
  return new Unauthenticated('The access token is not valid or has expired.', { cause });
}
