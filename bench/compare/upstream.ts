import { control } from '../upstream/control-paths.ts';
import { freePort, generatorCore, startPinned } from './pinned-process.ts';

export type Upstream = AsyncDisposable & {
  url: string;
  /** Begins to count calls anew; from now on every answer comes so many ms later. */
  prepare(latencyMs: number): Promise<void>;
  /** Calls since then. */
  calls(): Promise<number>;
};

/** The upstream of the bench, in a process of its own. */
export async function startUpstream(): Promise<Upstream> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const pinned = await startPinned({
    ...{ name: 'upstream', core: generatorCore, args: ['bench/upstream/main.ts', String(port)], port, env: {} },
    isReady: async () => (await fetch(url + control.calls)).ok,
  });
  return {
    url,
    async prepare(latencyMs) {
      await fetch(`${url}${control.prepare}${latencyMs}`);
    },
    async calls() {
      const counts = (await (await fetch(url + control.calls)).json()) as Record<string, number>; // by route
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    [Symbol.asyncDispose]: pinned[Symbol.asyncDispose],
  };
}
