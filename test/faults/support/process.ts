import { getActiveResourcesInfo, memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // what the flag adds

/** Bytes of the heap that are in use. */
export function heap(): number {
  collectGarbage();
  return memoryUsage().heapUsed;
}

/** TCP sockets of this process, but for those that undici keeps idle: their other ends are here, too. */
export function sockets(): number {
  return getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
}
