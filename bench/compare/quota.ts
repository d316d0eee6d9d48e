import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** A limit of CPU time. `addProcess` puts a process under it. */
export type Quota = AsyncDisposable & { addProcess(pid: number): void };

/** The period of the quota. It is short, because a process that has used its quota stops until the period ends. */
const periodUs = 10_000;

/** The folder of the controller and the files to write, for version 2 and version 1 of control groups. */
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
 * Creates a control group of Linux, which needs root. Its processes have to end before it is disposed.
 *
 * @param share the part of one core that its processes get, from 0 to 1
 * @returns undefined when control groups are not available
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
      addProcess: (pid) => writeFileSync(`${group}/cgroup.procs`, String(pid)),
      async [Symbol.asyncDispose]() {
        for (let tries = 0; !remove(group) && tries < 20; tries += 1) await wait(50); // The group can be removed when its last process has ended.
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
