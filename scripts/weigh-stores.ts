import { setImmediate, setTimeout } from 'node:timers/promises';
import { collectGarbage } from '../test/support/collect-garbage.ts';
import type { Store } from './weigh/store.ts';
import { stores } from './weigh/stores.ts';

/**
 * Fills each store with keys that a caller can choose far beyond its bound, and prints how much memory it
 * uses: `npm run weigh:stores`. It measures the figures of `docs/limits.md`.
 */
const megabytes = 2 ** 20;

process.stdout.write('| store | keys tried | MB when full |\n| --- | --- | --- |\n');
for (const each of stores) {
  const held = (await weigh(each)) / megabytes;
  process.stdout.write(`| ${each.name} | ${each.fills.toLocaleString('en')} | ${held.toFixed(1)} |\n`);
}

/** Fills a store, and returns the bytes that it holds. */
async function weigh({ fills, create }: Store): Promise<number> {
  await setImmediate(); // After this, the stack has no reference to the store that was measured before.
  const before = await settledUse();
  const fill = create();
  for (let index = 0; index < fills; index += 1) await fill(index);
  await setImmediate();
  const held = (await settledUse()) - before;
  await fill(fills); // This reference keeps the store alive until it was measured.
  return held;
}

/** Returns the number of reachable bytes when it does not fall any more: V8 frees buffers in the background. */
async function settledUse(): Promise<number> {
  for (let last = used(); ; ) {
    await setTimeout(50);
    const now = used();
    if (last - now < megabytes / 20) return now;
    last = now;
  }
}

/** Returns the number of reachable bytes on the heap and in buffers. */
function used(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
