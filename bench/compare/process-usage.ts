import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** A tick of the counters in /proc, in ms. */
const tickMs = 10;

/** CPU of a process and its children since they began, in ms. */
export function cpuOf(pid: number): number {
  return treeOf(pid).reduce((sum, each) => sum + ticksOf(each) * tickMs, 0);
}

/** The most memory that a process and its children have held since `forgetPeak`, in bytes. */
export function peakOf(pid: number): number {
  return treeOf(pid).reduce((sum, each) => sum + statusOf(each, 'VmHWM'), 0);
}

/** What they hold now, in bytes. */
export function memoryOf(pid: number): number {
  return treeOf(pid).reduce((sum, each) => sum + statusOf(each, 'VmRSS'), 0);
}

/** Lets the peak begin anew, where the kernel has that. */
export function forgetPeak(pid: number): void {
  for (const each of treeOf(pid)) {
    try {
      writeFileSync(`/proc/${each}/clear_refs`, '5');
    } catch {
      // The peak is then that since the process began.
    }
  }
}

/** Waits until a process does nothing, at most 10 s: what it does for the last run is not counted to the next. */
export async function untilIdle(pid: number): Promise<void> {
  let last = -1;
  for (let turn = 0, cpu = cpuOf(pid); turn < 50 && cpu !== last; turn += 1, cpu = cpuOf(pid)) {
    last = cpu;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Counted behind the name, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function statusOf(pid: number, name: string): number {
  const [, kilobytes] =
    new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

/** @throws {Error} when the process is no more */
function treeOf(pid: number): number[] {
  if (!existsSync(`/proc/${pid}/task`)) throw new Error('has ended');
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(treeOf)];
}
