import { afterEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../emulator/faults.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, type QueryRequest, startHarness } from './support/harness.ts';
import { contact, profile, update, wholeContact, wholeProfile } from './support/operations.ts';

const table = createTable('Late, broken or wrong responses (U1 to U11)');

/** A text in every response body of the upstream, which no client and no log may contain. */
const canary = 'canary-of-a-body';

type Row = {
  row: string;
  fault: string;
  /** The fault of the first and all later calls, unless it limits its number. */
  rule: FaultRule;
  request?: QueryRequest;
  env?: Record<string, string>;
  data: object;
  errors: object[];
  calls: Record<string, unknown>;
};

const unavailable = [{ path: 'contact', code: 'UPSTREAM_UNAVAILABLE', retryable: true }];
const late = [{ path: 'contact', code: 'UPSTREAM_TIMEOUT', retryable: true }];
const bad = [{ path: 'contact', code: 'UPSTREAM_BAD_RESPONSE', retryable: false }];
const unknown = [{ path: 'updateContact', code: 'OUTCOME_UNKNOWN', retryable: true }];
const none = { contact: null };
/** Timeouts for response bodies that exceed the limit only after many bytes. */
const longTimeouts = { OPERATION_DEADLINE_MS: '10000', TRY_TIMEOUT_MS: '10000' };
const noUpdate = { request: update, data: { updateContact: null }, errors: unknown };
const body = (body: string, more: object = {}): FaultRule => ({ kind: 'body', body, ...more });

const rows: Row[] = [
  {
    ...{ row: 'U1', fault: 'slower than the timeout of an attempt', rule: { kind: 'delay', ms: 600 } },
    ...{ data: none, errors: late, calls: { contact: ['left', 'left'] } },
  },
  {
    ...{ row: 'U1', fault: 'one slow response', rule: { kind: 'delay', ms: 600, times: 1 } },
    ...{ data: wholeProfile, errors: [], calls: { contact: ['left', 200] } },
  },
  {
    ...{ row: 'U1', fault: 'no response to a write', rule: { kind: 'hang' } },
    ...{ ...noUpdate, calls: { updateContact: ['left'] } },
  },
  {
    ...{ row: 'U2', fault: 'a response body that hangs', rule: { kind: 'hang-body' } },
    ...{ data: none, errors: late, calls: { contact: ['left', 'left'] } },
  },
  {
    ...{ row: 'U3', fault: 'a response body byte by byte', rule: { kind: 'drip', ms: 50 } },
    ...{ data: none, errors: late, calls: { contact: ['left', 'left'] } },
  },
  {
    ...{ row: 'U3', fault: 'a response body byte by byte for a write', rule: { kind: 'drip', ms: 100 } },
    ...{ ...noUpdate, calls: { updateContact: ['left'] } },
  },
  {
    ...{ row: 'U4', fault: 'one reset', rule: { kind: 'reset', times: 1 } },
    ...{ data: wholeProfile, errors: [], calls: { contact: [0, 200] } },
  },
  {
    ...{ row: 'U4', fault: 'a reset of every call', rule: { kind: 'reset' } },
    ...{ data: none, errors: unavailable, calls: { contact: [0, 0, 0] } },
  },
  {
    ...{ row: 'U4', fault: 'a reset of a write', rule: { kind: 'reset' } },
    ...{ ...noUpdate, calls: { updateContact: [0] } },
  },
  ...[500, 503, 504].flatMap((status): Row[] => [
    {
      ...{ row: 'U5', fault: `${status} twice`, rule: { kind: 'status', status, times: 2, message: canary } },
      ...{ data: wholeProfile, errors: [], calls: { contact: [status, status, 200] } },
    },
    {
      ...{ row: 'U5', fault: `${status} always`, rule: { kind: 'status', status, message: canary } },
      ...{ data: none, errors: unavailable, calls: { contact: [status, status, status] } },
    },
    {
      ...{ row: 'U5', fault: `${status} to a write`, rule: { kind: 'status', status, message: canary } },
      ...{ ...noUpdate, calls: { updateContact: [status] } },
    },
  ]),
  {
    ...{
      row: 'U6',
      fault: '502 as HTML',
      rule: body(`<html>${canary}</html>`, { status: 502, contentType: 'text/html' }),
    },
    ...{ data: none, errors: unavailable, calls: { contact: [502, 502, 502] } },
  },
  {
    ...{ row: 'U7', fault: 'KO in a 200', rule: { kind: 'ko', message: canary } },
    ...{ data: none, errors: bad, calls: { contact: [200] } },
  },
  {
    ...{ row: 'U7', fault: 'KO: GONE', rule: { kind: 'ko', code: 'GONE', message: canary } },
    data: none,
    ...{ errors: [{ path: 'contact', code: 'GONE', retryable: false }], calls: { contact: [200] } },
  },
  {
    ...{ row: 'U7', fault: 'KO in a branch', rule: { kind: 'ko', path: '/events' }, request: contact },
    data: { contact: { ...wholeContact.contact, events: null } },
    errors: [{ path: 'contact.events', code: 'UPSTREAM_BAD_RESPONSE', retryable: false }],
    calls: { contact: [200], events: [200], devices: [200], accountings: [200] },
  },
  {
    ...{ row: 'U8', fault: 'invalid JSON', rule: body(`{"status":"OK","${canary}",,`) },
    ...{ data: none, errors: bad, calls: { contact: [200] } },
  },
  {
    ...{ row: 'U8', fault: 'truncated once', rule: { kind: 'truncate', times: 1 } },
    ...{ data: wholeProfile, errors: [], calls: { contact: [200, 200] } },
  },
  {
    ...{ row: 'U9', fault: '100 MB', rule: { kind: 'huge', bytes: 100_000_000 }, env: longTimeouts },
    ...{ data: none, errors: bad, calls: { contact: ['left'] } },
  },
  {
    ...{
      row: 'U9',
      fault: '100 MB in a gzip of 100 kB',
      rule: { kind: 'gzip-bomb', bytes: 100_000_000 },
      env: longTimeouts,
    },
    ...{ data: none, errors: bad, calls: { contact: [200] } },
  },
  ...['text/html', 'application/json; charset=utf-16', 'application/xml'].map(
    (contentType): Row => ({
      ...{ row: 'U10', fault: contentType, rule: { kind: 'content-type', contentType } },
      ...{ data: none, errors: bad, calls: { contact: [200] } },
    }),
  ),
  ...['{"status":"OK"}', '{"status":"OK","events":null}', '{"status":"OK","events":{}}', '[]', 'null'].map(
    (text): Row => ({
      ...{ row: 'U11', fault: `events as ${text}`, rule: body(text, { path: '/events' }), request: contact },
      data: { contact: { ...wholeContact.contact, events: null } },
      errors: [{ path: 'contact.events', code: 'UPSTREAM_BAD_RESPONSE', retryable: false }],
      calls: { contact: [200], events: [200], devices: [200], accountings: [200] },
    }),
  ),
];

let harness: Harness;
afterEach(() => harness.close());

describe('late, broken and wrong responses of the upstream', () => {
  test.each(rows)(
    '$row: a fault is answered with its code within the deadline and leaves no call, socket or memory behind: $fault',
    async ({ row, fault, rule, request = profile, env = {}, data, errors, calls }) => {
      harness = await startHarness({ env });
      harness.fault({ path: '/customers/', times: Number.POSITIVE_INFINITY, ...rule });
      const response = await harness.query(request);
      const made = await harness.calls();
      table.add(row, fault, response, made);
      expect({ data: response.data, errors: response.errors }).toEqual({ data, errors });
      expect(made).toEqual(calls);
      expect(response.text + harness.logged.join()).not.toContain(canary);
      await harness.recover(contact, wholeContact);
    },
  );

  test('U8: the log has the length and hash of invalid JSON', async () => {
    harness = await startHarness();
    harness.fault({ path: '/customers/', kind: 'invalid-json' });
    await harness.query(profile);
    expect(harness.logged.join()).toMatch(/\d+ bytes, sha256 [0-9a-f]{16}/);
  });

  test('U9: a response body of 100 MB takes less than 50 MB of memory, compressed or not', async () => {
    harness = await startHarness({ env: longTimeouts, maxResponseBytes: 2 ** 20 });
    for (const kind of ['huge', 'gzip-bomb'] as const) {
      harness.fault({ path: '/customers/', kind, bytes: 100_000_000 });
      const before = process.memoryUsage().rss;
      const { errors } = await harness.query(profile);
      expect(process.memoryUsage().rss - before).toBeLessThan(50 * 2 ** 20);
      expect(errors).toEqual(bad);
    }
    await harness.recover(contact, wholeContact);
  });

  test('U11: fields of the wrong type and unknown enum values are null, and the other fields have their values', async () => {
    harness = await startHarness();
    const { cid } = harness.emulator.insert({
      firstName: 'Ada',
      lastName: { not: 'text' },
      gender: 'NEW',
      birthDate: 7,
    });
    const request = { query: `{ contact(by: {cid: "${cid}"}) { firstName lastName gender birthDate } }` };
    const { data, errors } = await harness.query(request);
    expect({ data, errors }).toEqual({
      data: { contact: { firstName: 'Ada', lastName: null, gender: null, birthDate: null } },
      errors: [],
    });
    await harness.recover(contact, wholeContact);
  });
});
