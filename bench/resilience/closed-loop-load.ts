import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tokenOf, toRawRequest } from '../compare/requests.ts';
import { parseFigures, runWrk } from '../compare/wrk.ts';
import { workload } from './gateway.ts';

/**
 * The result of a run: the number of operations, of complete results and of results with some errors; times in ms; and the
 * number of errors by code.
 */
export type Load = {
  operations: number;
  seconds: number;
  complete: number;
  partial: number;
  p50: number;
  p99: number;
  codes: Readonly<Record<string, number>>;
};

/** The options of a run. `contacts` is the number of different contacts, in an order that depends on `seed`. */
export type LoadOptions = { port: number; connections: number; seconds: number; contacts: number; seed: number };

const script = fileURLToPath(new URL('wrk.lua', import.meta.url));

/** All runs use the same token, because the cache keeps the responses of each token apart. */
const token = tokenOf(0);

/**
 * Sends requests for random contacts. Each connection sends the next request as soon as it has the response.
 *
 * @throws {Error} when wrk fails
 */
export async function runClosedLoopLoad({ port, connections, seconds, contacts, seed }: LoadOptions): Promise<Load> {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-bench-'));
  try {
    const request = join(folder, 'request');
    writeFileSync(request, toRawRequest(workload, port));
    const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '60s', '-s', script];
    const url = `http://127.0.0.1:${port}/graphql`;
    return parseFigures<Load>(await runWrk([...options, url, '--', request, token, String(contacts), String(seed)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
