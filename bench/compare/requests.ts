import { claim } from '../../src/upstream/wire.ts';
import { cidOf, organizationId, toKey } from '../upstream/ids.ts';
import type { Workload } from './workloads.ts';

/** Stand where a request differs from the next; as long as what comes in their place is not asked for. */
const keyMark = '{key}';
const tokenMark = '{token}';

/** Keys that are asked for one after the other; the next comes round again after as many requests. */
export const keyCount = 10_000_000;

/** A request of the workload as its client sends it, with marks for what differs. */
export function toRawRequest({ query, variable, name }: Workload, port: number): string {
  const body = toBody(query, name, variable, keyMark);
  const length = Buffer.byteLength(body) - keyMark.length + toKey(0).length;
  return [
    'POST /graphql HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    'Accept: application/json',
    `Authorization: Bearer ${tokenMark}`,
    `Content-Length: ${length}`,
    '',
    body,
  ].join('\r\n');
}

/** The answer of a target to one request of the workload. @throws {Error} unless it is a 200 */
export async function ask({ query, variable, name }: Workload, port: number, key: number): Promise<string> {
  const { status, text } = await post(port, toBody(query, name, variable, toKey(key)));
  if (status !== 200) throw new Error(`status ${status}: ${text.slice(0, 300)}`);
  return text;
}

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

/** The token of a caller: its claims are read, and nobody here judges its signature. */
export function tokenOf(caller: number): string {
  const claims = {
    sub: `caller-${caller}`,
    exp: Math.floor(Date.now() / 1000) + 86_400,
    [claim.organization]: organizationId,
    [claim.scopes]: ['customer_read', 'organization_read'],
  };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
}

function toBody(query: string, operationName: string, variable: Workload['variable'], key: string): string {
  return JSON.stringify({ operationName, query, variables: { [variable]: variable === 'cid' ? cidOf(key) : key } });
}
