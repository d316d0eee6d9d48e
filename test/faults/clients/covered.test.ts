import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CoveringTest } from './support/row.ts';

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

/** Tests in other folders that cover rows of the fault catalogue, by file: the row, what is sent, how the test's name begins. */
const byFile: Readonly<Record<string, readonly [row: string, sent: string, name: string][]>> = {
  'documents/refused-documents': [
    ['C8', 'thousands of different documents', 'the document cache is bounded by the number of documents'],
  ],
  'documents/document-memory': [
    ['C8', '2,000 valid documents', '2,000 distinct valid documents and their plans take no more memory than'],
  ],
  'gateway/hostile-ids': [
    ['C11', 'ids with paths, escapes and controls', 'a hostile id in %s does not reach the upstream'],
    ['C11', 'usernames with them', 'a hostile username stays in its query value or body'],
  ],
  'pagination/cursor': [
    ['C13', 'changed cursors', 'a cursor that was changed, cut or extended is CURSOR_INVALID'],
    ['C13', 'cursors of other lists', 'a cursor of a query with other arguments is CURSOR_INVALID'],
    ['C13', 'reading a cursor', 'a cursor reveals nothing of its row or its scroll'],
  ],
  'pagination/tenant-isolation': [['C13', 'cursors of others', 'a cursor of another organization is CURSOR_INVALID']],
  'gateway/bad-ids': [['C14', 'forged global ids', 'the invalid id %j is null with an error of its own']],
  'gateway/idempotency': [
    ['C15', 'an idempotency key twice', 'a repeated creation creates one contact and is answered like the first'],
    ['C15', 'a key with another input', 'a creation under a used idempotency key with another input is refused'],
    ['C15', 'a key twice at once', 'of two concurrent creations under one idempotency key one is made'],
  ],
  'gateway/disconnect': [
    ['C17', 'leaving during a query', 'the upstream calls of a client that disconnects are aborted'],
    ['C17', 'leaving shared calls', 'shared upstream calls are aborted when the last client'],
  ],
  'auth/hostile-tokens': [
    ['C20', 'forged tokens', 'a token with %s gets the same 401 as any invalid token'],
    ['C21', 'a token of 1 MB', 'a token of 1 MB is refused by the HTTP server'],
    ['C22', '1,000 random kids', 'a thousand tokens with unknown kids cause one fetch of the JWKS'],
  ],
  'auth/jwks-cache': [
    ['C23', 'a broken JWKS', 'the last valid JWKS is used for an hour'],
    ['C23', 'rotated keys', 'keys are rotated without a failed request, and removed keys'],
  ],
  'gateway/isolation': [
    ['C24', 'reads of others', 'a caller of another organization is answered as if'],
    ['C24', 'writes of others', 'a caller of another organization cannot change the contact'],
  ],
  'gateway/isolation-pairs': [
    ['C25', '10,000 pairs of queries', '10,000 pairs of identical queries of two organizations'],
  ],
  'gateway/sessions/interleaved': [
    ['C25', 'sessions at the same time', 'two customer sessions that send the same query concurrently'],
  ],
  'gateway/mutations/canary': [
    ['C26', 'secrets in mutations', 'a single gateway writes no secret to its log, stores, errors'],
  ],
  'gateway/sessions/password-canary': [['C26', 'passwords', 'the password and the username are in no log']],
  'gateway/sessions/canary': [
    ['C26', 'sessions and tokens', 'customer sessions, session keys and customer tokens are only'],
  ],
  'gateway/abuse': [['C27', 'prototype keys as input', 'a request with %s is refused without an upstream call']],
  'faults/pool': [['C28', 'more calls than places', 'U21: calls are refused with OVERLOADED because %s']],
  'upstream/resilience/concurrency-limiter-fairness': [
    ['C28', 'one tenant with many calls', 'a tenant with ten times the calls of another'],
  ],
  'restarts/restarts': [
    ['C29', 'SIGTERM under load', 'restarts of two gateways behind HAProxy, one after the other, lose no request'],
  ],
  'main-signals': [['C29', 'a second SIGTERM', 'a second signal ends the process at once']],
};

const coveringTests: readonly CoveringTest[] = Object.entries(byFile).flatMap(([file, rows]) =>
  rows.map(([row, sent, name]) => ({ row, sent, name, file: `test/${file}.test.ts` })),
);

test.for([coveringTests])('each row of the table that other tests cover names tests that exist', (rows, { task }) => {
  task.meta.coveringTests = rows;
  expect(rows.filter(({ file, name }) => !read(file).includes(name))).toEqual([]);
});

test('the table has each row from C1 to C31', () => {
  const sources = globSync('test/faults/clients/*.test.ts', { cwd: new URL('../../..', import.meta.url) }).map(read);
  const named = new Set(sources.join('').match(/\bC[1-9]\d?\b/g));
  expect(Array.from({ length: 31 }, (_, n) => `C${n + 1}`).filter((row) => !named.has(row))).toEqual([]);
});

test('npm run test:faults runs each of these files', () => {
  const { 'test:faults': script } = JSON.parse(read('package.json')).scripts as Record<string, string>;
  const folders = script?.match(/test\/\S+/g) ?? [];
  expect(coveringTests.filter(({ file }) => !folders.some((folder) => file.startsWith(folder)))).toEqual([]);
});
