import { fileURLToPath } from 'node:url';
import { freePort, generatorCore, startPinned } from '../compare/pinned-process.ts';
import { type Counts, control, type Health } from './control-paths.ts';

export type FrailUpstream = AsyncDisposable & {
  url: string;
  /** Begins to count anew. */
  become(health: Health): Promise<void>;
  counts(): Promise<Counts>;
};

/** @param name of whom it serves */
export async function startFrailUpstream(name: string): Promise<FrailUpstream> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const pinned = await startPinned({
    ...{ name: `resilience-upstream-${name.replaceAll(/\W+/g, '-')}`, core: generatorCore, port, env: {} },
    args: [fileURLToPath(import.meta.resolve('./faulty-upstream-main.ts')), String(port)],
    isReady: async () => (await fetch(url + control.counts)).ok,
  });
  return {
    url,
    async become(health) {
      await (await fetch(url + control.become + health)).arrayBuffer();
    },
    async counts() {
      return (await (await fetch(url + control.counts)).json()) as Counts; // as its process writes it
    },
    [Symbol.asyncDispose]: pinned[Symbol.asyncDispose],
  };
}
