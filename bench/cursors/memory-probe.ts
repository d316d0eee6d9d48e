import process from 'node:process';

/** What a process takes at a moment: bytes, and seconds of CPU since it began. */
export type Sample = { at: number; rss: number; heap: number; cpu: number };

const everyMs = 25;

// Loaded into the gateway's process before its own code, which knows nothing of it.
setInterval(() => {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({ at: Date.now(), rss, heap: heapUsed, cpu: (user + system) / 1e6 } satisfies Sample);
}, everyMs).unref();

// It neither keeps the process alive nor lets it outlive the bench.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
