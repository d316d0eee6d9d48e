import { constants } from 'node:os';

let running: { stop(): Promise<void>; reload(): Promise<void> } | undefined;
let isStopping = false;

// Before anything else: as PID 1 of a container, a process without a handler does not even get the signal.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (isStopping) process.exit(128 + constants.signals[signal]); // the exit code of a process that the signal ended
    isStopping = true;
    if (running === undefined) process.exit(0); // the gateway does not listen yet, so no request is lost
    void running.stop().then(() => process.exit(0));
  });
}
// Without a handler the signal would end the process, also where there is nothing to reload.
process.on('SIGHUP', () => void running?.reload());

try {
  // Imported only now, because it takes some hundred milliseconds.
  const { start } = await import('./start.ts');
  running = await start(process.env);
} catch (error) {
  const problem = error instanceof Error ? error.message : String(error);
  const problems: readonly string[] =
    error instanceof Error && 'problems' in error && Array.isArray(error.problems) ? error.problems : [problem];
  process.stderr.write(`Contactgraph cannot start:\n${problems.map((text) => `  - ${text}\n`).join('')}`);
  process.exit(1); // also ends what has already started, like the emulator
}
