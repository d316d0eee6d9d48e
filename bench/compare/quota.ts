import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** A share of one core, of which the processes in it get no more. */
export type Quota = AsyncDisposable & { take(pid: number): void };

/** Short, so that nobody is stopped for long: what is used up in the beginning is missed at the end. */
const periodUs = 10_000;

/** As the second version of control groups has it, and the first: which folder, and what goes into which file. */
const versions = [
  { folder: '/sys/fs/cgroup', files: (quota: number) => [['cpu.max', `${quota} ${periodUs}`]] as const },
  {
    folder: '/sys/fs/cgroup/cpu',
    files: (quota: number) =>
      [
        ['cpu.cfs_period_us', `${periodUs}`],
        ['cpu.cfs_quota_us', `${quota}`],
      ] as const,
  },
];

/**
 * A control group of Linux, which takes root, and is gone when it is disposed of, its processes before it.
 *
 * @param share of a core, like 0.5
 * @returns undefined where there are none to be had
 */
export function createQuota(name: string, share: number): Quota | undefined {
  for (const { folder, files } of versions) {
    const group = `${folder}/contactgraph-bench-${name}`;
    try {
      mkdirSync(group, { recursive: true });
      for (const [file, text] of files(share * periodUs)) {
        if (!existsSync(`${group}/${file}`)) throw new Error('another version');
        writeFileSync(`${group}/${file}`, text);
      }
    } catch {
      remove(group);
      continue;
    }
    return {
      take: (pid) => writeFileSync(`${group}/cgroup.procs`, String(pid)),
      async [Symbol.asyncDispose]() {
        for (let tries = 0; !remove(group) && tries < 20; tries += 1) await wait(50); // until the last process has left
      },
    };
  }
  return undefined;
}

function remove(group: string): boolean {
  try {
    rmdirSync(group);
  } catch {
    return !existsSync(group);
  }
  return true;
}
