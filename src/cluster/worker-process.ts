import cluster, { type Worker } from 'node:cluster';
import type { PrimaryMessage, WorkerAnswers, WorkerMessage } from './messages.ts';
import { createQuestions } from './questions.ts';

/** How the start of a worker ended: with the URL on which it serves requests, or with the reasons why it cannot start. */
export type WorkerStart = { url: string } | { problems: readonly string[] };

/** A process that serves requests, as the primary sees it. */
export type WorkerProcess = {
  /** The id of the process; undefined if the system could not create it. */
  readonly pid: number | undefined;
  readonly started: Promise<WorkerStart>;
  /** Resolves with the exit code or the signal when the process has ended. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  /** Asks the worker. Resolves with undefined if it gives no answer in time. */
  ask<Type extends keyof WorkerAnswers>(type: Type): Promise<WorkerAnswers[Type] | undefined>;
  /** The last metrics that the worker has sent. */
  lastMetrics(): WorkerAnswers['metrics'] | undefined;
  /** Lets the worker end its requests and exit. */
  stop(isReplaced: boolean): void;
  /** Ends the process at once. */
  kill(): void;
};

/** A process that the system could not create. */
const notCreated: WorkerProcess = {
  pid: undefined,
  started: Promise.resolve({ problems: ['The system cannot create a process.'] }),
  ended: Promise.resolve({ code: null, signal: null }),
  ask: async () => undefined,
  lastMetrics: () => undefined,
  stop: () => undefined,
  kill: () => undefined,
};

/** Starts a process with the script and the environment of the primary. */
export function forkWorker(): WorkerProcess {
  const worker = fork();
  if (worker === undefined) return notCreated;
  const started = Promise.withResolvers<WorkerStart>();
  const ended = Promise.withResolvers<{ code: number | null; signal: string | null }>();
  const questions = createQuestions((question) => worker.send(question, () => undefined));
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'listening') started.resolve({ url: message.url });
    if (message.type === 'failed') started.resolve({ problems: message.problems });
    if (message.type === 'answer') questions.receive(message.answer);
  });
  const end = (code: number | null, signal: string | null) => {
    started.resolve({ problems: [`A worker ended with ${signal ?? `the exit code ${code}`} before it was ready.`] });
    ended.resolve({ code, signal });
  };
  worker.on('exit', end);
  // A message to a worker that has just ended is such an error, too; the event of its exit follows by itself.
  worker.on('error', () => {
    if (worker.process.pid === undefined) end(null, null);
  });
  return {
    pid: worker.process.pid,
    started: started.promise,
    ended: ended.promise,
    ask: (type) => questions.ask(type, ended.promise),
    lastMetrics: () => questions.last.metrics,
    stop(isReplaced) {
      const message: PrimaryMessage = { type: 'stop', isReplaced };
      worker.send(message, () => undefined);
    },
    kill: () => void worker.process.kill('SIGKILL'),
  };
}

function fork(): Worker | undefined {
  try {
    return cluster.fork();
  } catch {
    return undefined;
  }
}
