import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contactgraph-dockerfile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = readFileSync(join(root, 'Dockerfile'), 'utf8');

test('all stages of the image have the same exact version of Node, and its major version is that of .nvmrc', () => {
  const [, major] = /^ARG NODE_IMAGE=node:(\d+)\.\d+\.\d+-bookworm-slim(?:@sha256:[\da-f]{64})?$/m.exec(text) ?? [];
  expect(major).toBe(readFileSync(join(root, '.nvmrc'), 'utf8').trim());
  const images = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(new Set(images)).toEqual(new Set([`$${'{NODE_IMAGE}'}`]));
});

test('the content of the image starts as an unprivileged user, is healthy, and stops with SIGTERM, also read-only and as any other user', () => {
  const { status, output } = replay(text);
  expect(status, output).toBe(0);
  expect(output).toMatch(/Replayed .*: healthy after \d+ ms, exit 0 after SIGTERM/);
  expect(output).toMatch(/Read-only and as another user: healthy after \d+ ms, exit 0 after SIGTERM/);
}, 240_000);

test('a Dockerfile whose command writes into the image fails the check', () => {
  const script = "fs.writeFileSync('.compile-cache/' + process.pid, ''); import('./src/main.ts')";
  // Without the compile cache, because this script is not in it.
  const planted = text.replace(' NODE_COMPILE_CACHE=.compile-cache', '');
  const { status, output } = replay(planted.replace(/^CMD.*/m, `CMD ${JSON.stringify(['node', '-e', script])}`));
  expect(status).toBe(1);
  expect(output).toMatch(/Replayed .*: healthy/);
  expect(output).toContain('EACCES');
}, 240_000);

test('a Dockerfile that does not copy a needed folder fails the check', () => {
  const { status, output } = replay(text.replace('COPY emulator ./emulator\n', ''));
  expect(status).toBe(1);
  expect(output).toContain('emulator.ts');
  expect(output).not.toContain('healthy');
}, 240_000);

test('a Dockerfile that fills the compile cache as another user than it starts as fails the check', () => {
  const [user] = /USER .*\n/.exec(text) ?? [''];
  const { status, output } = replay(text.replace(user, '').replace('EXPOSE', `${user}EXPOSE`));
  // Without root the check runs as one user, and cannot detect this.
  expect(status).toBe(process.getuid?.() === 0 ? 1 : 0);
  if (status === 1) expect(output).toMatch(/\d+ modules were not in the compile cache/);
}, 240_000);

function replay(dockerfile: string) {
  const file = join(folder, 'Dockerfile');
  writeFileSync(file, dockerfile);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/replay-dockerfile.ts', file], {
    cwd: root,
    encoding: 'utf8',
    // The packages come from the cache of npm, without requests to the registry.
    env: { ...process.env, npm_config_prefer_offline: 'true' },
  });
  return { status, output: stdout + stderr };
}
