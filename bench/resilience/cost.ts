import { guards } from '../../src/upstream/resilience/chain.ts';
import type { Pinned } from '../compare/pinned-process.ts';
import { cpuOf, untilIdle } from '../compare/process-usage.ts';
import { ask } from '../compare/requests.ts';
import { startUpstream } from '../compare/upstream.ts';
import { createGenerator, type Generator } from '../compare/wrk.ts';
import { connections, everythingOff, everythingOn, startGateway, type Variant, workload } from './gateway.ts';

/** One turn of a gateway: operations a second, and its CPU for one in ms. */
export type Turn = { rate: number; cpuMs: number };

/** The turns of a gateway; the n-th of each was in the n-th round. */
export type Cost = { variant: Variant; turns: Turn[] };

const variants: readonly Variant[] = [
  everythingOn,
  everythingOff,
  ...guards.map((guard) => ({ name: `without ${guard}`, off: [guard] })),
];

/** Rounds in which those take part that leave out one guard: a hint of what it costs, the sum is what matters. */
const roundsOfOne = 2;

/** What the guards cost when nothing is wrong: every operation is about another contact, so that none of them saves a call. */
export async function measureCost({ rounds, seconds }: { rounds: number; seconds: number }): Promise<readonly Cost[]> {
  await using stack = new AsyncDisposableStack();
  const upstream = stack.use(await startUpstream());
  using generator = createGenerator(workload);
  const running: (Cost & { gateway: Pinned })[] = [];
  for (const variant of variants) {
    const gateway = stack.use(await startGateway(variant, upstream.url));
    // Compiles what is hot and fills the cache: a process that has just started is not what is measured.
    await generator.run(gateway.port, connections, seconds);
    await untilIdle(gateway.pid);
    running.push({ variant, gateway, turns: [] });
  }
  for (let round = 1; round <= rounds; round += 1) {
    // Each first in every other round: whatever else the machine does hits all alike.
    for (const { variant, gateway, turns } of round % 2 === 1 ? running : running.toReversed()) {
      if (variant.off.length === 1 && round > roundsOfOne) continue;
      const turn = await runOnce(gateway, generator, seconds);
      turns.push(turn);
      console.error(`round ${round}, ${variant.name}: ${turn.rate.toFixed(0)}/s, CPU ${turn.cpuMs.toFixed(2)} ms`);
    }
  }
  return running;
}

/** @throws {Error} when an operation fails: then it is not the healthy upstream that is measured */
async function runOnce({ pid, port }: Pinned, generator: Generator, seconds: number): Promise<Turn> {
  const answerBytes = Buffer.byteLength(await ask(workload, port, 0));
  const cpu = cpuOf(pid);
  const load = await generator.run(port, connections, seconds);
  const cpuMs = (cpuOf(pid) - cpu) / load.requests;
  // wrk counts statuses only; answers that are shorter than they should be hold errors.
  if (load.failed > 0 || load.bytes < load.requests * answerBytes * 0.95) throw new Error('Some operations failed.');
  await untilIdle(pid);
  return { rate: load.requests / load.seconds, cpuMs };
}
