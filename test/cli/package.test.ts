/** The package, as others use it: packed, installed into an empty folder, and run there by npx. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningProcess, runProgram } from '../support/process.ts';
import { send } from '../support/worker-clients.ts';
import { startWorkerServices } from '../support/workers.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contactgraph-package-'));
const app = join(folder, 'app');
const installed = join(app, 'node_modules/contactgraph');
/** Without the variables that npm sets for the script that runs the tests: they name the folder of this repository. */
const ownVariables = /^npm_(?:lifecycle|package|command|execpath|config_local_prefix)/;
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ownVariables.test(name))),
  // The packages come from the cache of npm, as far as they are in it.
  ...{ npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' },
  ...{ NODE_ENV: '', NODE_OPTIONS: '', PORT: '0' },
};

let packed: readonly string[];
let gateway: RunningProcess | undefined;

beforeAll(() => {
  mkdirSync(app);
  const printed = execFileSync('npm', ['pack', '--silent', '--json', '--pack-destination', folder], {
    ...{ cwd: root, env, encoding: 'utf8' },
  });
  const [{ files, filename }] = JSON.parse(printed.slice(printed.indexOf('[\n'))) as [Packed];
  packed = files.map(({ path }) => path);
  execFileSync('npm', ['install', '--silent', join(folder, filename)], { cwd: app, env });
}, 300_000);

afterAll(async () => {
  gateway?.child.kill('SIGTERM'); // After a failed test: npx passes this signal on, and the gateway ends with it.
  rmSync(folder, { recursive: true });
});

/** What `npm pack --json` prints of a package. */
type Packed = { filename: string; files: { path: string }[] };

const npx = (args: readonly string[], input = '') =>
  spawnSync('npx', ['--no-install', 'contactgraph', ...args], { cwd: app, env, input, encoding: 'utf8' });

test('the package contains the built gateway and emulator, the examples, the schema and the command, and nothing else', () => {
  const folders = /^dist\/(?:src|emulator)\/[\w/-]+\.js$|^dist\/examples\/[\w-]+\.(?:graphql|json)$/;
  expect(packed.filter((path) => !folders.test(path)).sort()).toEqual([
    'LICENSE',
    'README.md',
    'bin/contactgraph.mjs',
    'dist/package.json',
    'package.json',
    'schema.graphql',
    'scripts/node-runtime/child-process.mjs',
    'scripts/node-runtime/engines.mjs',
    ...readdirSync(join(root, 'src/upstream/wire')).map((file) => `src/upstream/wire/${file}`),
  ]);
  expect(packed).toEqual(expect.arrayContaining(['dist/src/main.js', 'dist/examples/organizations.json']));
});

test('the installed command prints its version and the schema of the repository', () => {
  expect(npx(['--version']).stdout).toBe(`${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
  const { stdout, stderr, status } = npx(['schema']);
  expect([stderr, status]).toEqual(['', 0]);
  expect(stdout).toBe(readFileSync(join(root, 'schema.graphql'), 'utf8'));
});

test('no built file names a TypeScript file by a URL, which would not exist in the package', () => {
  const naming = packed.filter(
    (path) => path.endsWith('.js') && /new URL\(\s*['"`][^)]*\.ts\b/.test(readFileSync(join(installed, path), 'utf8')),
  );
  expect(naming).toEqual([]);
});

test('the installed command computes costs', () => {
  const { stdout, status } = npx(['cost', '-', '--json'], '{ viewer { scopes } }');
  expect([JSON.parse(stdout), status]).toEqual([[{ name: null, calls: 0, largest: null }], 0]);
});

test('the installed command compares its own emulator with the wire contract, and finds no difference', () => {
  const { stdout, status } = npx(['doctor', '--json']);
  expect([JSON.parse(stdout).checks.length > 20, status]).toEqual([true, 0]);
});

test('npx contactgraph start serves queries and GraphiQL with its examples, and SIGTERM to npx stops it without an error', async () => {
  gateway = runProgram('npx', ['--no-install', 'contactgraph', 'start'], { cwd: app, env });
  const [, url = ''] = await gateway.printed(/GraphiQL +(http:\/\/127\.0\.0\.1:\d+\/graphql)/);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ contact(by: {cid: "986a372347aac5e4a94516db835d58aa"}) { firstName } }' }),
  });
  expect(await response.json()).toEqual({ data: { contact: { firstName: 'Ada' } } });

  const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
  expect(page).toContain('01-contact');
  const [, script = ''] = /src="([^"]+\.js)"/.exec(page) ?? [];
  const [, module = ''] = / from '([^']+\.js)'/.exec(page) ?? [];
  for (const path of [script, module]) {
    const asset = await fetch(new URL(path, url));
    expect([asset.status, asset.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  }

  gateway.child.kill('SIGTERM');
  await expect.poll(() => gateway?.stdout()).toContain('the gateway has stopped');
  expect(gateway.stderr()).toBe('');
  await expect(fetch(url)).rejects.toThrow();
});

test('npx contactgraph start runs worker processes, and SIGTERM to npx stops all of them', async () => {
  const services = await startWorkerServices();
  gateway = runProgram('npx', ['--no-install', 'contactgraph', 'start'], {
    ...{ cwd: app, env: { ...env, ...services.env, WORKERS: '2' } },
  });
  const [, url = ''] = await gateway.printed(/listens on (http:\S+)/);
  expect(await send(url, services.token, '{ viewer { __typename } }')).toMatchObject({ status: 200 });
  gateway.child.kill('SIGTERM');
  await expect.poll(() => gateway?.stdout()).toContain('the workers have stopped');
  await expect(fetch(url)).rejects.toThrow();
  await services.close();
});
