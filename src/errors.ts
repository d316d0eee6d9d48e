/**
 * Everything that can go wrong, one class per kind, each with its public code (design §2).
 *
 * A message is public: it says what is wrong and what is allowed, and never holds a value, a body, a URL or a
 * token. What helps an operator goes into `cause`, which only the log sees.
 */
export abstract class PublicError extends Error {
  abstract readonly code: string;
  /** Whether the same operation may succeed when it is simply sent again. */
  readonly retryable: boolean = false;
  /** Whether a byte of the failed upstream call had left; set by the upstream client before it throws the error. */
  wasSent = false;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }

  /** What a client gets beside the message. */
  get extensions(): { code: string } & Record<string, unknown> {
    return { code: this.code, retryable: this.retryable };
  }
}

/** An argument that cannot be right; no upstream call was made. */
export class BadUserInput extends PublicError {
  readonly code = 'BAD_USER_INPUT';
}

/** No caller, or one whose token the upstream does not take. */
export class Unauthenticated extends PublicError {
  readonly code = 'UNAUTHENTICATED';
}

/** The caller is known and may not do this. */
export class Forbidden extends PublicError {
  readonly code = 'FORBIDDEN';
}

/** The access token is good, and its scopes are not enough. */
export class MissingScope extends Forbidden {
  readonly requiredScopes: readonly (readonly string[])[];

  /** @param requiredScopes any one of these lists is enough, and of a list all are needed */
  constructor(requiredScopes: readonly (readonly string[])[]) {
    const enough = requiredScopes.map((all) => all.join(' and ')).join(', or ');
    super(`This needs the scope ${enough}, which your access token does not have.`);
    this.requiredScopes = requiredScopes;
  }

  override get extensions(): { code: string } & Record<string, unknown> {
    return { ...super.extensions, requiredScopes: this.requiredScopes };
  }
}

/** The upstream has no such resource. Resolvers turn it into `null`; it never leaves the gateway. */
export class NotFound extends PublicError {
  readonly code = 'NOT_FOUND';
}

/** The request contradicts what is there, or the upstream's rules. */
export class Conflict extends PublicError {
  readonly code = 'CONFLICT';
}

/** The same write is being done already, for the same caller; once it is, a repeat gets its answer. */
export class WriteInProgress extends PublicError {
  readonly code = 'CONFLICT';
  override readonly retryable = true;
}

/** It was there once: a used up token, a revoked endpoint. */
export class Gone extends PublicError {
  readonly code = 'GONE';
}

/** An operation that asks for more than one may. */
export class QueryTooExpensive extends PublicError {
  readonly code = 'QUERY_TOO_EXPENSIVE';
}

/** The upstream asks for patience; `retryAfter` is in seconds. */
export class RateLimited extends PublicError {
  readonly code = 'RATE_LIMITED';
  override readonly retryable = true;
  readonly retryAfter: number | undefined;

  constructor(message: string, retryAfter: number | undefined, options?: { cause?: unknown }) {
    super(message, options);
    this.retryAfter = retryAfter;
  }

  override get extensions(): { code: string } & Record<string, unknown> {
    return { ...super.extensions, ...(this.retryAfter === undefined ? {} : { retryAfter: this.retryAfter }) };
  }
}

/** The gateway has more to do than it can; `retryAfter` is in seconds. Nothing was asked of the upstream. */
export class Overloaded extends PublicError {
  readonly code = 'OVERLOADED';
  override readonly retryable = true;
  readonly retryAfter = 1;

  override get extensions(): { code: string } & Record<string, unknown> {
    return { ...super.extensions, retryAfter: this.retryAfter };
  }
}

/** A cursor that this gateway did not make for this caller and this query. */
export class CursorInvalid extends PublicError {
  readonly code = 'CURSOR_INVALID';
}

/** A cursor that was good once and cannot be continued from. */
export class CursorExpired extends PublicError {
  readonly code = 'CURSOR_EXPIRED';
}

/** The upstream cannot be reached, or answers with a server error; `retryAfter` is in seconds, where it says. */
export class UpstreamUnavailable extends PublicError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
  override readonly retryable = true;
  readonly retryAfter: number | undefined;

  constructor(message: string, options?: { cause?: unknown; retryAfter?: number | undefined }) {
    super(message, options);
    this.retryAfter = options?.retryAfter;
  }

  override get extensions(): { code: string } & Record<string, unknown> {
    return { ...super.extensions, ...(this.retryAfter === undefined ? {} : { retryAfter: this.retryAfter }) };
  }
}

/** The upstream did not answer within what was left of the operation's deadline. */
export class UpstreamTimeout extends PublicError {
  readonly code = 'UPSTREAM_TIMEOUT';
  override readonly retryable = true;
}

/** The upstream answered with something that is not in the wire contract. */
export class UpstreamBadResponse extends PublicError {
  readonly code = 'UPSTREAM_BAD_RESPONSE';
  override wasSent = true;
}

/** The upstream does not accept the gateway's own credential. */
export class UpstreamAuth extends PublicError {
  readonly code = 'UPSTREAM_AUTH';
}

/** A write that may have been done or not: its answer was lost, or could not be understood. */
export class OutcomeUnknown extends PublicError {
  readonly code = 'OUTCOME_UNKNOWN';
  override readonly retryable: boolean;

  /** @param repeatable whether it does no harm to send it again */
  constructor(message: string, repeatable: boolean, options?: { cause?: unknown }) {
    super(message, options);
    this.retryable = repeatable;
  }
}

/** The client has left, so that nobody hears this. */
export class ClientGone extends PublicError {
  readonly code = 'CLIENT_GONE';
}

/** What an operator may know of a cause: a text of ours, made of names, numbers and hashes. */
export class Detail extends Error {}

/** What was thrown, as an Error: anything can be. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('not an error', { cause: thrown });
}
