import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { path } from '../../src/upstream/wire.ts';
import { cidOf, toKey } from '../upstream/ids.ts';
import { generatorCore } from './pinned-process.ts';
import { tokenOf } from './requests.ts';

const execute = promisify(execFile);
const calls = [path.contact, path.events, path.devices, path.accountings];

/** How long the slowest call of an operation takes when nobody stands between, p50 in ms: each is asked for during one second. */
export async function slowestCall(upstream: string): Promise<number> {
  let slowest = 0;
  for (const call of calls) {
    const options = ['-t1', '-c1', '-d1s', '--latency', '-H', `authorization: Bearer ${tokenOf(0)}`];
    const wrk = ['wrk', ...options, upstream + call(cidOf(toKey(0)))];
    const { stdout } = await execute('taskset', ['-c', generatorCore, ...wrk]);
    const [, p50] = /50% +([\d.]+)ms/.exec(stdout) ?? [];
    if (p50 === undefined || stdout.includes('Non-2xx')) throw new Error(`wrk printed ${stdout}`);
    slowest = Math.max(slowest, Number(p50));
  }
  return slowest;
}
