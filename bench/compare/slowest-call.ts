import { path } from '../../src/upstream/wire/index.ts';
import { cidOf, toKey } from '../upstream/ids.ts';
import { tokenOf } from './requests.ts';
import { runWrk } from './wrk.ts';

const calls = [path.contact, path.events, path.devices, path.accountings];

/**
 * Measures the upstream calls of one operation directly, each for one second, and returns the p50 of the slowest in ms.
 *
 * @throws {Error} when a call fails
 */
export async function slowestCall(upstream: string): Promise<number> {
  let slowest = 0;
  for (const call of calls) {
    const options = ['-t1', '-c1', '-d1s', '--latency', '-H', `authorization: Bearer ${tokenOf(0)}`];
    const stdout = await runWrk([...options, upstream + call(cidOf(toKey(0)))]);
    const [, p50] = /50% +([\d.]+)ms/.exec(stdout) ?? [];
    if (p50 === undefined || stdout.includes('Non-2xx')) throw new Error(`wrk printed ${stdout}`);
    slowest = Math.max(slowest, Number(p50));
  }
  return slowest;
}
