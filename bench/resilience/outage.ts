import { setTimeout as sleep } from 'node:timers/promises';
import { type FrailUpstream, startFrailUpstream } from './faulty-upstream.ts';
import { callsOfOperation, everythingOff, everythingOn, startGateway, type Variant } from './gateway.ts';
import { type Arrivals, type Operation, startArrivals } from './open-loop-load.ts';

/** As clients see it; times in ms. */
export type Dead = {
  variant: Variant;
  /** Operations that began while it was dead. */
  operations: number;
  /** From death to the first operation that failed at once: the breaker is open. Undefined when none did. */
  openedAfter: number | undefined;
  /** Of those that began from then until it was back: how many failed at once. */
  quickShare: number | undefined;
  /** Of all that began while it was dead. */
  p50: number;
  longest: number;
  /** From its return until the last operation began that was not answered whole; 0 when all were. */
  wholeAfter: number;
  /** Calls to the upstream, of those that the operations are made of. */
  amplification: number;
  /** Calls under way at the same time in the second half: probes. */
  probes: number;
};

export const perSecond = 50;
export const quickMs = 10;
const healthyMs = 4_000;
const afterMs = 12_000;

/** Both at the same time, each with an upstream of its own: neither has much to do. */
export async function measureDead({ seconds }: { seconds: number }): Promise<readonly Dead[]> {
  return Promise.all([everythingOn, everythingOff].map((variant) => measureOne(variant, seconds)));
}

async function measureOne(variant: Variant, seconds: number): Promise<Dead> {
  await using upstream = await startFrailUpstream(variant.name);
  await using gateway = await startGateway(variant, upstream.url);
  const figures = await killAndRevive(upstream, startArrivals(gateway.port, perSecond), seconds);
  return { variant, ...figures };
}

async function killAndRevive(
  upstream: FrailUpstream,
  arrivals: Arrivals,
  seconds: number,
): Promise<Omit<Dead, 'variant'>> {
  await sleep(healthyMs);
  await upstream.become('dead');
  const diedAt = performance.now();
  await sleep(seconds * 500);
  const first = await upstream.counts();
  await upstream.become('dead'); // the peak of the second half by itself
  await sleep(seconds * 500);
  const second = await upstream.counts();
  await upstream.become('healthy');
  const backAt = performance.now();
  await sleep(afterMs);

  const all = await arrivals.end();
  const during = all.filter(({ beganAt }) => beganAt >= diedAt && beganAt < backAt);
  const openAt = during.find(isQuickFailure)?.beganAt;
  const whileOpen = during.filter(({ beganAt }) => openAt !== undefined && beganAt >= openAt);
  const times = during.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const lastBad = all.findLast(({ beganAt, isWhole }) => beganAt >= backAt && !isWhole);
  return {
    operations: during.length,
    openedAfter: openAt === undefined ? undefined : openAt - diedAt,
    quickShare: openAt === undefined ? undefined : whileOpen.filter(isQuickFailure).length / whileOpen.length,
    p50: times[Math.floor(times.length / 2)] ?? Number.NaN,
    longest: times.at(-1) ?? Number.NaN,
    wholeAfter: lastBad === undefined ? 0 : lastBad.beganAt - backAt,
    amplification: (first.calls + second.calls) / (during.length * callsOfOperation),
    probes: second.peakInFlight,
  };
}

function isQuickFailure({ ms, isWhole }: Operation): boolean {
  return !isWhole && ms < quickMs;
}
