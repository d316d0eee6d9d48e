import { expect } from 'vitest';
import type { HttpServer } from '../../../src/http/server.ts';

/** The status of a response, and its body as JSON. */
export type Response = { status: number; body: { data?: Record<string, unknown>; errors?: { extensions: object }[] } };

async function toResponse(response: globalThis.Response): Promise<Response> {
  return { status: response.status, body: (await response.json()) as Response['body'] };
}

/** Sends an operation on the fast path. */
export async function post({ url }: HttpServer, query: string, variables: object = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query, variables });
  return toResponse(await fetch(`${url}/graphql`, { method: 'POST', headers, body }));
}

/** Sends a query on the Yoga path. */
export async function get({ url }: HttpServer, query: string, variables: object = {}): Promise<Response> {
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  return toResponse(await fetch(`${url}/graphql?${search}`, { headers: { 'graphql-require-preflight': '1' } }));
}

/** On the fast path for the first time, on the fast path as a previously executed document, and on the Yoga path. */
export async function onAllPaths(at: HttpServer, query: string, variables?: object): Promise<Response[]> {
  const posted = [await post(at, query, variables), await post(at, query, variables)];
  // A longer target than node:http reads is sent by POST only.
  return query.length > 8_000 ? posted : [...posted, await get(at, query, variables)];
}

/** Expects that each response is a refusal because of the size of the answer, and nothing else. */
export function expectTooExpensive(responses: Response[]): void {
  for (const { status, body } of responses) {
    expect(body.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_EXPENSIVE', retryable: false } }]);
    expect(Object.keys(body)).toEqual(['errors']);
    expect(status).toBe(400);
  }
}
