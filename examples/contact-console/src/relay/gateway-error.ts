/** What the gateway sends in `extensions` of an error; see docs/errors.md of the gateway. */
type Extensions = { code?: string; retryable?: boolean; retryAfter?: number; requestId?: string };

/** An error of a response, as GraphQL defines it. */
export type ResponseError = { message: string; path?: (string | number)[]; extensions?: Extensions };

/** An error of a request or of a field, with what the gateway says about it. */
export class GatewayError extends Error {
  override name = 'GatewayError';
  readonly code: string;
  readonly isRetryable: boolean;
  readonly requestId: string | undefined;

  constructor({ message, extensions = {} }: Pick<ResponseError, 'message' | 'extensions'>) {
    super(message);
    this.code = extensions.code ?? 'INTERNAL';
    this.isRetryable = extensions.retryable ?? false;
    this.requestId = extensions.requestId;
  }
}

/** Returns an error that `@catch` has made a value of. Relay leaves its message out, and keeps its extensions, which its types do not name. */
export function toGatewayError(caught: unknown): GatewayError {
  const { extensions } = Object(caught) as Partial<ResponseError>;
  return new GatewayError({ message: sentences['INTERNAL'] ?? '', ...(extensions && { extensions }) });
}

const sentences: Readonly<Record<string, string>> = {
  UPSTREAM_UNAVAILABLE: 'The contact service does not answer right now.',
  UPSTREAM_TIMEOUT: 'The contact service took too long to answer.',
  UPSTREAM_BAD_RESPONSE: 'The contact service gave an answer that cannot be read.',
  UPSTREAM_AUTH: 'The contact service refuses the connection.',
  OVERLOADED: 'Too much is going on right now.',
  RATE_LIMITED: 'There were too many requests.',
  FORBIDDEN: 'You may not see this.',
  UNAUTHENTICATED: 'You are not signed in any more.',
  CURSOR_EXPIRED: 'The list has changed. Load it again from its start.',
  OUTCOME_UNKNOWN: 'It is unknown whether this was done. Load the page again to see.',
  NETWORK: 'The gateway cannot be reached.',
  INTERNAL: 'Something went wrong.',
};

/**
 * Returns a sentence for the reader of the page. The messages of other codes are written for them by the gateway; one about
 * an argument begins with its path in quotes, which is for developers.
 */
export function sentenceFor(error: unknown): string {
  if (!(error instanceof GatewayError)) return 'Something went wrong.';
  return sentences[error.code] ?? error.message.replace(/^"[\w.]+": /, '');
}

/** Returns a sentence about a write that failed. `outcome` says what did not happen, like "Not saved.", where that is certain. */
export function sentenceForWrite(outcome: string, error: unknown): string {
  const isUnknown = error instanceof GatewayError && error.code === 'OUTCOME_UNKNOWN';
  return isUnknown ? sentenceFor(error) : `${outcome} ${sentenceFor(error)}`;
}
