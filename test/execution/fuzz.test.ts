import { tracingChannel } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge, sharedValues } from '../../emulator/edge-cases.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { PlannedExecutor } from '../../src/execution/planned-executor.ts';
import { schema } from '../../src/schema/index.ts';
import { documents, type Generated } from '../support/documents.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { compiledRows } from '../support/row-compiler.ts';

vi.mock(import('../../src/execution/row-compiler.ts'), async (original) =>
  (await import('../support/row-compiler.ts')).compileEarly(await original()),
);

/** `EXECUTION_SEED` repeats a run. */
const seed = Number(process.env['EXECUTION_SEED'] ?? Date.now() % 2 ** 31);
const batches = 200;
const batch = 25;

/** Cursors are removed before the comparison, because each response has other ones. */
const cursors = {
  encrypt: () => 'cursor',
  decrypt(): never {
    throw new Error('A list must not be continued in this test.');
  },
};

let emulator: Emulator;
let stack: TestGateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 60 });
  stack = await startGateway({
    shared: { emulator, cursorCipher: cursors },
    env: { OPERATION_DEADLINE_MS: '20000', CALLS_PER_MINUTE: '0' },
  }); // without a limit, rateLimit has no time of its reset
  await stack.query('{ contacts(first: 1) { totalCount } }'); // This query causes the login.
});
afterAll(async () => {
  await stack.close();
  await emulator.close();
});

const cids = [...Array.from({ length: 10 }, () => demo.contactId), ...Object.values(edge), 'absent'];
const globalIds = [...cids.map((cid) => btoa(`Contact:${cid}`)), btoa(`Organization:${demo.organizationId}`), 'no id'];

function scalar(type: string, name: string): readonly unknown[] {
  if (name === 'cid') return cids;
  if (name === 'id' || name === 'ids') return globalIds;
  if (name === 'after' || name === 'before') return ['cursor'];
  const known: Record<string, readonly unknown[]> = {
    Int: [1, 2, 3, 3, 4, 4, 5, 5, 20, 20, 0, 5_000],
    Boolean: [true, true, false],
    DateTime: ['2022-07-21T18:41:09.000Z', '2024-02-29T00:00:00+02:00'],
    EmailAddress: [sharedValues.email, 'absent@example.org'],
    PhoneNumber: [sharedValues.phone, '+14155552671'],
    ID: [demo.locationId],
    String: [sharedValues.extId, sharedValues.username, ''],
  };
  return known[type] ?? ['a text'];
}

const faults: fc.Arbitrary<FaultRule | undefined> = fc.option(
  fc.record({
    path: fc.constantFrom('/events', '/devices', '/accountings', `/${demo.contactId}$`, '/contacts\\?'),
    kind: fc.constantFrom('ko', 'html', 'empty', 'invalid-json', 'content-type'),
    times: fc.constant(Number.POSITIVE_INFINITY),
  }),
  { nil: undefined, freq: 2 },
);

const planned = vi.spyOn(PlannedExecutor.prototype, 'executeRootSelectionSet');

/** Sends documents concurrently, and returns their responses. The errors are sorted, because the order of concurrent errors may differ. */
async function answers(asked: readonly Generated[]) {
  planned.mockClear();
  const texts = await Promise.all(
    asked.map(async ({ query, variables }) => {
      const { status, text } = await stack.query(query, variables, { 'x-request-id': 'fuzz' });
      return { status, ...comparable(text) };
    }),
  );
  return { texts, planned: planned.mock.calls.length };
}

function comparable(text: string) {
  const { errors = [], ...rest } = JSON.parse(text) as { errors?: unknown[] };
  return {
    keys: text.slice(0, 10),
    rest: JSON.stringify(rest),
    errors: errors.map((error) => JSON.stringify(error)).sort(),
  };
}

/** A subscriber of the tracing channel switches to graphql's own executor. */
async function byGraphql<T>(run: () => Promise<T>): Promise<T> {
  const channel = tracingChannel('graphql:execute');
  const listener = { start() {}, end() {}, asyncStart() {}, asyncEnd() {}, error() {} };
  channel.subscribe(listener);
  return run().finally(() => channel.unsubscribe(listener));
}

test(`${batches * batch} random documents get the same responses from the planned execution as from graphql, over the whole stack`, async () => {
  const tally = { documents: 0, refused: 0, withErrors: 0, bytes: 0, planned: 0 };
  process.stdout.write(`EXECUTION_SEED=${seed}\n`);
  const asked = fc.array(documents(schema, { scalar, roots: 2, depth: 3 }), { minLength: batch, maxLength: batch });
  const unbiased = fc.noBias(asked); // A bias would repeat the same document.
  const property = fc.asyncProperty(unbiased, faults, async (some, fault) => {
    emulator.control.reset();
    if (fault !== undefined) emulator.control.fault(fault);
    const expected = await byGraphql(() => answers(some));
    const given = await answers(some);
    const again = await answers(some); // These responses use the cached plans.
    for (const [index, answer] of given.texts.entries()) {
      expect(answer, JSON.stringify(some[index])).toEqual(expected.texts[index]);
      expect(again.texts[index], JSON.stringify(some[index])).toEqual(answer);
      tally.documents += 1;
      tally.bytes += answer.rest.length;
      if (answer.rest === '{}') tally.refused += 1;
      else if (answer.errors.length > 0) tally.withErrors += 1;
    }
    expect(expected.planned).toBe(0);
    tally.planned += given.planned;
  });
  await fc.assert(property, { seed, numRuns: batches, endOnFailure: true });
  process.stdout.write(`${JSON.stringify({ ...tally, compiledRows })}\n`);
  expect(tally.planned).toBeGreaterThan(tally.documents / 2);
  expect(tally.refused).toBeLessThan(tally.documents / 2);
  expect(tally.withErrors).toBeGreaterThan(tally.documents / 20);
  expect(compiledRows.completed).toBeGreaterThan(tally.documents);
}, 120_000);
