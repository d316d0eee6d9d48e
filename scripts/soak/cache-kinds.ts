import { createHash } from 'node:crypto';
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
const wifiSettings = 'query ($app: AppInput!) { organization { wifiSettings(app: $app) { defaultLocationId } } }';
const startSession = `mutation ($credentials: ContactCredentials!) {
  startContactSession(input: {credentials: $credentials}) { userErrors { code } }
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
  {
    name: 'key ids of tokens',
    gateway: 'jwt',
    make: (index) => ({
      ...post(known),
      headers: { authorization: `Bearer ${part({ alg: 'ES256', kid: `k${index}` })}.${part({ sub: 'ada' })}.AAAA` },
    }),
  },
  {
    name: 'session attempts',
    gateway: 'sessions',
    isAnonymous: true,
    make: (index) => ({
      ...post(startSession, { credentials: { username: `user-${index}`, password: 'wrong' } }),
      headers: { 'x-forwarded-for': `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` },
    }),
  },
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
  kind('variables', (index) => post(conditional, conditionsOf(index, 20))),
  kind('conditions of documents', (index) =>
    post(conditionalDocument(Math.floor(index / setsOfConditions)), conditionsOf(index % setsOfConditions, 5)),
  ),
  kind('persisted queries', (index) => {
    const query = `query A${index} ${known}`;
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    return { body: JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } }) };
  }),
  kind('apps', (index) => post(wifiSettings, { app: { os: 'android', bundle: `com.example.a${index}` } })),
  kind('Accept headers', (index) => ({ ...post(known), headers: { accept: `application/json;q=0.${index}` } })),
  kind('Cache-Control headers', (index) => ({ ...post(known), headers: { 'cache-control': `max-age=${index}` } })),
  kind('request ids', (index) => ({ ...post(known), headers: { 'x-request-id': `request-${index}` } })),
];

/** The sets of conditions with which each of the documents with conditions is executed: so many plans are kept of one. */
const setsOfConditions = 20;

/** Returns a document with 60 fields that cost a call, all of them the same, and five conditions. */
function conditionalDocument(index: number): string {
  return `query (${repeat(5, (n) => `$v${n}: Boolean!`)}) { contact(by: {cid: "${demo.contactId}"}) {
    ${repeat(60, (n) => `d${index}_${n}: devices(first: 1) { totalCount }`)}
    ${repeat(5, (n) => `f${n}: firstName @include(if: $v${n})`)}
  } }`;
}

/** Returns the values of this number of variables, as the bits of a number. */
function conditionsOf(bits: number, count: number): Record<string, boolean> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, ((bits >> n) & 1) === 1]));
}

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
