import { koStatus } from '../src/upstream/wire/index.ts';

/** An error response of the upstream: its HTTP status [doc], and the message and code of its body [assumed]. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = codesByStatus[status] ?? 'ERROR';
    this.headers = headers;
  }
}

/** A 409 for a parameter or a body that is invalid, or in conflict with the state: a "semantic error" [doc]. */
export function validationError(message: string): ApiError {
  return new ApiError(409, message);
}

/**
 * The 403 for a token that is absent, malformed, expired or without the scope [doc]. The response is the same for all of
 * these, so that a caller cannot distinguish them.
 */
export function forbidden(): ApiError {
  return new ApiError(403, 'The service is not authorized for the resource, or the token is invalid or expired');
}

/** The refusal of a token that is absent, malformed or expired: a 403 like the one above [doc], or a 401 [sdk]. */
export function tokenRefused(status: 401 | 403): ApiError {
  return status === 403 ? forbidden() : new ApiError(401, 'The token is invalid or expired');
}

/** The 404, also for resources of another organization, so that a caller cannot find out what exists there. */
export function notFound(): ApiError {
  return new ApiError(404, 'No such resource');
}

const codesByStatus: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'TOO_LARGE',
  ...Object.fromEntries([...koStatus].map(([code, status]) => [status, code])),
};
