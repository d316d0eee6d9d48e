import { peakOf, resetPeak } from '../compare/process-usage.ts';
import { type Load, runClosedLoopLoad } from './closed-loop-load.ts';
import { startFaultyUpstream } from './faulty-upstream.ts';
import { callsOfOperation, connections, everythingOff, everythingOn, startGateway, type Variant } from './gateway.ts';

/** The results of a variant. `amplification` is the number of upstream calls divided by the calls that the operations need. */
export type BrownOut = Load & { variant: Variant; amplification: number; peakInFlight: number; peakBytes: number };

/** The number of different contacts that are requested. */
export const contacts = 2_000;

/** The responses for all contacts need 185 MB in the cache, which has 64 MB by default. */
const cacheBytes = 256 * 2 ** 20;

/** The variants, with the seconds of healthy upstream before the brown-out, which fill the cache where there is one. */
const variants: readonly { variant: Variant; healthySeconds: number }[] = [
  { variant: { ...everythingOn, cacheBytes }, healthySeconds: 20 },
  { variant: { name: 'without cache', off: ['cache'] }, healthySeconds: 5 },
  { variant: everythingOff, healthySeconds: 5 },
];

/** Measures the results of clients while half of the upstream calls fail, with the guards and without. */
export async function measureBrownOut({ seconds }: { seconds: number }): Promise<readonly BrownOut[]> {
  await using upstream = await startFaultyUpstream('brown-out');
  const figures: BrownOut[] = [];
  for (const { variant, healthySeconds } of variants) {
    await using gateway = await startGateway(variant, upstream.url);
    const { pid, port } = gateway;
    await upstream.setHealth('healthy');
    const healthy = Math.min(healthySeconds, Math.ceil(seconds / 2));
    await runClosedLoopLoad({ port, connections, contacts, seconds: healthy, seed: 1 });

    await upstream.setHealth('brown-out');
    resetPeak(pid);
    const result = await runClosedLoopLoad({ port, connections, contacts, seconds, seed: 2 });
    const { calls, peakInFlight } = await upstream.counts();
    const amplification = calls / (result.operations * callsOfOperation);
    figures.push({ ...result, variant, amplification, peakInFlight, peakBytes: peakOf(pid) });
    console.error(
      `brown-out, ${variant.name}: ${result.complete} of ${result.operations} complete, ${result.partial} partial`,
    );
  }
  return figures;
}
