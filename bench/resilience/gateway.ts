import { randomBytes } from 'node:crypto';
import { type Guard, guards } from '../../src/upstream/resilience/chain.ts';
import { freePort, type Pinned, startPinned, targetCore } from '../compare/pinned-process.ts';
import { isServing } from '../compare/requests.ts';
import { type Workload, workloads } from '../compare/workloads.ts';

/** A gateway as in production, but for the guards that it leaves out. */
export type Variant = { name: string; off: readonly Guard[]; cacheBytes?: number };

export const everythingOn: Variant = { name: 'everything on', off: [] };
export const everythingOff: Variant = { name: 'everything off', off: guards };

/** What all gateways are asked for here: one contact, whole, by four calls to the upstream. */
export const workload = whole();
export const callsOfOperation = 4;

/** Of wrk, to the gateway. */
export const connections = 64;

/** In a process on a core of its own, which logs into a file; callers bring the upstream's own tokens. */
export async function startGateway({ name, off, cacheBytes }: Variant, upstreamUrl: string): Promise<Pinned> {
  const port = await freePort();
  return startPinned({
    ...{ name: `resilience-${name.replaceAll(/\W+/g, '-')}`, core: targetCore, args: ['src/main.ts'], port },
    env: {
      PORT: String(port),
      UPSTREAM_URL: upstreamUrl,
      AUTH_MODE: 'passthrough',
      CURSOR_KEYS: randomBytes(32).toString('base64'),
      ...(off.length > 0 && { SWITCHED_OFF: off.join(',') }),
      ...(cacheBytes !== undefined && { CACHE_BYTES: String(cacheBytes) }),
    },
    isReady: () => isServing(port),
  });
}

function whole(): Workload {
  const found = workloads.find(({ name }) => name === 'W1');
  if (found === undefined) throw new Error('The bench has no W1 any more.');
  return found;
}
