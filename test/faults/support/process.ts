import { getActiveResourcesInfo, memoryUsage } from 'node:process';
import { collectGarbage } from '../../support/collect-garbage.ts';

/** Bytes of the heap that are in use. */
export function heap(): number {
  collectGarbage();
  return memoryUsage().heapUsed;
}

/** The number of TCP sockets of this process. An idle socket of undici is not reported, but its other end in this process is. */
export function sockets(): number {
  return getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
}
