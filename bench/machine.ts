import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { generatorCore } from './compare/pinned-process.ts';

/** The root of the repository. */
export const repository = new URL('../', import.meta.url);

/**
 * Prepares the machine for a measurement: installs wrk, and moves this process to the core of the load generator, so that
 * it does not disturb what is measured.
 *
 * @returns the load average of the last minute
 * @throws {Error} when the machine has one core only, or wrk cannot be installed
 */
export function prepareMachine(): number {
  if (availableParallelism() < 2) throw new Error('The bench needs two cores: one for the target, one for the rest.');
  runCommand('sh', ['scripts/install-wrk.sh']);
  spawnSync('taskset', ['-acp', generatorCore, String(process.pid)]);
  return loadavg()[0] ?? 0;
}

/** Runs a command in the root of the repository. @throws {Error} when it fails */
export function runCommand(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: fileURLToPath(repository), stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`);
}

/** Describes processors, memory, operating system and Node for a report. */
export function describeMachine(): string {
  const [{ model = 'unknown' } = {}] = cpus();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  return `${cpus().length} × ${model}, ${gigabytes} GB, ${type()} ${release()}, Node ${process.versions.node}`;
}
