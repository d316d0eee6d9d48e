import cluster from 'node:cluster';
import { constants } from 'node:os';
import type { PrimaryMessage } from './cluster/messages.ts';
import type { Running, StopCause } from './start.ts';

let running: Running | undefined;
let isStopping = false;

/** Stops once, and ends the process with 0. */
function stop(cause: StopCause): void {
  if (isStopping) return;
  isStopping = true;
  if (running === undefined) process.exit(0); // the gateway does not listen yet, so no request is lost
  void running.stop(cause).then(() => process.exit(0));
}

// Before anything else: as PID 1 of a container, a process without a handler does not even get the signal.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (cluster.isWorker) return; // A terminal and systemd send signals to all processes. The primary stops its workers.
    if (isStopping) process.exit(128 + constants.signals[signal]); // the exit code of a process that the signal ended
    stop({ signal });
  });
}
// Without a handler the signal would end the process, also where there is nothing to reload.
process.on('SIGHUP', () => {
  if (cluster.isPrimary) void running?.reload();
});
cluster.worker?.on('message', (message: PrimaryMessage) => {
  if (message.type === 'stop') stop({ isReplaced: message.isReplaced });
});

try {
  // Imported only now, because it takes some hundred milliseconds.
  const { start } = await import('./start.ts');
  running = await start(process.env, import.meta.filename);
} catch (error) {
  const problem = error instanceof Error ? error.message : String(error);
  const problems: readonly string[] =
    error instanceof Error && 'problems' in error && Array.isArray(error.problems) ? error.problems : [problem];
  if (cluster.isWorker) await (await import('./cluster/worker.ts')).sendToPrimary({ type: 'failed', problems });
  else process.stderr.write(`Contactgraph cannot start:\n${problems.map((text) => `  - ${text}\n`).join('')}`);
  process.exit(1); // also ends what has already started, like the emulator
}
