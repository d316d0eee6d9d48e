import { envelope, envelopeField } from '../src/upstream/wire/index.ts';
import { ApiError, notFound } from './api-error.ts';
import { authorize } from './authorize.ts';
import { organizationOf } from './endpoint.ts';
import { parseQuery } from './query-params.ts';
import { parseJson } from './request-body.ts';
import type { Match } from './routes.ts';
import type { System } from './system.ts';

/** A response that is not sent yet, so that a fault rule can change it. */
export type ApiResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The `jti` of the token, if the token was valid. */
  readonly tokenId?: string;
};

/** The parts of an HTTP request that an endpoint depends on. */
export type ApiRequest = {
  readonly method: string;
  /** The query string without the question mark. */
  readonly search: string;
  readonly authorization: string | undefined;
  readonly body: string;
};

/**
 * Executes a call as the upstream does: it checks the method, then the token and its scopes, then the parameters and
 * the body, and last whether the resource exists.
 *
 * @param match the route of the path; undefined for an unknown path
 * @returns also for an invalid call a response, with an error body
 */
export function dispatch(system: System, match: Match | undefined, request: ApiRequest): ApiResponse {
  let tokenId: string | undefined;
  try {
    if (match === undefined) throw notFound();
    const { endpoint, method } = match;
    if (request.method !== method) throw new ApiError(405, `Use ${method}`, { allow: method });
    if (typeof endpoint === 'function') return jsonResponse(200, endpoint(system, parseJson(request.body)));
    const grant = authorize(system.tokenIssuer, request.authorization, endpoint.scopes);
    tokenId = grant.tokenId;
    const named = { id: decodeId(match.id), body: endpoint.takesBody ? parseJson(request.body) : undefined };
    const call = {
      ...{ grant, params: parseQuery(request.search), ...named, more: match.more.map(decodeId) },
      get organization() {
        return organizationOf(system, grant, named);
      },
    };
    const envelope = endpoint.isBare ? {} : okEnvelope(system);
    const response = jsonResponse(endpoint.status ?? 200, { ...envelope, ...endpoint.handle(call, system) });
    return endpoint.hasNoBody ? { status: 200, headers: {}, body: '', tokenId } : { ...response, tokenId };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...errorResponse(system, error), ...(tokenId === undefined ? {} : { tokenId }) };
  }
}

/** Converts an error to a response. */
export function errorResponse(system: System, { status, message, code, headers }: ApiError): ApiResponse {
  const response = jsonResponse(status, koEnvelope(generatedAt(system), message, code));
  return { ...response, headers: { ...response.headers, ...headers } };
}

/** The envelope of a successful response [doc]. */
export function okEnvelope(system: System): object {
  return { [envelopeField.status]: envelope.ok, [envelopeField.generated]: generatedAt(system) };
}

/** The body of an error [assumed]. JSON omits the code when it is undefined. */
export function koEnvelope(generated: string, message: string, code: string | undefined): object {
  return {
    [envelopeField.status]: envelope.ko,
    [envelopeField.generated]: generated,
    [envelopeField.message]: message,
    [envelopeField.code]: code,
  };
}

/** A response with a JSON body. */
export function jsonResponse(status: number, body: object): ApiResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** The time of a response, with milliseconds, unlike all other dates of the upstream [doc]. */
function generatedAt({ clock }: System): string {
  return new Date(clock.now()).toISOString();
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw notFound();
  }
}
