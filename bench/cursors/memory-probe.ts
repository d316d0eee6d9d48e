import process from 'node:process';

/** The memory of a process in bytes, and its CPU time since its start in seconds. */
export type Sample = { at: number; rss: number; heap: number; cpu: number };

const intervalMs = 25;

// The bench loads this module into the process of the gateway with --import.
setInterval(() => {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({ at: Date.now(), rss, heap: heapUsed, cpu: (user + system) / 1e6 } satisfies Sample);
}, intervalMs).unref();

// The channel must not keep the process alive, and the process must not outlive the bench.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
