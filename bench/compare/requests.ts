import { claim } from '../../src/upstream/wire/index.ts';
import { cidOf, organizationId, toKey } from '../upstream/ids.ts';
import type { Workload } from './workloads.ts';

/** The placeholders in a request that wrk.lua replaces. */
const keyPlaceholder = '{key}';
const tokenPlaceholder = '{token}';

/** The number of different keys. After as many requests the keys repeat. */
export const keyCount = 10_000_000;

/** Formats a request of the workload as HTTP/1.1 text with placeholders for the token and the key. */
export function toRawRequest({ query, variable, name }: Workload, port: number): string {
  const body = toBody(query, name, variable, keyPlaceholder);
  const length = Buffer.byteLength(body) - keyPlaceholder.length + toKey(0).length;
  return [
    'POST /graphql HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    'Accept: application/json',
    `Authorization: Bearer ${tokenPlaceholder}`,
    `Content-Length: ${length}`,
    '',
    body,
  ].join('\r\n');
}

/** Sends one request of the workload and returns the body of the response. @throws {Error} unless its status is 200 */
export async function sendRequest({ query, variable, name }: Workload, port: number, key: number): Promise<string> {
  const { status, text } = await post(port, toBody(query, name, variable, toKey(key)));
  if (status !== 200) throw new Error(`status ${status}: ${text.slice(0, 300)}`);
  return text;
}

/** Returns whether a GraphQL server accepts requests on a port. @throws {Error} when nothing listens there */
export async function isServing(port: number): Promise<boolean> {
  return (await post(port, JSON.stringify({ query: '{ __typename }' }))).status === 200;
}

async function post(port: number, body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${tokenOf(0)}`,
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Creates the token of a caller. Only its claims matter, because neither gateway nor upstream verify the signature. */
export function tokenOf(caller: number, organization = organizationId): string {
  const claims = {
    sub: `caller-${caller}`,
    exp: Math.floor(Date.now() / 1000) + 86_400,
    [claim.organization]: organization,
    [claim.scopes]: ['customer_read', 'organization_read'],
  };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
}

function toBody(query: string, operationName: string, variable: Workload['variable'], key: string): string {
  return JSON.stringify({ operationName, query, variables: { [variable]: variable === 'cid' ? cidOf(key) : key } });
}
