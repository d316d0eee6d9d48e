import type { InputProblem } from './values/input-problem.ts';

export type { InputParams, InputReason } from './values/input-problem.ts';

/**
 * The base of all public errors: one class for each kind, with a stable public code.
 * A message is public: it says what is wrong and what is allowed, and never contains a value, a body, a URL or a token.
 * Information for the operator goes into `cause`, which only the log shows.
 */
export abstract class PublicError extends Error {
  abstract readonly code: string;
  /** Whether the same operation may succeed when the client sends it again. */
  readonly retryable: boolean = false;
  /** Whether a byte of the failed upstream call had left; set by the upstream client before it throws the error. */
  wasSent = false;
  /** The status of the upstream's response that the error was made for; undefined where there is none. */
  upstreamStatus: number | undefined = undefined;
  /** The endpoint that failed, and how long it took, in ms; undefined where no call failed. */
  attempt: { readonly endpoint: string; readonly ms: number } | undefined = undefined;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }

  /** The extensions that a client gets in addition to the message. */
  get extensions(): { code: string } & Record<string, unknown> {
    return { code: this.code, retryable: this.retryable };
  }
}

/** An invalid input; no upstream call was made. Its problem is undefined where the request as a whole is invalid. */
export class BadUserInput extends PublicError {
  readonly code = 'BAD_USER_INPUT';
  readonly problem: InputProblem | undefined;
  /** The errors of several invalid values of one field; a client gets these instead. */
  readonly errors: readonly BadUserInput[];

  constructor(message: string, problem?: InputProblem, errors: readonly BadUserInput[] = []) {
    super(message);
    this.problem = problem;
    this.errors = errors;
  }

  override get extensions(): { code: string } & Record<string, unknown> {
    return { ...super.extensions, ...this.problem };
  }
}

/** A request without a valid access token. */
export class Unauthenticated extends PublicError {
  readonly code = 'UNAUTHENTICATED';
}

/** The caller is authenticated and may not do this. */
export class Forbidden extends PublicError {
  readonly code = 'FORBIDDEN';
}

/** The access token is valid and lacks a scope. */
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

/** The upstream has no such resource. Resolvers turn this error into `null`, so that clients never see it. */
export class NotFound extends PublicError {
  readonly code = 'NOT_FOUND';
}

/** The request conflicts with existing data or with the upstream's rules. */
export class Conflict extends PublicError {
  readonly code = 'CONFLICT';
}

/** The same write of the same caller is in progress; a repeat after its end gets its result. */
export class WriteInProgress extends PublicError {
  readonly code = 'CONFLICT';
  override readonly retryable = true;
}

/** The resource existed and does not any more, like a token that is used up. */
export class Gone extends PublicError {
  readonly code = 'GONE';
}

/** An operation that exceeds a limit on its size or cost. */
export class QueryTooExpensive extends PublicError {
  readonly code = 'QUERY_TOO_EXPENSIVE';
}

/** The upstream rate-limits the calls; `retryAfter` is in seconds. */
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

/** The gateway is overloaded and made no upstream call; `retryAfter` is in seconds. */
export class Overloaded extends PublicError {
  readonly code = 'OVERLOADED';
  override readonly retryable = true;
  readonly retryAfter = 1;

  override get extensions(): { code: string } & Record<string, unknown> {
    return { ...super.extensions, retryAfter: this.retryAfter };
  }
}

/** A cursor that this gateway did not create for this caller and this query. */
export class CursorInvalid extends PublicError {
  readonly code = 'CURSOR_INVALID';
}

/** A cursor that was valid and whose list cannot be continued. */
export class CursorExpired extends PublicError {
  readonly code = 'CURSOR_EXPIRED';
}

/** The upstream cannot be reached or answers with a server error; `retryAfter` is in seconds, if the upstream sends it. */
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

/** The upstream did not answer before the operation's deadline. */
export class UpstreamTimeout extends PublicError {
  readonly code = 'UPSTREAM_TIMEOUT';
  override readonly retryable = true;
}

/** The upstream's answer does not match the wire contract. */
export class UpstreamBadResponse extends PublicError {
  readonly code = 'UPSTREAM_BAD_RESPONSE';
  override wasSent = true;
}

/** The upstream refuses a request by its status, for a reason that the client cannot correct: it has done nothing. */
export class UpstreamRefused extends UpstreamBadResponse {}

/** The upstream does not accept the gateway's own credential. */
export class UpstreamAuth extends PublicError {
  readonly code = 'UPSTREAM_AUTH';
}

/** A write whose outcome is unknown: its answer was lost or is invalid. */
export class OutcomeUnknown extends PublicError {
  readonly code = 'OUTCOME_UNKNOWN';
  override readonly retryable: boolean;
  /** @param repeatable whether sending the write again does no harm */
  constructor(message: string, repeatable: boolean, options?: { cause?: unknown }) {
    super(message, options);
    this.retryable = repeatable;
  }
}

/** The client has disconnected, so that no client receives this error. */
export class ClientGone extends PublicError {
  readonly code = 'CLIENT_GONE';
}

/** A cause with a message that is safe to log: it consists of names, numbers and hashes only. */
export class Detail extends Error {}

/** Returns a thrown value as an Error; JavaScript allows throwing any value. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('not an error', { cause: thrown });
}

/** What a client gets instead of an error that the gateway does not expect. */
export const internalError = { message: 'Something went wrong inside the gateway.', extensions: { code: 'INTERNAL' } };
