import cluster from 'node:cluster';
import type { WorkerMessage } from './messages.ts';

/** Sends a message to the primary process. Resolves when it is sent, or when the primary has ended. */
export function sendToPrimary(message: WorkerMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  cluster.worker?.send(message, () => resolve());
  return promise;
}
