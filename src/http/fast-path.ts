import type { RequestListener } from 'node:http';
import { refuseBypassedHooks } from '../plugins/foreign-plugins.ts';
import { requestIdHeader, startRequest } from '../plugins/request-id.ts';
import { createDeduplication } from './deduplicate.ts';
import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import { findAccepted, mayUseParts, parseRequestParams, readRequestBody } from './request.ts';
import { respond } from './respond.ts';
import { respondThroughYoga } from './yoga-fallback.ts';

/**
 * Creates the listener of node:http that answers JSON POST requests to `/graphql` without Yoga's `Request` and `Response`,
 * which cost as much as everything else (ADR 17). It calls the same functions and hooks as the Yoga path from the
 * parameters of a request on. All other requests are left to Yoga, before anything of them was executed.
 *
 * @throws {Error} when a foreign plugin has a hook that would be bypassed
 */
export function createFastPath(gateway: FastPathGateway): RequestListener {
  refuseBypassedHooks(gateway.foreignPlugins);
  const deduplication = gateway.sharesOperations ? createDeduplication(gateway) : undefined;

  async function handle(request: FastPathRequest): Promise<void> {
    if (deduplication?.join(request)) return;
    const parsed = parseRequestParams(request.body);
    if (parsed === undefined) return respondThroughYoga(gateway, request);
    const params = parsed.query === '' ? gateway.resolveTrusted(parsed) : parsed;
    // Answers in parts are rare, and are written in one place.
    if (request.accepted.parts && mayUseParts(params.query)) {
      await respondThroughYoga(gateway, request, deduplication?.end);
    } else if (deduplication === undefined) await respond(gateway, request, params);
    else await deduplication.respond(request, params);
  }

  return (message, response) => {
    const accepted = findAccepted(message);
    // Yoga authenticates before it reads a body, so a request that cannot be authenticated holds no memory for its body.
    const isUnauthenticated = gateway.requiresAuthorization && message.headers.authorization === undefined;
    if (accepted === undefined || isUnauthenticated) {
      gateway.yogaPath(message, response);
      return;
    }
    const clientId = message.headers[requestIdHeader]?.toString();
    const context = startRequest(clientId, gateway.clientAddressOf(message), gateway.spanOf(message));
    readRequestBody(message)
      .then((body) => handle({ message, response, body, accepted, context }))
      .catch((error) => gateway.fail(response, error));
  };
}
