import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export type RunningProcess = {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the first match in what the process prints. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  exited: Promise<number | string>;
};

/** Runs a script of this repository with only this environment and PATH. */
export function runScript(script: string, args: readonly string[], env: Record<string, string> = {}): RunningProcess {
  return runProgram(process.execPath, [script, ...args], { env: { PATH: process.env['PATH'] ?? '', ...env } });
}

/** Runs a program. @param options the folder and the environment that it runs in */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): RunningProcess {
  const child = spawn(program, args, options);
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (chunk) => (output[stream] += chunk));
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal);
  return {
    child,
    exited,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async printed(pattern) {
      for (;;) {
        const match = pattern.exec(output.stdout + output.stderr);
        if (match !== null) return match;
        const ended = await Promise.race([once(child.stdout, 'data').then(() => false), exited.then(() => true)]);
        if (ended && !pattern.test(output.stdout + output.stderr))
          throw new Error(`ended without printing ${pattern}: ${output.stderr}`);
      }
    },
  };
}
