import { guards } from '../../src/upstream/resilience/pipeline.ts';
import type { PinnedProcess } from '../compare/pinned-process.ts';
import { cpuOf, untilIdle } from '../compare/process-usage.ts';
import { sendRequest } from '../compare/requests.ts';
import { startUpstream } from '../compare/upstream.ts';
import { createGenerator, type Generator } from '../compare/wrk.ts';
import { connections, everythingOff, everythingOn, startGateway, type Variant, workload } from './gateway.ts';

/** One run of a gateway: operations a second, and CPU per operation in ms. */
export type CostRun = { rate: number; cpuMs: number };

/** The runs of a gateway, one per round. */
export type Cost = { variant: Variant; runs: CostRun[] };

const variants: readonly Variant[] = [
  everythingOn,
  everythingOff,
  ...guards.map((guard) => ({ name: `without ${guard}`, off: [guard] })),
];

/** The number of rounds for variants without one guard. They have fewer, because the cost of all guards matters more. */
const singleGuardRounds = 2;

/** Measures the cost of the guards with a healthy upstream. Every operation is for another contact, so no guard saves a call. */
export async function measureCost({ rounds, seconds }: { rounds: number; seconds: number }): Promise<readonly Cost[]> {
  await using stack = new AsyncDisposableStack();
  const upstream = stack.use(await startUpstream());
  using generator = createGenerator(workload);
  const running: (Cost & { gateway: PinnedProcess })[] = [];
  for (const variant of variants) {
    const gateway = stack.use(await startGateway(variant, upstream.url));
    // The warm-up lets the JIT compile the hot code and fills the cache.
    await generator.run(gateway.port, connections, seconds);
    await untilIdle(gateway.pid);
    running.push({ variant, gateway, runs: [] });
  }
  for (let round = 1; round <= rounds; round += 1) {
    // The order is reversed in every other round, so that other load on the machine affects all variants.
    for (const { variant, gateway, runs } of round % 2 === 1 ? running : running.toReversed()) {
      if (variant.off.length === 1 && round > singleGuardRounds) continue;
      const run = await runOnce(gateway, generator, seconds);
      runs.push(run);
      console.error(`round ${round}, ${variant.name}: ${run.rate.toFixed(0)}/s, CPU ${run.cpuMs.toFixed(2)} ms`);
    }
  }
  return running;
}

/** @throws {Error} when an operation fails, because the measurement needs a healthy upstream */
async function runOnce({ pid, port }: PinnedProcess, generator: Generator, seconds: number): Promise<CostRun> {
  const answerBytes = Buffer.byteLength(await sendRequest(workload, port, 0));
  const cpu = cpuOf(pid);
  const load = await generator.run(port, connections, seconds);
  const cpuMs = (cpuOf(pid) - cpu) / load.requests;
  // wrk checks the HTTP status only; responses that are shorter than expected contain errors.
  if (load.failed > 0 || load.bytes < load.requests * answerBytes * 0.95) throw new Error('Some operations failed.');
  await untilIdle(pid);
  return { rate: load.requests / load.seconds, cpuMs };
}
