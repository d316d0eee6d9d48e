import { randomBytes } from 'node:crypto';
import { type Guard, guards } from '../../src/upstream/resilience/pipeline.ts';
import { freePort, type PinnedProcess, startPinnedProcess, targetCore } from '../compare/pinned-process.ts';
import { isServing } from '../compare/requests.ts';
import { type Workload, workloads } from '../compare/workloads.ts';

/** A configuration of the gateway: as in production, with some guards switched off. */
export type Variant = { name: string; off: readonly Guard[]; cacheBytes?: number };

/** The gateway with all guards. */
export const everythingOn: Variant = { name: 'everything on', off: [] };
/** The gateway without any guard that can be switched off. */
export const everythingOff: Variant = { name: 'everything off', off: guards };

/** The operation of this bench: one contact with its children. */
export const workload = findWorkload();
/** The number of upstream calls of one operation. */
export const callsOfOperation = 4;

/** The number of connections from wrk to the gateway. */
export const connections = 64;

/** Starts a gateway in passthrough mode on its own core. @throws {Error} when it does not start */
export async function startGateway({ name, off, cacheBytes }: Variant, upstreamUrl: string): Promise<PinnedProcess> {
  const port = await freePort();
  return startPinnedProcess({
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

function findWorkload(): Workload {
  const found = workloads.find(({ name }) => name === 'W1');
  if (found === undefined) throw new Error('The bench has no workload W1.');
  return found;
}
