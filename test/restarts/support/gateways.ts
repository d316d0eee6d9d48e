import { once } from 'node:events';
import { createServer } from 'node:net';
import { type RunningProcess, runScript } from '../../support/process.ts';

/** Starts a gateway in a process of its own, and resolves when it listens. */
export async function startGatewayProcess(port: number, env: Record<string, string>): Promise<RunningProcess> {
  const gateway = runScript('src/main.ts', [], { PORT: String(port), LOG_LEVEL: 'info', ...env });
  await gateway.printed(/listens on (http:\S+)/);
  return gateway;
}

/** Stops a gateway. @throws {Error} if it does not end with 0 */
export async function stopGatewayProcess(gateway: RunningProcess): Promise<void> {
  gateway.child.kill('SIGTERM');
  const code = await gateway.exited;
  if (code !== 0) throw new Error(`the gateway ended with ${code}: ${gateway.stderr()}`);
}

/** A port on which nothing listens now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('the address of a TCP server has a port');
  return address.port;
}
