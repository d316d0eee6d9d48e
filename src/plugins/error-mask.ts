import { GraphQLError } from 'graphql';
import { PublicError } from '../errors.ts';
import { describeError, type Log } from '../log.ts';
import { toPublicMessage } from './error-message.ts';
import type { ResultStep } from './result-pipeline.ts';
import { maxErrors } from './validation.ts';

export type ErrorMaskOptions = { log: Log };

/** What a client gets of an error. */
type Public = { message: string; extensions: { code: string } & Record<string, unknown> };

const overloaded = 'OVERLOADED';

/** HTTP statuses of the codes that can end a whole request; an error of one field leaves the answer a 200. */
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
 * The one place where errors get their public form. Ours say themselves what may be said; those of graphql and Yoga
 * are about the request and lose what they quote of it; anything else is INTERNAL, and only the log hears more.
 */
export function maskErrors({ log }: ErrorMaskOptions): ResultStep {
  function toPublic(error: GraphQLError, requestId: string | undefined): Public {
    const root = rootOf(error);
    if (root instanceof PublicError) {
      if (root.cause !== undefined) log.warn({ requestId, error: describeError(root) }, root.message);
      return { message: root.message, extensions: root.extensions };
    }
    if (root instanceof GraphQLError) {
      const code = root.extensions.http?.status === 403 ? 'FORBIDDEN' : 'BAD_USER_INPUT';
      return { message: toPublicMessage(error.message), extensions: { code } };
    }
    if (root instanceof SyntaxError && error.path === undefined) {
      return { message: 'The request holds invalid JSON.', extensions: { code: 'BAD_USER_INPUT' } };
    }
    log.error({ requestId, error: describeError(root) }, 'internal error');
    return { message: 'Something went wrong inside the gateway.', extensions: { code: 'INTERNAL' } };
  }

  return (result, { requestId }) => {
    if (result.errors === undefined) return result;
    const isWhole = !('data' in result) || result.data === undefined;
    const told = isWhole ? result.errors.slice(0, maxErrors) : result.errors;
    const masked = told.map((error) => ({ error, told: toPublic(error, requestId) }));
    const isRefused =
      isWhole || (isNothing(result.data) && masked.every(({ told }) => told.extensions.code === overloaded));
    const errors = masked.map(({ error, told: { message, extensions } }) => {
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
    return { ...result, errors };
  };
}

/** An answer that holds nothing: a client had better hear by the status that it should come again later. */
function isNothing(data: object | null | undefined): boolean {
  return Object.values(data ?? {}).every((value) => value === null);
}

/** What Yoga makes the status line and headers of; it takes this out of the answer again. */
function httpOf(error: GraphQLError, code: string) {
  const { code: givenCode, http } = error.extensions;
  // GraphQL over HTTP: a client that accepts only application/json gets errors about its document with a 200. Yoga would
  // do so for a request that cannot be read at all, too, which it calls BAD_REQUEST in a body.
  const isAboutDocument = http?.spec ?? (http?.status === undefined && code === 'BAD_USER_INPUT');
  return {
    status: http?.status ?? statuses.get(code) ?? 500,
    spec: isAboutDocument && givenCode !== 'BAD_REQUEST' && !(rootOf(error) instanceof SyntaxError),
    headers: { ...http?.headers, ...headers.get(code) },
  };
}

function rootOf(error: Error): Error {
  return error instanceof GraphQLError && error.originalError !== undefined ? rootOf(error.originalError) : error;
}
