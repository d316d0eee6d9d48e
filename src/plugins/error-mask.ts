import { GraphQLError, type GraphQLSchema } from 'graphql';
import { BadUserInput, internalError, PublicError } from '../errors.ts';
import { limitErrors, maxAnswerErrors } from '../execution/error-limit.ts';
import { describeError, type Log } from '../log.ts';
import { shortenName, toPublicMessage } from './error-message.ts';
import type { ResultStep } from './result-pipeline.ts';
import { maxErrors } from './validation.ts';

/** The options of the error mask. */
export type ErrorMaskOptions = {
  /** Receives the errors that clients must not see, and the causes of public errors. */
  log: Log;
  /** The schema, where it is public: only then messages say which names it has. */
  publicSchema: GraphQLSchema | undefined;
};

/** The public form of an error. */
type Public = { message: string; extensions: { code: string } & Record<string, unknown> };

const overloaded = 'OVERLOADED';
const rateLimited = 'RATE_LIMITED';
const errorsOmitted = 'ERRORS_OMITTED';

/** Codes of errors about the document of a request. */
const documentCodes = new Set([
  ...['BAD_USER_INPUT', 'DOCUMENT_NOT_TRUSTED'],
  ...['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED'],
]);

/** Codes that refuse the whole request where every field failed with the same one of them. */
const wholeCodes: readonly string[] = [overloaded, 'UNAUTHENTICATED'];

/** HTTP statuses of the codes that can refuse a whole request; an error of one field does not change the status 200. */
const statuses = new Map([
  ...[...documentCodes].map((code): [string, number] => [code, 400]),
  ['QUERY_TOO_EXPENSIVE', 400],
  ['UNAUTHENTICATED', 401],
  ['FORBIDDEN', 403],
  [rateLimited, 429],
  ['UPSTREAM_BAD_RESPONSE', 502],
  ['UPSTREAM_UNAVAILABLE', 503],
  [overloaded, 503],
  ['UPSTREAM_TIMEOUT', 504],
]);

const headers = new Map([['UNAUTHENTICATED', { 'WWW-Authenticate': 'Bearer' }]]);

/**
 * Gives errors their public form; there is no other place for this. A `PublicError` defines its own message and extensions;
 * one of several arguments becomes an error for each.
 * Errors of graphql and Yoga are about the request, and what they quote of it is removed. Any other error becomes INTERNAL,
 * and is described in the log only.
 */
export function maskErrors({ log, publicSchema }: ErrorMaskOptions): ResultStep {
  function toPublic(error: GraphQLError, context: Parameters<ResultStep>[1]): Public {
    const { requestId, span } = context;
    const request = { requestId, ...(span && { trace_id: span.traceId }) };
    const root = rootOf(error);
    if (root instanceof PublicError) {
      if (root.cause !== undefined) log.warn({ ...request, ...root.attempt, error: describeError(root) }, root.message);
      return toPublicForm(root);
    }
    // Yoga makes a GraphQLError of a thrown value that is no Error, with its text as the message.
    if (root instanceof GraphQLError && root.extensions['unexpected'] !== true) {
      const code = root.extensions.http?.status === 403 ? 'FORBIDDEN' : 'BAD_USER_INPUT';
      const message = toPublicMessage(error.message, publicSchema);
      const field = completePath(error.extensions['field'], message);
      return toPublicForm({ message, extensions: field === undefined ? { code } : { code, field } });
    }
    if (root instanceof SyntaxError && error.path === undefined) {
      return { message: 'The request holds invalid JSON.', extensions: { code: 'BAD_USER_INPUT' } };
    }
    log.error({ ...request, error: describeError(root) }, 'internal error');
    return internalError;
  }

  return (result, context) => {
    const { requestId, batch, parts } = context;
    if (result.errors === undefined) return result;
    const isWhole = !('data' in result) || result.data === undefined;
    // The answers of a batch count together, and so do the parts of an answer. Each of them has one error at least.
    const counted = batch ?? parts;
    const max = Math.max(1, maxAnswerErrors - (counted?.errors ?? 0));
    const first = isWhole ? result.errors.slice(0, maxErrors) : limitErrors(result.errors, 0, max);
    const all = isWhole && result.errors.length === 0 ? [noResult()] : first.flatMap(toSingleErrors);
    const errors = isWhole ? all.slice(0, Math.min(maxErrors, max)) : limitErrors(all, 0, max);
    if (counted !== undefined) counted.errors += errors.length;
    const masked = errors.map((error) => ({ error, publicError: toPublic(error, context) }));
    const isRefused =
      isWhole ||
      (parts === undefined &&
        isEmpty(result.data) &&
        wholeCodes.some((code) => masked.every(({ publicError }) => hasCode(publicError, code))));
    const publicErrors = masked.map(({ error, publicError: { message, extensions } }) => {
      const http = isRefused ? { http: httpOf(error, extensions) } : {};
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

/** Whether an error has a code; the one that says how many are not listed agrees with all others. */
function hasCode({ extensions }: Public, code: string): boolean {
  return extensions.code === code || extensions.code === errorsOmitted;
}

/** Yoga leaves out an AbortError that a hook throws: without data and errors the response would look like a success. */
function noResult(): GraphQLError {
  return new GraphQLError('', { originalError: new Error('An AbortError ended the execution.') });
}

/** Returns an error for each invalid argument of a field, at the same place. */
function toSingleErrors(error: GraphQLError): readonly GraphQLError[] {
  const root = rootOf(error);
  if (!(root instanceof BadUserInput) || root.errors.length === 0) return [error];
  const { nodes, source, positions, path } = error;
  return root.errors
    .slice(0, maxErrors)
    .map((originalError) => new GraphQLError(originalError.message, { nodes, source, positions, path, originalError }));
}

/** Adds to the path of an object the field that it lacks or should not have. */
function completePath(path: unknown, message: string): readonly string[] | undefined {
  if (!Array.isArray(path)) return undefined;
  const [, name] = /(?:unknown|required) field "(\w+)"/.exec(message) ?? [];
  const names = path.map((each) => shortenName(String(each)));
  return name === undefined || names.at(-1) === name ? names : [...names, name];
}

/** The public form of an error; the message of an invalid input value begins with its field, unless it names it already. */
function toPublicForm({ message, extensions }: Public): Public {
  const { field } = extensions as { field?: readonly string[] };
  const isInput = extensions.code === 'BAD_USER_INPUT' && field !== undefined && field.length > 0;
  const isNamed = !isInput || /^(?:Variable|Unknown argument) /.test(message);
  return { message: isNamed ? message : `"${field.join('.')}": ${message}`, extensions };
}

/** Whether a result has no data at all: then the HTTP status tells the client that it should retry later. */
function isEmpty(data: object | null | undefined): boolean {
  return Object.values(data ?? {}).every((value) => value === null);
}

/** The HTTP status and headers, in the form that Yoga reads and removes from the response. */
function httpOf(error: GraphQLError, { code, retryAfter }: Public['extensions']) {
  const { code: originalCode, http } = error.extensions;
  // GraphQL over HTTP: a client that accepts only application/json gets errors about its document with a 200. Yoga would
  // do the same for a request that cannot be parsed at all (BAD_REQUEST).
  const isAboutDocument = http?.spec ?? (http?.status === undefined && documentCodes.has(code));
  return {
    status: http?.status ?? statuses.get(code) ?? 500,
    spec: isAboutDocument && originalCode !== 'BAD_REQUEST' && !(rootOf(error) instanceof SyntaxError),
    headers: {
      ...http?.headers,
      ...headers.get(code),
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    },
  };
}

function rootOf(error: Error): Error {
  return error instanceof GraphQLError && error.originalError !== undefined ? rootOf(error.originalError) : error;
}
