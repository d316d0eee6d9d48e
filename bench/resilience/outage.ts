import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultyUpstream, startFaultyUpstream } from './faulty-upstream.ts';
import { callsOfOperation, everythingOff, everythingOn, startGateway, type Variant } from './gateway.ts';
import { type OpenLoopLoad, type Operation, startOpenLoopLoad } from './open-loop-load.ts';

/** The effects of an outage on clients; times in ms. */
export type Outage = {
  variant: Variant;
  /** The number of operations that started during the outage. */
  operations: number;
  /** From the start of the outage to the start of the first quick failure, when the circuit breaker is open; undefined without one. */
  openedAfter: number | undefined;
  /** The share of quick failures among the operations from then until the recovery. */
  quickShare: number | undefined;
  /** The results of the operations that started during the outage. */
  p50: number;
  longest: number;
  /** From the recovery of the upstream to the start of the last operation with an error; 0 without one. */
  recoveredAfter: number;
  /** Upstream calls divided by the calls that the operations need. */
  amplification: number;
  /** The peak of concurrent calls in the second half of the outage, which are probes of the circuit breaker. */
  probes: number;
};

/** Operations that start per second. */
export const perSecond = 50;
/** A failure below this duration is quick. */
export const quickMs = 10;
const healthyMs = 4_000;
const recoveryMs = 12_000;

/** Measures both variants at the same time, each with its own upstream, because the load is small. */
export async function measureOutage({ seconds }: { seconds: number }): Promise<readonly Outage[]> {
  return Promise.all([everythingOn, everythingOff].map((variant) => measureOne(variant, seconds)));
}

async function measureOne(variant: Variant, seconds: number): Promise<Outage> {
  await using upstream = await startFaultyUpstream(variant.name);
  await using gateway = await startGateway(variant, upstream.url);
  const figures = await causeOutage(upstream, startOpenLoopLoad(gateway.port, perSecond), seconds);
  return { variant, ...figures };
}

async function causeOutage(
  upstream: FaultyUpstream,
  load: OpenLoopLoad,
  seconds: number,
): Promise<Omit<Outage, 'variant'>> {
  await sleep(healthyMs);
  await upstream.setHealth('outage');
  const outageAt = performance.now();
  await sleep(seconds * 500);
  const first = await upstream.counts();
  await upstream.setHealth('outage'); // This resets the counts, so that the peak is that of the second half.
  await sleep(seconds * 500);
  const second = await upstream.counts();
  await upstream.setHealth('healthy');
  const recoveryAt = performance.now();
  await sleep(recoveryMs);

  const all = await load.end();
  const during = all.filter(({ startedAt }) => startedAt >= outageAt && startedAt < recoveryAt);
  const openAt = during.find(isQuickFailure)?.startedAt;
  const whileOpen = during.filter(({ startedAt }) => openAt !== undefined && startedAt >= openAt);
  const times = during.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const lastFailure = all.findLast(({ startedAt, isComplete }) => startedAt >= recoveryAt && !isComplete);
  return {
    operations: during.length,
    openedAfter: openAt === undefined ? undefined : openAt - outageAt,
    quickShare: openAt === undefined ? undefined : whileOpen.filter(isQuickFailure).length / whileOpen.length,
    p50: times[Math.floor(times.length / 2)] ?? Number.NaN,
    longest: times.at(-1) ?? Number.NaN,
    recoveredAfter: lastFailure === undefined ? 0 : lastFailure.startedAt - recoveryAt,
    amplification: (first.calls + second.calls) / (during.length * callsOfOperation),
    probes: second.peakInFlight,
  };
}

function isQuickFailure({ ms, isComplete }: Operation): boolean {
  return !isComplete && ms < quickMs;
}
