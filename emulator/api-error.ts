import { koStatus } from '../src/upstream/wire.ts';

/** A call that the upstream refuses: its status [doc], and the text and code of its error body [assumed]. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = codes[status] ?? 'ERROR';
    this.headers = headers;
  }
}

/** Parameters or bodies that are invalid, or contradict the state: a "semantic error" [doc]. */
export function invalid(message: string): Refusal {
  return new Refusal(409, message);
}

/**
 * One and the same answer for a token that is missing, broken, expired or not allowed to do this [doc]: who calls
 * cannot tell from it which of these is the case.
 */
export function forbidden(): Refusal {
  return new Refusal(403, 'The service is not authorized for the resource, or the token is invalid or expired');
}

/** Also for what belongs to another organization, so that nobody learns what exists there. */
export function notFound(): Refusal {
  return new Refusal(404, 'No such resource');
}

const codes: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'TOO_LARGE',
  ...Object.fromEntries([...koStatus].map(([code, status]) => [status, code])),
};
