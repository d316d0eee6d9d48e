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
