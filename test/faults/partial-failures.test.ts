import { afterEach, expect, test } from 'vitest';
import type { FaultRule } from '../../emulator/faults.ts';
import { type MeasuredGateway, startMeasuredGateway } from '../support/measured-gateway.ts';

let stack: MeasuredGateway;
afterEach(() => stack.close());

const connections = 8;

/** Everything is on but the cache. A call that hangs ends after 1.5 s. */
const env = {
  SWITCHED_OFF: 'cache',
  UPSTREAM_CONNECTIONS: String(connections),
  TRY_TIMEOUT_MS: '1500',
  OPERATION_DEADLINE_MS: '12000',
};

type Fault = Pick<FaultRule, 'kind' | 'status' | 'ms'>;

const hang: Fault = { kind: 'hang' };
const refuse: Fault = { kind: 'status', status: 503 };
const delay = (ms: number): Fault => ({ kind: 'delay', ms });

/** Faults with the number of contacts whose calls all get them; the calls of the other contacts get none. */
const patterns: readonly [string, number, readonly (readonly [Fault, number])[]][] = [
  ['hangs for most of the contacts', 64, [[hang, 40]]],
  ['refuses half of the contacts', 48, [[refuse, 24]]],
  ['is slow', 48, [[delay(300), 48]]],
  [
    'hangs, refuses and is slow',
    48,
    [
      [hang, 6],
      [refuse, 12],
      [delay(50), 12],
    ],
  ],
];

test.each(patterns)('every contact that the upstream answers is served while it %s', async (_, contacts, faults) => {
  stack = await startMeasuredGateway({ emulator: { contacts }, env });
  const { control } = stack.emulator;
  await stack.query('{ organization { policies { key } } }'); // logs in
  const cids = [...stack.emulator.contacts()].map(({ cid }) => cid);
  const failing = new Set<string>();
  let used = 0;
  for (const [fault, count] of faults) {
    const some = cids.slice(used, used + count);
    used += count;
    control.fault({ ...fault, path: `(?:${some.join('|')})`, times: Number.POSITIVE_INFINITY });
    if (fault.kind !== 'delay') for (const cid of some) failing.add(cid);
  }
  control.clearLog();

  const results = await Promise.all(
    cids.map(async (cid) => {
      const { data, errors } = await stack.query(`{ contact(by: { cid: "${cid}" }) { cid } }`);
      return {
        cid,
        isServed: data?.contact?.cid === cid,
        codes: (errors ?? []).map(({ extensions }) => extensions['code']),
      };
    }),
  );
  const served = results.filter(({ isServed }) => isServed).map(({ cid }) => cid);
  expect(served).toEqual(cids.filter((cid) => !failing.has(cid)));
  const codes = new Set(results.flatMap((result) => result.codes));
  expect([...codes].filter((code) => code !== 'UPSTREAM_TIMEOUT' && code !== 'UPSTREAM_UNAVAILABLE')).toEqual([]);
  // At most ten retries are saved, and each ten calls earn one.
  expect(control.calls().length).toBeLessThanOrEqual(contacts + 10 + contacts / 10);
  await expect.poll(control.loggedInFlight).toBe(0);
  const samples = await stack.scrape();
  expect(samples.value('contactgraph_limiter_in_flight')).toBe(0);
});
