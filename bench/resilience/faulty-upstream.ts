import { fileURLToPath } from 'node:url';
import { freePort, generatorCore, startPinnedProcess } from '../compare/pinned-process.ts';
import { type Counts, control, type Health } from './control-paths.ts';

/** An upstream whose health can be changed. */
export type FaultyUpstream = AsyncDisposable & {
  url: string;
  /** Sets the health and resets the counts. */
  setHealth(health: Health): Promise<void>;
  counts(): Promise<Counts>;
};

/** Starts the upstream in its own process. @param name the variant that uses it, for the name of its log file */
export async function startFaultyUpstream(name: string): Promise<FaultyUpstream> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const pinned = await startPinnedProcess({
    ...{ name: `resilience-upstream-${name.replaceAll(/\W+/g, '-')}`, core: generatorCore, port, env: {} },
    args: [fileURLToPath(import.meta.resolve('./faulty-upstream-main.ts')), String(port)],
    isReady: async () => (await fetch(url + control.counts)).ok,
  });
  return {
    url,
    async setHealth(health) {
      await (await fetch(url + control.setHealth + health)).arrayBuffer();
    },
    async counts() {
      return (await (await fetch(url + control.counts)).json()) as Counts; // The file faulty-upstream-main.ts sends this type.
    },
    [Symbol.asyncDispose]: pinned[Symbol.asyncDispose],
  };
}
