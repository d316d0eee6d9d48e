import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

/** The unit of the CPU counters in /proc, in ms. */
const tickMs = 10;

/** Returns the CPU time of a process and its children since their start, in ms. */
export function cpuOf(pid: number): number {
  return treeOf(pid).reduce((sum, each) => sum + ticksOf(each) * tickMs, 0);
}

/** Returns the CPU time of the children of this process that have ended, in ms: of wrk, where it runs alone. */
export function cpuOfEndedChildren(): number {
  const fields = statFields(process.pid);
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}

/** Returns the bytes that a process has read and written by system calls, over sockets as well. */
export function bytesOf(pid: number): { read: number; written: number } {
  const text = readFileSync(`/proc/${pid}/io`, 'utf8');
  const figureOf = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1]);
  return { read: figureOf('rchar'), written: figureOf('wchar') };
}

/** Returns the peak of the resident memory of a process and its children since `resetPeak`, in bytes. */
export function peakOf(pid: number): number {
  return treeOf(pid).reduce((sum, each) => sum + statusOf(each, 'VmHWM'), 0);
}

/** Returns the current resident memory of a process and its children, in bytes. */
export function memoryOf(pid: number): number {
  return treeOf(pid).reduce((sum, each) => sum + statusOf(each, 'VmRSS'), 0);
}

/** Resets the peak of the resident memory, where the kernel supports it. */
export function resetPeak(pid: number): void {
  for (const each of treeOf(pid)) {
    try {
      writeFileSync(`/proc/${each}/clear_refs`, '5');
    } catch {
      // Without this support the peak is that since the start of the process.
    }
  }
}

/** Waits until a process uses no CPU, at most 10 s, so that work of the last run is not counted in the next one. */
export async function untilIdle(pid: number): Promise<void> {
  let last = -1;
  for (let check = 0, cpu = cpuOf(pid); check < 50 && cpu !== last; check += 1, cpu = cpuOf(pid)) {
    last = cpu;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function ticksOf(pid: number): number {
  const fields = statFields(pid);
  return Number(fields[11]) + Number(fields[12]);
}

function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The fields are counted after the process name, which may contain spaces and parentheses.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function statusOf(pid: number, name: string): number {
  const [, kilobytes] =
    new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

/** Returns the process and its descendants. @throws {Error} when the process has ended */
function treeOf(pid: number): number[] {
  if (!existsSync(`/proc/${pid}/task`)) throw new Error('has ended');
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(treeOf)];
}
