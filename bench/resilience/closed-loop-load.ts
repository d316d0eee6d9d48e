import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generatorCore } from '../compare/pinned-process.ts';
import { tokenOf, toRawRequest } from '../compare/requests.ts';
import { workload } from './gateway.ts';

/** What wrk says of a run: operations that were answered whole or partly, times in ms, and errors by their code. */
export type Load = {
  operations: number;
  seconds: number;
  whole: number;
  partly: number;
  p50: number;
  p99: number;
  codes: Readonly<Record<string, number>>;
};

export type LoadOptions = { port: number; connections: number; seconds: number; contacts: number; seed: number };

const script = fileURLToPath(new URL('wrk.lua', import.meta.url));
const execute = promisify(execFile);

/** One for all runs: what was read for another token is not in the cache for this one. */
const token = tokenOf(0);

/** Each connection asks for some contact, in an order that the seed says, as soon as it has the answer to the last. */
export async function load({ port, connections, seconds, contacts, seed }: LoadOptions): Promise<Load> {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-bench-'));
  try {
    const request = join(folder, 'request');
    writeFileSync(request, toRawRequest(workload, port));
    const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '60s', '-s', script];
    const wrk = [
      'wrk',
      ...options,
      `http://127.0.0.1:${port}/graphql`,
      '--',
      request,
      token,
      String(contacts),
      String(seed),
    ];
    const { stdout } = await execute('taskset', ['-c', generatorCore, ...wrk]);
    const [, figures] = /^figures (.*)$/m.exec(stdout) ?? [];
    if (figures === undefined) throw new Error(`wrk printed ${stdout}`);
    return JSON.parse(figures) as Load; // as wrk.lua prints it
  } finally {
    rmSync(folder, { recursive: true });
  }
}
