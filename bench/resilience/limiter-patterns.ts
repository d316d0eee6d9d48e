import { setTimeout as sleep } from 'node:timers/promises';
import type { Workload } from '../compare/workloads.ts';
import { failurePatterns, type PatternName } from './failure-patterns.ts';
import { startFaultyUpstream } from './faulty-upstream.ts';
import { everythingOn, startGateway, type Variant, workload } from './gateway.ts';
import { startOpenLoopLoad } from './open-loop-load.ts';

/** The share of operations without errors, by round, with the concurrency limiter and without it. */
export type LimiterPattern = {
  title: string;
  /** Operations that start per second, each with one upstream call. */
  perSecond: number;
  withLimiter: number[];
  without: number[];
};

/** The loads. The faster one needs more sockets than there are in some of the patterns. */
export const patternRates = [50, 200];

const healthyMs = 2_000;
const withoutLimiter: Variant = { name: 'without concurrency-limiter', off: ['concurrency-limiter'] };

/** One upstream call, so that the share of operations is that of calls with their retries. */
const oneCall: Workload = {
  ...workload,
  query: 'query W1($cid: ID!) { contact(by: {cid: $cid}) { cid firstName lastName } }',
};

/**
 * Measures each pattern with the limiter and without it, at the same time: other load on the machine then affects both. The
 * outcome of a call depends on its contact and its number of attempts only, so both meet the same failures.
 */
export async function measureLimiterPatterns({
  rounds,
  seconds,
}: {
  rounds: number;
  seconds: number;
}): Promise<readonly LimiterPattern[]> {
  const figures: LimiterPattern[] = [];
  for (const [name, { title }] of Object.entries(failurePatterns) as [PatternName, { title: string }][]) {
    const rows = patternRates.map((perSecond) => emptyRow(title, perSecond));
    for (let round = 1; round <= rounds; round += 1) {
      await Promise.all(
        rows.flatMap(({ perSecond, withLimiter, without }) => [
          measureOne(everythingOn, name, perSecond, seconds).then((share) => withLimiter.push(share)),
          measureOne(withoutLimiter, name, perSecond, seconds).then((share) => without.push(share)),
        ]),
      );
    }
    figures.push(...rows);
    console.error(
      `${title}: ${rows.map(({ perSecond, withLimiter, without }) => `${perSecond}/s ${toText(withLimiter)} with, ${toText(without)} without`).join('; ')}`,
    );
  }
  return figures;
}

function emptyRow(title: string, perSecond: number): LimiterPattern {
  return { title, perSecond, withLimiter: [], without: [] };
}

function toText(shares: readonly number[]): string {
  return shares.map((share) => `${(share * 100).toFixed(1)} %`).join(', ');
}

/** @returns the share of operations without errors, of those that started while the upstream failed */
async function measureOne(variant: Variant, pattern: PatternName, perSecond: number, seconds: number): Promise<number> {
  const name = `${pattern} ${perSecond} ${variant.name}`;
  await using upstream = await startFaultyUpstream(name);
  await using gateway = await startGateway({ ...variant, name }, upstream.url);
  const load = startOpenLoopLoad(gateway.port, perSecond, oneCall);
  await sleep(healthyMs);
  await upstream.setHealth(pattern);
  const failingAt = performance.now();
  await sleep(seconds * 1_000);
  const all = await load.end();
  const during = all.filter(({ startedAt }) => startedAt >= failingAt);
  return during.filter(({ isComplete }) => isComplete).length / during.length;
}
