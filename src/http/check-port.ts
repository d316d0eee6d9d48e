import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Checks before the process warms up, which takes seconds, that it will be able to listen: it listens for a moment. A port
 * that other processes share by `reusePort` is not tried, because they would lose the connections of that moment.
 *
 * @throws {Error} of Node when the address cannot be listened on
 */
export async function checkPort(address: { host: string; port: number; reusePort?: boolean }): Promise<void> {
  const { host, port, reusePort = false } = address;
  if (reusePort) return;
  const server = createServer().listen({ host, port });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
