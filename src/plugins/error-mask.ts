import { GraphQLError } from 'graphql';
import { internalError, PublicError } from '../errors.ts';
import { describeError, type Log } from '../log.ts';
import { toPublicMessage } from './error-message.ts';
import type { ResultStep } from './result-pipeline.ts';
import { maxErrors } from './validation.ts';

/** The options of the error mask. */
export type ErrorMaskOptions = {
  /** Receives the errors that clients must not see, and the causes of public errors. */
  log: Log;
};

/** The public form of an error. */
type Public = { message: string; extensions: { code: string } & Record<string, unknown> };

const overloaded = 'OVERLOADED';

/** HTTP statuses of the codes that can refuse a whole request; an error of one field does not change the status 200. */
const statuses = new Map([
  ['BAD_USER_INPUT', 400],
  ['QUERY_TOO_EXPENSIVE', 400],
  ['UNAUTHENTICATED', 401],
  ['FORBIDDEN', 403],
  ['UPSTREAM_UNAVAILABLE', 503],
  [overloaded, 503],
  ['UPSTREAM_TIMEOUT', 504],
]);

const headers = new Map([
  ['UNAUTHENTICATED', { 'WWW-Authenticate': 'Bearer' }],
  [overloaded, { 'Retry-After': '1' }],
]);

/**
 * Gives errors their public form; there is no other place for this. A `PublicError` defines its own message and extensions.
 * Errors of graphql and Yoga are about the request, and what they quote of it is removed. Any other error becomes INTERNAL,
 * and is described in the log only.
 */
export function maskErrors({ log }: ErrorMaskOptions): ResultStep {
  function toPublic(error: GraphQLError, requestId: string | undefined): Public {
    const root = rootOf(error);
    if (root instanceof PublicError) {
      if (root.cause !== undefined) log.warn({ requestId, error: describeError(root) }, root.message);
      return { message: root.message, extensions: root.extensions };
    }
    // Yoga makes a GraphQLError of a thrown value that is no Error, with its text as the message.
    if (root instanceof GraphQLError && root.extensions['unexpected'] !== true) {
      const code = root.extensions.http?.status === 403 ? 'FORBIDDEN' : 'BAD_USER_INPUT';
      return { message: toPublicMessage(error.message), extensions: { code } };
    }
    if (root instanceof SyntaxError && error.path === undefined) {
      return { message: 'The request holds invalid JSON.', extensions: { code: 'BAD_USER_INPUT' } };
    }
    log.error({ requestId, error: describeError(root) }, 'internal error');
    return internalError;
  }

  return (result, { requestId }) => {
    if (result.errors === undefined) return result;
    const isWhole = !('data' in result) || result.data === undefined;
    const all = isWhole && result.errors.length === 0 ? [noResult()] : result.errors;
    const errors = isWhole ? all.slice(0, maxErrors) : all;
    const masked = errors.map((error) => ({ error, publicError: toPublic(error, requestId) }));
    const isRefused =
      isWhole ||
      (isEmpty(result.data) && masked.every(({ publicError }) => publicError.extensions.code === overloaded));
    const publicErrors = masked.map(({ error, publicError: { message, extensions } }) => {
      const http = isRefused ? { http: httpOf(error, extensions.code) } : {};
      const { nodes, source, positions, path } = error;
      return new GraphQLError(message, {
        nodes,
        source,
        positions,
        path,
        extensions: { ...extensions, requestId, ...http },
      });
    });
    return { ...result, errors: publicErrors };
  };
}

/** Yoga leaves out an AbortError that a hook throws: without data and errors the response would look like a success. */
function noResult(): GraphQLError {
  return new GraphQLError('', { originalError: new Error('An AbortError ended the execution.') });
}

/** Whether a result has no data at all: then the HTTP status tells the client that it should retry later. */
function isEmpty(data: object | null | undefined): boolean {
  return Object.values(data ?? {}).every((value) => value === null);
}

/** The HTTP status and headers, in the form that Yoga reads and removes from the response. */
function httpOf(error: GraphQLError, code: string) {
  const { code: originalCode, http } = error.extensions;
  // GraphQL over HTTP: a client that accepts only application/json gets errors about its document with a 200. Yoga would
  // do the same for a request that cannot be parsed at all (BAD_REQUEST).
  const isAboutDocument = http?.spec ?? (http?.status === undefined && code === 'BAD_USER_INPUT');
  return {
    status: http?.status ?? statuses.get(code) ?? 500,
    spec: isAboutDocument && originalCode !== 'BAD_REQUEST' && !(rootOf(error) instanceof SyntaxError),
    headers: { ...http?.headers, ...headers.get(code) },
  };
}

function rootOf(error: Error): Error {
  return error instanceof GraphQLError && error.originalError !== undefined ? rootOf(error.originalError) : error;
}
