import cluster from 'node:cluster';
import type { PrimaryMessage, WorkerAnswers, WorkerMessage } from './messages.ts';

/** Sends a message to the primary process. Resolves when it is sent, or when the primary has ended. */
export function sendToPrimary(message: WorkerMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  cluster.worker?.send(message, () => resolve());
  return promise;
}

/** Reads what the primary asks for. */
export type Report = {
  readJson(): Promise<WorkerAnswers['metrics']>;
  readHealth(): Promise<WorkerAnswers['health']>;
};

/**
 * Answers the primary process, which merges the metrics of its workers.
 *
 * @returns `close` sends the last metrics: the primary adds them to those of the workers that have ended
 */
export function reportToPrimary({ readJson, readHealth }: Report): { close(): Promise<void> } {
  const answer = async ({ type }: PrimaryMessage) => {
    if (type === 'metrics') await sendToPrimary({ type: 'answer', answer: { metrics: await readJson() } });
    if (type === 'health') await sendToPrimary({ type: 'answer', answer: { health: await readHealth() } });
  };
  cluster.worker?.on('message', (message: PrimaryMessage) => void answer(message));
  return { close: () => answer({ type: 'metrics' }) };
}
