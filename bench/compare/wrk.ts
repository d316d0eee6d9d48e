import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generatorCore } from './pinned-process.ts';
import { keyCount, tokenOf, toRawRequest } from './requests.ts';
import type { Workload } from './workloads.ts';

/** The result of one run of wrk; times in ms. */
export type Load = { requests: number; seconds: number; bytes: number; failed: number; p50: number; p99: number };

/** A load generator. */
export type Generator = Disposable & {
  /** Sends requests for so many seconds. Each connection sends the next request as soon as it has the response. */
  run(port: number, connections: number, seconds: number): Promise<Load>;
};

const script = fileURLToPath(new URL('wrk.lua', import.meta.url));
const execute = promisify(execFile);

/** Runs wrk on the core of the load generator. @returns what it prints @throws {Error} when it fails */
export async function runWrk(args: readonly string[]): Promise<string> {
  return (await execute('taskset', ['-c', generatorCore, 'wrk', ...args])).stdout;
}

/** Parses the line `figures {…}` that our Lua scripts print as JSON of this type. @throws {Error} without such a line */
export function parseFigures<T>(stdout: string): T {
  const [, figures] = /^figures (.*)$/m.exec(stdout) ?? [];
  if (figures === undefined) throw new Error(`wrk printed ${stdout}`);
  return JSON.parse(figures) as T;
}

/**
 * Creates a load generator for the requests of a workload: wrk with one thread.
 *
 * @param keys the number of different keys, which repeat in turn
 */
export function createGenerator(workload: Workload, keys = workload.sameKey ? 1 : keyCount): Generator {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-bench-'));
  const tokens = join(folder, 'tokens');
  writeFileSync(tokens, Array.from({ length: workload.callers }, (_, caller) => tokenOf(caller)).join('\n'));
  let nextKey = 0;

  return {
    async run(port, connections, seconds) {
      const request = join(folder, `request-${port}`);
      writeFileSync(request, toRawRequest(workload, port));
      const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '60s', '-s', script];
      const keyArguments = ['0', String(keys - 1), String(nextKey % keys)];
      const url = `http://127.0.0.1:${port}/graphql`;
      const load = parseFigures<Load>(await runWrk([...options, url, '--', request, tokens, ...keyArguments]));
      nextKey += load.requests + connections; // No key is requested twice before all others, not even by requests that wrk did not finish.
      return load;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
