import { once } from 'node:events';
import { createServer } from 'node:net';

/** Returns a TCP port of the loopback interface on which nothing listens, for a server that cannot choose one itself. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('The probe does not listen on a port.');
  return address.port;
}
