import process from 'node:process';

/**
 * The memory of a process in bytes, and its CPU time since its start in seconds. `heap` is the part of V8's heap with objects,
 * garbage included, and `heapPages` is all that V8 has taken from the system for its heap.
 */
export type Sample = { at: number; rss: number; heap: number; heapPages: number; cpu: number };

const intervalMs = 25;

// The bench loads this module into the process of the gateway with --import.
setInterval(() => {
  const { rss, heapUsed, heapTotal } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const cpu = (user + system) / 1e6;
  process.send?.({ at: Date.now(), rss, heap: heapUsed, heapPages: heapTotal, cpu } satisfies Sample);
}, intervalMs).unref();

// The channel must not keep the process alive, and the process must not outlive the bench.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
