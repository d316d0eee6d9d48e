import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from './process.ts';

/** A new folder for the files of a test. */
export const folder = mkdtempSync(join(tmpdir(), 'contactgraph-cli-'));

/** The command, as a script that `runScript` runs. */
export const bin = 'bin/contactgraph.mjs';

/** Writes a file for a command, and returns its path. */
export function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs `contactgraph` to its end, with an input and only this environment. */
export async function run(args: readonly string[], env: Record<string, string> = {}, input = '') {
  const { child, exited, stdout, stderr } = runScript(bin, args, env);
  child.stdin?.on('error', () => undefined).end(input); // most commands do not read it
  return { status: await exited, stdout: stdout(), stderr: stderr() };
}
