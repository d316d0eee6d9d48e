import { forgetPeak, peakOf } from '../compare/process-usage.ts';
import { type Load, load } from './closed-loop-load.ts';
import { startFrailUpstream } from './faulty-upstream.ts';
import { callsOfOperation, connections, everythingOff, everythingOn, startGateway, type Variant } from './gateway.ts';

/** `amplification`: calls to the upstream, of those that the operations are made of. Memory is the process's, in bytes. */
export type BrownOut = Load & { variant: Variant; amplification: number; peakInFlight: number; peakBytes: number };

export const contacts = 2_000;

/** The answers of all these contacts weigh 185 MB in the cache, of which there are 64 by default. */
const cacheBytes = 256 * 2 ** 20;

/** Each after so many seconds of health, at most half as long as the brown-out: long enough for every contact to be cached. */
const variants: readonly { variant: Variant; healthySeconds: number }[] = [
  { variant: { ...everythingOn, cacheBytes }, healthySeconds: 20 },
  { variant: { name: 'without cache', off: ['cache'] }, healthySeconds: 5 },
  { variant: everythingOff, healthySeconds: 5 },
];

/** What clients have of an upstream that is half ill, with the guards and without. */
export async function measureBrownOut({ seconds }: { seconds: number }): Promise<readonly BrownOut[]> {
  await using upstream = await startFrailUpstream('brown-out');
  const figures: BrownOut[] = [];
  for (const { variant, healthySeconds } of variants) {
    await using gateway = await startGateway(variant, upstream.url);
    const { pid, port } = gateway;
    await upstream.become('healthy');
    const healthy = Math.min(healthySeconds, Math.ceil(seconds / 2));
    await load({ port, connections, contacts, seconds: healthy, seed: 1 });

    await upstream.become('brown-out');
    forgetPeak(pid);
    const loaded = await load({ port, connections, contacts, seconds, seed: 2 });
    const { calls, peakInFlight } = await upstream.counts();
    const amplification = calls / (loaded.operations * callsOfOperation);
    figures.push({ ...loaded, variant, amplification, peakInFlight, peakBytes: peakOf(pid) });
    console.error(`brown-out, ${variant.name}: ${loaded.whole} of ${loaded.operations} whole, ${loaded.partly} partly`);
  }
  return figures;
}
