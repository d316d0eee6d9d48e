import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Cors, preflightHeaders } from './cors.ts';
import type { FailureHandler } from './failure.ts';
import { createHealthChecks, type Readiness, respondToHealthCheck } from './health.ts';
import { pathOf } from './request-target.ts';

/** What answers the requests of a gateway. */
export type Routes = {
  /** Answers `/graphql`. */
  graph: RequestListener;
  /** Answers pages and their files. */
  pages: RequestListener;
  /** Whether `pages` may answer other paths as well, because plugins that are not the gateway's own have request hooks. */
  hasPlugins: boolean;
  readiness: Readiness;
  cors: Cors;
  /** The path below which the gateway is reached, without a slash at its end; empty for the root. */
  basePath: string;
  fail: FailureHandler;
};

const graphPath = '/graphql';
const graphMethods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST']);

/** The start page and the files of GraphiQL. A path that a URL parser would shorten, like `/graphql/assets/..`, is none. */
const pagePattern = /^\/(?:graphql\/assets\/(?:\w+\/)?\w[\w.-]*)?$/;

/**
 * Creates the listener of a gateway. Paths are compared as they are: Yoga's own routing looks at the end of an address, so
 * that `/x?y=/livez` would be a health check.
 */
export function createRouter({ graph, pages, hasPlugins, basePath, readiness, cors, fail }: Routes): RequestListener {
  const healthChecks = createHealthChecks(readiness);
  return (request, response) => {
    try {
      const isBelow = removeBasePath(request, basePath);
      const path = pathOf(request);
      const check = healthChecks.get(path);
      if (!isBelow && check === undefined && path !== '*') respondWithoutBody(response, 404);
      else if (path === graphPath) {
        if (graphMethods.has(request.method)) graph(request, response);
        else if (cors.isPreflight(request)) response.writeHead(204, preflightHeaders).end();
        else respondWithoutBody(response, 405, 'GET, POST');
      } else if (check !== undefined) {
        if (request.method === 'GET' || request.method === 'HEAD') respondToHealthCheck(response, check());
        else respondWithoutBody(response, 405, 'GET, HEAD');
      } else if (request.method === 'OPTIONS' && request.url === '*') {
        respondWithoutBody(response, 204, 'GET, HEAD, POST');
      } else if (pagePattern.test(path)) {
        request.url = path;
        pages(request, response);
      } else if (hasPlugins && !path.endsWith(graphPath)) pages(request, response);
      else respondWithoutBody(response, 404);
    } catch (error) {
      fail(response, error);
    }
  };
}

/**
 * Removes the base path from the target of a request.
 *
 * @returns false for a target that is not below it; health checks are found at the root, too, because they do not pass the proxy
 */
function removeBasePath(request: IncomingMessage, basePath: string): boolean {
  if (basePath === '') return true;
  const { url = '/' } = request;
  const rest = url.startsWith(basePath) ? url.slice(basePath.length) : undefined;
  if (rest === undefined || !/^(?:[/?]|$)/.test(rest)) return false;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  return true;
}

/** @param allow the methods that are allowed, where that is the point of the response */
function respondWithoutBody(response: ServerResponse, status: number, allow?: string): void {
  response.writeHead(status, { ...(status !== 204 && { 'content-length': 0 }), ...(allow && { allow }) }).end();
}
