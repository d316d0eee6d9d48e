import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseEnv } from 'node:util';
import { runCommand } from './commands.ts';

/**
 * Runs the `contactgraph` command with the arguments of the process. It is the only file of the command that uses the process.
 *
 * @param version the version of the package
 */
export async function main(version: string): Promise<void> {
  // A reader that has ended, as in `contactgraph schema | head -1`, must not end the process with an error.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const fileVariables = new Set<string>();
  const code = await runCommand(process.argv.slice(2), {
    ...{ env: process.env, fileVariables, version, print, untilStopped },
    report: (line) => void process.stderr.write(`${line}\n`),
    reportProgress: (line) => process.stderr.isTTY && void process.stderr.write(`${line}\n`),
    readStdin: () => text(process.stdin),
    loadEnvFile(file) {
      for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) {
        if (process.env[name] !== undefined) continue;
        process.env[name] = value;
        fileVariables.add(name);
      }
    },
  });
  if (code !== undefined) process.exitCode = code;
}

/** @throws {Error} when the text cannot be written, unless its reader has ended */
async function print(output: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  process.stdout.write(output, (error) => {
    if (error instanceof Error && !('code' in error && error.code === 'EPIPE')) reject(error);
    else resolve();
  });
  await promise;
}

function untilStopped(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  return promise;
}
