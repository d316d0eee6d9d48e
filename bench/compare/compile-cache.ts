import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const script = "await import('./src/main.ts'); process.kill(process.pid, 'SIGTERM')";
let folder: string | undefined;

/** A folder with the gateway compiled, as it is in its image (see the Dockerfile); made once, and gone with this process. */
export function compiledGateway(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), 'contactgraph-compiled-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: '0', NODE_COMPILE_CACHE: made };
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd, env });
  if (status !== 0) throw new Error(`The gateway does not start: ${stderr}`);
  folder = made;
  return made;
}
