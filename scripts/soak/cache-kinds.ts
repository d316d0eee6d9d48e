import { demo } from '../../emulator/demo.ts';
import { claim } from '../../src/upstream/wire/index.ts';
import type { SoakKind } from './kind.ts';

const byId = 'query ($cid: ID!) { contact(by: {cid: $cid}) { firstName devices(first: 1) { nodes { os } } } }';
const known = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;
const page = 'query ($first: Int!, $after: String) { contacts(first: $first, after: $after) { nodes { id } } }';
const filtered = `query ($filter: ContactFilter, $order: ContactOrder) {
  contacts(first: 1, filter: $filter, orderBy: $order) { nodes { id } }
}`;
const conditional = `query (${repeat(20, (n) => `$v${n}: Boolean!`)}) {
  contact(by: {cid: "${demo.contactId}"}) { id ${repeat(20, (n) => `f${n}: firstName @include(if: $v${n})`)} }
}`;
const issueToken = `mutation ($id: ID!) {
  issueContactToken(input: {id: $id, expiresIn: 60, hits: 1}) { userErrors { code } }
}`;
const contactId = Buffer.from(`Contact:${demo.contactId}`).toString('base64');

/**
 * Kinds of requests that each fill one store or cache, because they change the part of its key that a caller can choose.
 * The kind "contact ids" requests contacts that do not exist, "page sizes and cursors" pages that do.
 */
export const cacheKinds: readonly SoakKind[] = [
  kind('tokens', (index) => ({
    ...post(known),
    headers: { authorization: `Bearer ${madeUpToken(index)}` },
  })),
  kind('long tokens', (index) => ({
    ...post(known),
    headers: { authorization: `Bearer ${madeUpToken(index)}${'x'.repeat(7_900)}` },
  })),
  kind('key ids of tokens', (index) => ({
    ...post(known),
    headers: { authorization: `Bearer ${part({ alg: 'ES256', kid: `k${index}` })}.${part({ sub: 'ada' })}.AAAA` },
  })),
  kind('idempotency keys', (index) => ({
    ...post(issueToken, { id: contactId }),
    headers: { 'idempotency-key': `key-${index}` },
  })),
  kind('contact ids', (index) => post(byId, { cid: index.toString(16).padStart(32, '0') })),
  kind('cursors', (index, { cursors }) =>
    post(page, {
      first: 1 + (Math.floor(index / cursors.length) % 1_000),
      after: cursors[index % cursors.length] ?? null,
    }),
  ),
  kind('forged cursors', (index) => post(page, { first: 1, after: `cursor-${index}` })),
  kind('filters and orders', (index) =>
    post(filtered, { filter: { createdTo: timeOf(index) }, order: orderOf(index) }),
  ),
  kind('variables', (index) =>
    post(conditional, Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`v${n}`, ((index >> n) & 1) === 1]))),
  ),
  kind('Accept headers', (index) => ({ ...post(known), headers: { accept: `application/json;q=0.${index}` } })),
  kind('Cache-Control headers', (index) => ({ ...post(known), headers: { 'cache-control': `max-age=${index}` } })),
  kind('request ids', (index) => ({ ...post(known), headers: { 'x-request-id': `request-${index}` } })),
];

function kind(name: string, make: SoakKind['make']): SoakKind {
  return { name, make };
}

function post(query: string, variables: object = {}) {
  return { body: JSON.stringify({ query, variables }) };
}

/** Returns a token that no upstream accepts, with a different organization for each index. */
function madeUpToken(index: number): string {
  return `${part({ alg: 'HS256' })}.${part({ [claim.organization]: `o${index}` })}.AAAA`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Returns a time after the creation of all contacts, in whole seconds as in the upstream, and different for each index. */
function timeOf(index: number): string {
  return new Date(Date.UTC(2040, 0, 1) + index * 1_000).toISOString();
}

function orderOf(index: number) {
  return {
    field: index % 2 === 0 ? 'CREATED_ABSOLUTE' : 'MODIFIED_ABSOLUTE',
    direction: index % 3 === 0 ? 'ASC' : 'DESC',
  };
}

function repeat(count: number, text: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => text(n)).join(' ');
}
