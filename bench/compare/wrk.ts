import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generatorCore } from './pinned-process.ts';
import { keyCount, tokenOf, toRawRequest } from './requests.ts';
import type { Workload } from './workloads.ts';

/** What wrk says of one run; times in ms. */
export type Load = { requests: number; seconds: number; bytes: number; failed: number; p50: number; p99: number };

export type Generator = Disposable & {
  /** Sends requests for so many seconds, each connection its next one as soon as it has the answer to the last. */
  run(port: number, connections: number, seconds: number): Promise<Load>;
};

const script = fileURLToPath(new URL('wrk.lua', import.meta.url));
const execute = promisify(execFile);

/** wrk with one thread, for the requests of a workload. */
export function createGenerator(workload: Workload): Generator {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-bench-'));
  const tokens = join(folder, 'tokens');
  writeFileSync(tokens, Array.from({ length: workload.callers }, (_, caller) => tokenOf(caller)).join('\n'));
  const lastKey = workload.sameKey ? 0 : keyCount - 1;
  let began = 0;

  return {
    async run(port, connections, seconds) {
      const request = join(folder, `request-${port}`);
      writeFileSync(request, toRawRequest(workload, port));
      const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '60s', '-s', script];
      const keys = ['0', String(lastKey), String(workload.sameKey ? 0 : began % keyCount)];
      const url = `http://127.0.0.1:${port}/graphql`;
      const wrk = ['wrk', ...options, url, '--', request, tokens, ...keys];
      const { stdout } = await execute('taskset', ['-c', generatorCore, ...wrk]);
      const [, figures] = /^figures (.*)$/m.exec(stdout) ?? [];
      if (figures === undefined) throw new Error(`wrk printed ${stdout}`);
      const load = JSON.parse(figures) as Load; // as wrk.lua prints it
      began += load.requests + connections; // what was asked for is not asked for again
      return load;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
