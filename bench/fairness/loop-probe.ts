import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';

/**
 * What held the event loop longest since the last sample: in ms by the clock, and in ms of CPU of one iteration. `at` is the
 * time of the sample.
 */
export type LoopSample = { at: number; delayMs: number; cpuMs: number };

const sampleMs = 50;
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let longest = 0;
let last = threadCpu();

// A timer of 1 ms fires in each iteration that is longer, so the time between two of its calls is that of one iteration.
setInterval(() => {
  const now = threadCpu();
  longest = Math.max(longest, now - last);
  last = now;
}, 1).unref();

setInterval(() => {
  process.send?.({ at: Date.now(), delayMs: delay.max / 1e6, cpuMs: longest } satisfies LoopSample);
  delay.reset();
  longest = 0;
}, sampleMs).unref();

// The channel must not keep the process alive, and the process must not outlive the bench.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

/** @returns the CPU time of the main thread since its start, in ms */
function threadCpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e3;
}
