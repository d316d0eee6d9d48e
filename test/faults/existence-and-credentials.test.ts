import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, type QueryRequest, startHarness } from './support/harness.ts';

const table = createTable('The check of existence and of a username with its password (calls 14 and 16)');

/** A text in every response body of the upstream, which no client and no log may contain. */
const canary = 'canary-of-a-body';

const existence: QueryRequest = { query: '{ contactExists(by: {email: "ada.rossi@example.com"}) }' };
const session: QueryRequest = {
  query:
    'mutation ($c: ContactCredentials!) { startContactSession(input: {credentials: $c}) { contact { cid } userErrors { code } } }',
  variables: { c: { username: 'YYYYYZZZXXX1', password: demo.contactPassword } },
};

const calls = [
  ['contactExists', '/exist', existence, { contactExists: true }, { contactExists: null }],
  [
    'checkCredentials',
    '/credential/check',
    session,
    { startContactSession: { contact: { cid: demo.contactId }, userErrors: [] } },
    { startContactSession: null },
  ],
] as const;

type Row = { fault: string; rule: FaultRule; code?: string; ends: (number | 'left')[] };

const rows: Row[] = [
  { fault: 'a slow response', rule: { kind: 'delay', ms: 600 }, code: 'UPSTREAM_TIMEOUT', ends: ['left', 'left'] },
  { fault: 'one slow response', rule: { kind: 'delay', ms: 600, times: 1 }, ends: ['left', 200] },
  { fault: 'a body that hangs', rule: { kind: 'hang-body' }, code: 'UPSTREAM_TIMEOUT', ends: ['left', 'left'] },
  { fault: 'a body byte by byte', rule: { kind: 'drip', ms: 50 }, code: 'UPSTREAM_TIMEOUT', ends: ['left', 'left'] },
  { fault: 'one reset', rule: { kind: 'reset', times: 1 }, ends: [0, 200] },
  { fault: 'resets', rule: { kind: 'reset' }, code: 'UPSTREAM_UNAVAILABLE', ends: [0, 0, 0] },
  { fault: '500 twice', rule: { kind: 'status', status: 500, times: 2, message: canary }, ends: [500, 500, 200] },
  {
    fault: '503',
    rule: { kind: 'status', status: 503, message: canary },
    code: 'UPSTREAM_UNAVAILABLE',
    ends: [503, 503, 503],
  },
  { fault: 'a 502 with HTML', rule: { kind: 'html' }, code: 'UPSTREAM_UNAVAILABLE', ends: [502, 502, 502] },
  { fault: 'KO', rule: { kind: 'ko', message: canary, code: canary }, code: 'UPSTREAM_BAD_RESPONSE', ends: [200] },
  { fault: 'invalid JSON', rule: { kind: 'invalid-json' }, code: 'UPSTREAM_BAD_RESPONSE', ends: [200] },
  {
    fault: 'another shape',
    rule: { kind: 'body', body: `{"status":"OK","${canary}":[]}` },
    code: 'UPSTREAM_BAD_RESPONSE',
    ends: [200],
  },
  {
    fault: 'a redirect',
    rule: { kind: 'redirect', location: `http://other.example/${canary}` },
    code: 'UPSTREAM_BAD_RESPONSE',
    ends: [302],
  },
  {
    fault: 'another media type',
    rule: { kind: 'content-type', contentType: 'text/html' },
    code: 'UPSTREAM_BAD_RESPONSE',
    ends: [200],
  },
  {
    fault: 'a 429 beyond the deadline',
    rule: { kind: 'status', status: 429, retryAfter: '2' },
    code: 'RATE_LIMITED',
    ends: [429],
  },
];

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

describe.each(calls)('the call %s', (route, path, request, whole, none) => {
  test.each(rows)('$fault', async ({ fault, rule, code, ends }) => {
    harness.fault({ path, times: Number.POSITIVE_INFINITY, ...rule });
    const response = await harness.query(request);
    const made = await harness.calls();
    table.add(route, fault, response, made);
    expect(made[route]).toEqual(ends);
    expect(response.data).toEqual(code === undefined ? whole : none);
    expect(response.errors.map((error) => error.code)).toEqual(code === undefined ? [] : [code]);
    expect(`${response.text}${harness.logged.join('')}`).not.toContain(canary);
    await harness.recover(request, whole);
  });
});

test('a short 429 of the check of existence is waited for, and one of the check of a password is not', async () => {
  const patient = await startHarness({ env: { OPERATION_DEADLINE_MS: '5000' } });
  for (const [route, path, request, whole, none] of calls) {
    patient.fault({ path, kind: 'status', status: 429, retryAfter: '1' });
    const { data } = await patient.query(request);
    const isRepeated = route === 'contactExists';
    expect(data).toEqual(isRepeated ? whole : none);
    expect((await patient.calls())[route]).toEqual(isRepeated ? [429, 200] : [429]);
  }
  await patient.close();
});
