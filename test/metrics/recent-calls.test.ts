import { expect, test } from 'vitest';
import { createRecentCalls } from '../../src/metrics/recent-calls.ts';

const minuteMs = 60_000;

test('quantiles are upper bounds that are at most a quarter too high', () => {
  const calls = createRecentCalls();
  for (let ms = 1; ms <= 1_000; ms += 1) calls.add('contact', ms / 1_000, false);
  const { p50Ms = 0, p99Ms = 0 } = calls.read().get('contact') ?? {};
  expect([p50Ms >= 500 && p50Ms <= 625, p99Ms >= 990 && p99Ms <= 1_240]).toEqual([true, true]);
});

test('calls are forgotten after five minutes, whether or not there are new ones', () => {
  let now = 0;
  const calls = createRecentCalls(() => now);
  calls.add('contact', 1, true);
  now = 4 * minuteMs;
  calls.add('contact', 1, false);
  expect(calls.read().get('contact')).toMatchObject({ calls: 2, failures: 1 });
  now = 5 * minuteMs;
  expect(calls.read().get('contact')).toMatchObject({ calls: 1, failures: 0 });
  calls.add('contact', 1, false); // takes the place of the first minute
  expect(calls.read().get('contact')).toMatchObject({ calls: 2, failures: 0 });
  now = 60 * minuteMs;
  expect(calls.read().get('contact')).toEqual({ calls: 0, failures: 0, p50Ms: 0, p99Ms: 0 });
});

test('a call of many minutes is in the last range', () => {
  const calls = createRecentCalls();
  calls.add('contact', 10_000, false);
  expect(calls.read().get('contact')?.p99Ms).toBeGreaterThan(20_000);
});
