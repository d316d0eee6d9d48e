import { control } from '../upstream/control-paths.ts';
import { freePort, generatorCore, startPinnedProcess } from './pinned-process.ts';

/** The running upstream of the bench. */
export type Upstream = AsyncDisposable & {
  url: string;
  pid: number;
  /** Resets the count of calls, and delays every following response by so many ms. */
  prepare(latencyMs: number): Promise<void>;
  /** Returns the number of calls since `prepare`. */
  calls(): Promise<number>;
};

/** Starts the upstream of the bench in its own process. */
export async function startUpstream(): Promise<Upstream> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const pinned = await startPinnedProcess({
    ...{ name: 'upstream', core: generatorCore, args: ['bench/upstream/main.ts', String(port)], port, env: {} },
    isReady: async () => (await fetch(url + control.calls)).ok,
  });
  return {
    url,
    pid: pinned.pid,
    async prepare(latencyMs) {
      await fetch(`${url}${control.prepare}${latencyMs}`);
    },
    async calls() {
      const counts = (await (await fetch(url + control.calls)).json()) as Record<string, number>; // The counts are by route.
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    [Symbol.asyncDispose]: pinned[Symbol.asyncDispose],
  };
}
