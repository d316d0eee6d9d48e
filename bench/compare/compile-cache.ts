import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const script = "await import('./src/main.ts'); process.kill(process.pid, 'SIGTERM')";
let folder: string | undefined;

/**
 * Returns a folder with a compile cache of the gateway, as the Docker image has it. The folder is created at the first
 * call and deleted when this process exits.
 *
 * @throws {Error} when the gateway does not start
 */
export function compileCache(): string {
  if (folder !== undefined) return folder;
  const created = mkdtempSync(join(tmpdir(), 'contactgraph-compiled-'));
  process.once('exit', () => rmSync(created, { recursive: true, force: true }));
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: '0', NODE_COMPILE_CACHE: created };
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd, env });
  if (status !== 0) throw new Error(`The gateway does not start: ${stderr}`);
  folder = created;
  return created;
}
